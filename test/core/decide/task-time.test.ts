import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import type { StepDefinition } from '../../../src/core/step.js'
import type { Template } from '../../../src/core/template.js'
import { given, type Story } from '../../support/given.js'
import { asked, attemptOf, due, kindOf, lastData, MINUTE, planned, request, template } from './planned-phase.js'

const test = suite('the time of a whole task')

const VOTE = { type: 'vote-gate', vote: 'approve', comment: null, groups: [] } as const
const LATE = { type: 'pass-deadline' } as const
const UP = 'the time of the task is up (max_wall_clock_seconds 60)'

const frame = (config: JsonObject, more: Partial<Template> = {}): Template => {
  const written = template(config)
  return { ...written, bounds: { ...written.bounds, max_wall_clock_seconds: 60 }, ...more }
}

const gateOpened = (story: Story, step: string): Story => {
  const outcome = { kind: 'gate-opened', question: 'More?', groups: [], required: 1, context: { value: null } } as const
  story.when({ start: step })
  return story.when({ type: 'report-outcome', ...attemptOf(story, step), outcome, digest: 'd' })
}

test('ends it where a plan is to fail, whatever its other plans say', () => {
  const story = planned(given(frame({})))
  story.at(MINUTE).when(LATE)
  const cancelled = ['step-cancelled plan/a', 'step-cancelled plan/b']
  story.expect('deadline-passed', 'task-failed', ...cancelled)
  assert.is(story.state.phase.kind === 'error' && story.state.phase.code, 'deadline_passed')
})

test('leaves out what is open of the plan, where that is to converge, and the convergence goes on with what there is', () => {
  const story = planned(given(frame({ on_exhausted: 'converge' })))
  story.when({ start: 'plan/a' }, { complete: 'plan/a' }).at(MINUTE).when(LATE)
  story.expect('deadline-passed', 'phase-deadline-passed plan', 'step-skipped plan/b', 'step-enqueued finish')
  assert.equal(lastData(story, 'phase-deadline-passed'), {
    step: 'plan',
    level: 'task',
    seconds: 60,
    action: 'converge',
  })
  assert.equal(due(story), {})
  story.when({ start: 'finish' }, { complete: 'finish' })
  assert.equal([story.state.phase.kind, due(story)], ['complete', {}])
})

test('cuts off whoever plans, and asks nobody to plan any more', () => {
  const again: StepDefinition = {
    ...{ name: 'again', type: 'planning', handler: 'catalog:plan' },
    dependencies: ['finish'],
    config: { on_exhausted: 'converge' },
  }
  const end: StepDefinition = {
    ...{ name: 'end', type: 'deferred_convergence', handler: 'Orders::Ship' },
    dependencies: ['again'],
  }
  const written = frame({ on_exhausted: 'converge' })
  const story = asked(given({ ...written, steps: [...written.steps, again, end] }))
  story.at(MINUTE).when(LATE)
  story.expect(
    'deadline-passed',
    'phase-deadline-passed plan',
    'steps-materialized',
    'step-completed plan',
    'step-enqueued finish',
  )
  const result = { value: { steps: 0, converged: true, reason: UP } }
  assert.equal(lastData(story, 'step-completed'), { step: 'plan', attempt: 1, result })
  story.when({ start: 'finish' }, { complete: 'finish' }, { start: 'again' })
  story.refuses(request(story, 'again'), 'bounds_exceeded')
})

test('asks people for more, and has as much again from when they gave it', () => {
  const story = planned(given(frame({ on_exhausted: 'gate' })))
  story.at(MINUTE).when(LATE)
  story.expect('deadline-passed', 'phase-deadline-passed plan', 'steps-materialized', 'step-enqueued plan~time')
  const [materialized] = [lastData(story, 'steps-materialized')]
  assert.match(JSON.stringify(materialized), `${UP}, and 2 of the steps of plan are open`)
  story.refuses({ start: 'plan/a' }, 'phase_held')
  gateOpened(story, 'plan~time')
  assert.equal(due(story), {})
  story.at(100 * MINUTE).when({ ...VOTE, step: 'plan~time' })
  assert.equal(due(story), { deadline: 6_060 })
  // And again, with more.
  story.at(101 * MINUTE).when(LATE)
  gateOpened(story, 'plan~time2').when({ ...VOTE, step: 'plan~time2', bounds: { max_wall_clock_seconds: 600 } })
  assert.equal(due(story), { deadline: 6_660 })
  story.when({ start: 'plan/a' }, { complete: 'plan/a' }, { start: 'plan/b' }, { complete: 'plan/b' })
  story.when({ start: 'plan/c' }, { complete: 'plan/c' }, { start: 'finish' }, { complete: 'finish' })
  assert.equal([story.state.phase.kind, due(story)], ['complete', {}])
})

test('asks people too where it is up while something is planned, and the planner is asked anew', () => {
  const story = asked(given(frame({ on_exhausted: 'gate' })))
  story.at(MINUTE).when(LATE)
  story.expect('deadline-passed', 'phase-deadline-passed plan', 'gate-opened plan')
  assert.is(due(story).deadline, undefined)
  story.at(10 * MINUTE).when({ ...VOTE, step: 'plan' })
  story.expect('gate-voted plan', 'gate-approved plan', 'phase-released plan', 'step-enqueued plan')
  assert.is(due(story).deadline, 660)
  assert.is(kindOf(planned(story), 'plan'), 'complete')
})

test('that people refuse to raise fails what stood still', () => {
  const story = planned(given(frame({ on_exhausted: 'gate' })))
  gateOpened(story.at(MINUTE).when(LATE), 'plan~time')
  story.when({ ...VOTE, vote: 'reject', step: 'plan~time' })
  assert.equal([kindOf(story, 'plan/a'), story.state.phase.kind], ['cancelled', 'blocked'])
})

test('leaves the duration of the template in force', () => {
  const lifecycle = { maxDurationMs: 5 * MINUTE }
  const story = planned(given(frame({ on_exhausted: 'converge' }, { lifecycle })))
  story.at(MINUTE).when(LATE)
  assert.equal(due(story), { deadline: 300 })
  story
    .at(5 * MINUTE)
    .when(LATE)
    .expect('deadline-passed', 'task-failed', 'step-cancelled finish')
  // Nor do people get past it.
  const gated = planned(given(frame({ on_exhausted: 'gate' }, { lifecycle })))
  gateOpened(gated.at(MINUTE).when(LATE), 'plan~time')
  gated.at(4.5 * MINUTE).when({ ...VOTE, step: 'plan~time' })
  assert.equal(due(gated), { deadline: 300 })
})

test('is told to the planner as what is left of it', () => {
  const story = given(frame({ on_exhausted: 'gate' }))
  asked(story.at(12_345))
  const { boundsLeft } = Object(lastData(story, 'plan-requested'))
  assert.is(boundsLeft.max_wall_clock_seconds, 47)
})

test.run()
