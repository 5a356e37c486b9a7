import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import { findNode } from '../../../src/core/state.js'
import { statusOf } from '../../../src/core/status.js'
import type { StepDefinition } from '../../../src/core/step.js'
import { whyStep } from '../../../src/core/why/why.js'
import { given, NOW, type Story } from '../../support/given.js'
import { SMALL_CATALOG as vocabulary } from '../validation/small-catalog.js'
import {
  asked,
  attemptOf,
  due,
  fragmentOf,
  kindOf,
  lastData,
  MINUTE,
  planned,
  proposed,
  queued,
  request,
  template,
  timeUp,
} from './planned-phase.js'

const test = suite('the time of a phase')

const SIXTY = { max_wall_clock_seconds: 60 }
const UP = 'the time of plan is up (max_wall_clock_seconds 60)'
const VOTE = { type: 'vote-gate', vote: 'approve', comment: null, groups: [] } as const

test('begins with its first call, is due, and goes on from call to call', () => {
  const story = given(template({}, SIXTY))
  assert.equal(due(story), {})
  asked(story)
  assert.equal(due(story), { 'phase/0': 60 })
  story.at(10_000).when(request(story))
  assert.equal(due(story), { 'phase/0': 60 })
  story.refuses(timeUp(story), 'not_waiting')
})

test('of a fragment begins when its steps do, also when people approved them', () => {
  const fragment = fragmentOf({ max_wall_clock_seconds: 30 })
  assert.equal(due(planned(given(template({})), fragment)), { 'fragment/0': 30 })
  const story = planned(given(template({ approve_plan: true })), fragment)
  assert.equal(due(story), {})
  const plan = { raw: JSON.stringify(fragment), fragment, vocabulary, digest: 'sha256:plan' }
  story.at(5 * MINUTE).when({ ...VOTE, step: 'plan', plan })
  assert.equal(due(story), { 'fragment/0': 330 })
})

test('that is up while it is planned fails the planning step, and the call that nobody answered stays charged', () => {
  const story = asked(given(template({}, SIXTY)))
  story.at(MINUTE).when(timeUp(story))
  story.expect('phase-deadline-passed plan', 'step-attempt-failed plan', 'step-failed plan', 'task-blocked')
  assert.equal(due(story), { 'abort/0/1': -NOW / 1000 })
  assert.equal([story.state.used.plannerCalls, story.state.reserved.plannerCalls], [1, 0])
  story.refuses({ complete: 'plan' }, 'stale_attempt')
  // A reset phase begins anew, with all its time.
  story.at(10 * MINUTE).when({ type: 'reset-step', step: 'plan', reason: null })
  asked(story)
  assert.is(due(story)['phase/0'], 660)
})

test('that is up while it is planned forces the convergence, if the template says so', () => {
  const story = asked(given(template({ on_exhausted: 'converge' }, SIXTY)))
  story.at(MINUTE).when(timeUp(story))
  story.expect('phase-deadline-passed plan', 'steps-materialized', 'step-completed plan', 'step-enqueued finish')
  const result = { value: { steps: 0, converged: true, reason: UP } }
  assert.equal(lastData(story, 'step-completed'), { step: 'plan', attempt: 1, result })
})

test('that is up while it is planned asks people for more, and begins anew with what they gave', () => {
  const story = asked(given(template({ on_exhausted: 'gate' }, SIXTY)))
  story.at(MINUTE).when(timeUp(story))
  story.expect('phase-deadline-passed plan', 'gate-opened plan')
  story.at(10 * MINUTE).when({ ...VOTE, step: 'plan', bounds: { max_wall_clock_seconds: 300 } })
  story.expect('gate-voted plan', 'gate-approved plan', 'bounds-raised plan', 'step-enqueued plan')
  asked(story)
  assert.is(due(story)['phase/0'], 900)
})

test('that is up while a plan waits for approval takes the gate away, and what was promised to the plan', () => {
  const story = planned(given(template({ approve_plan: { timeout_seconds: 900 } }, SIXTY)))
  assert.equal([due(story), story.state.reserved.steps], [{ 'phase/0': 60, 'gate/0': 900 }, 3])
  story.at(MINUTE).when(timeUp(story))
  assert.equal([due(story), story.state.reserved.steps, kindOf(story, 'plan')], [{}, 0, 'error'])
})

test('that is up while its steps run ends them with it: what is open counts as failed', () => {
  const story = planned(given(template({}, SIXTY)))
  story.when({ start: 'plan/a' }).at(MINUTE).when(timeUp(story))
  story.expect('phase-deadline-passed plan', 'step-cancelled plan/a', 'step-cancelled plan/b', 'task-blocked')
  assert.equal([due(story), queued(story)], [{ 'abort/2/1': -NOW / 1000 }, []])
  assert.is(
    story.events.some((event) => event.type === 'step-cancelled' && event.data.reason === UP),
    true,
  )
  story.refuses({ complete: 'plan/a' }, 'stale_attempt')
})

test('that is up while its steps run plans the phase anew, where the template allows it, and says why', () => {
  const story = planned(given(template({ max_replans: 1 }, SIXTY)))
  story.at(MINUTE).when(timeUp(story))
  assert.equal(kindOf(story, 'plan~2'), 'enqueued')
  const failures = ['a', 'b'].map((name) => ({
    step: `plan/${name}`,
    handler: 'Orders::Ship',
    error: { code: 'cancelled', message: UP },
  }))
  assert.equal(findNode(story.state, 'plan~2')?.definition.item, { replaces: 'plan', failures })
  asked(story, 'plan~2')
  assert.is(
    Object.entries(due(story)).some(([key, at]) => key.startsWith('phase/') && at === 120),
    true,
  )
})

test('that is up while its steps run leaves them out, and the convergence goes on with what there is', () => {
  const story = planned(given(template({ on_exhausted: 'converge' })), fragmentOf({ max_wall_clock_seconds: 60 }))
  story.when({ start: 'plan/a' }, { complete: 'plan/a' }, { start: 'plan/b' }).at(MINUTE)
  story.when(timeUp(story, 'fragment'))
  story.expect('phase-deadline-passed plan', 'step-skipped plan/b', 'step-enqueued finish')
  assert.equal([kindOf(story, 'plan/a'), findNode(story.state, 'plan/c')?.settlement], ['complete', 'absent'])
  story.when({ start: 'finish' }, { complete: 'finish' })
  assert.is(story.state.phase.kind, 'complete')
  assert.equal(due(story), { 'abort/3/1': -NOW / 1000 })
})

test('that is up when nothing is open any more changes nothing', () => {
  const story = planned(given(template({}, SIXTY)), {
    ...fragmentOf(),
    steps: [{ name: 'a', handler: 'Orders::Ship' }],
  })
  story.when({ start: 'plan/a' }, { complete: 'plan/a' }).at(MINUTE).when(timeUp(story))
  story.expect('phase-deadline-passed plan')
  assert.equal(
    [lastData(story, 'phase-deadline-passed'), due(story)],
    [{ step: 'plan', level: 'phase', seconds: 60, action: 'none' }, {}],
  )
})

test('that is up stands still for a gate: what runs may end, nothing new begins, and no timer of it is due', () => {
  const story = planned(given(template({ on_exhausted: 'gate' }, SIXTY)))
  story.when({ start: 'plan/a' }).at(MINUTE).when(timeUp(story))
  story.expect('phase-deadline-passed plan', 'steps-materialized', 'step-enqueued plan~time')
  assert.equal([due(story), queued(story)], [{}, ['plan~time']])
  story.refuses({ start: 'plan/b' }, 'phase_held')
  story.refuses(timeUp(story), 'not_waiting')
  story.when({ complete: 'plan/a' }).expect('step-completed plan/a')
  assert.is(statusOf(waitingForTime().state), 'waiting_for_approval')
  const why = whyStep(story.state, 'plan/b', { nowMs: NOW, sessions: [] })
  assert.match(why?.sentences[0] ?? '', 'the phase plan stands still, since its time is up; decide about plan~time')
})

const waitingForTime = (config: JsonObject = {}): Story => {
  const story = planned(given(template({ on_exhausted: 'gate', ...config }, SIXTY)))
  story.at(MINUTE).when(timeUp(story)).when({ start: 'plan~time' })
  const outcome = { kind: 'gate-opened', question: 'More?', groups: [], required: 1, context: { value: null } } as const
  return story.when({ type: 'report-outcome', ...attemptOf(story, 'plan~time'), outcome, digest: 'd' })
}

test('that people have raised lets the phase go on where it stood, with that much more from then on', () => {
  const story = waitingForTime()
  story.at(60 * MINUTE).when({ ...VOTE, step: 'plan~time', bounds: { max_wall_clock_seconds: 120 } })
  story.expect(
    'gate-voted plan~time',
    'gate-approved plan~time',
    'bounds-raised plan',
    'step-completed plan~time',
    'phase-released plan',
  )
  assert.equal([due(story), queued(story)], [{ 'phase/0': 3720 }, ['plan/a', 'plan/b']])
  story.when({ start: 'plan/a' }, { complete: 'plan/a' }, { start: 'plan/b' }, { complete: 'plan/b' })
  story.when({ start: 'plan/c' }, { complete: 'plan/c' }, { start: 'finish' }, { complete: 'finish' })
  assert.equal([story.state.phase.kind, due(story)], ['complete', {}])
})

test('that people approved without raising it is given once more, and asked about again', () => {
  const story = waitingForTime()
    .at(60 * MINUTE)
    .when({ ...VOTE, step: 'plan~time' })
  assert.equal(due(story), { 'phase/0': 3660 })
  story.at(61 * MINUTE).when(timeUp(story))
  story.expect('phase-deadline-passed plan', 'steps-materialized', 'step-enqueued plan~time2')
})

const withConvergence = (convergence: Partial<StepDefinition>, ...phase: Parameters<typeof template>) => {
  const { steps, ...written } = template(...phase)
  return { ...written, steps: steps.map((step) => (step.type === 'planning' ? step : { ...step, ...convergence })) }
}

test('that people gave is no branch of the convergence, which counts the steps of the plan alone', () => {
  const failing = (requires: 'any' | { quorum: number }) => {
    const story = planned(given(withConvergence({ requires }, { on_exhausted: 'gate' }, SIXTY)))
    story.at(MINUTE).when(timeUp(story)).when({ start: 'plan~time' }, { complete: 'plan~time' })
    for (const step of ['plan/a', 'plan/b']) story.when({ start: step }, { fail: step, retryable: false })
    return [story.state.phase.kind, kindOf(story, 'finish'), findNode(story.state, 'finish')?.settlement]
  }
  assert.equal(failing('any'), ['blocked', 'pending', 'failed'])
  assert.equal(failing({ quorum: 1 }), ['blocked', 'pending', 'failed'])
  const skipped = planned(given(withConvergence({ onEmpty: 'skip' }, { max_replans: 1, on_exhausted: 'gate' })))
  skipped.when({ start: 'plan/a' }, { fail: 'plan/a', retryable: false })
  skipped.when({ start: 'plan/b' }, { fail: 'plan/b', retryable: false })
  planned(skipped, fragmentOf(), 'plan~2')
  for (const step of ['plan~2/a', 'plan~2/b']) skipped.when({ start: step }, { fail: step, retryable: false })
  skipped.when({ start: 'plan~gate' }, { complete: 'plan~gate' })
  assert.is(kindOf(skipped, 'finish'), 'skipped')
})

test('that people will not raise ends what stood still', () => {
  const rejected = waitingForTime().when({ ...VOTE, vote: 'reject', step: 'plan~time' })
  rejected.expect(
    'gate-voted plan~time',
    'gate-rejected plan~time',
    'step-failed plan~time',
    'phase-released plan',
    'step-cancelled plan/a',
    'step-cancelled plan/b',
    'task-blocked',
  )
  const skipped = waitingForTime().when({ type: 'skip-step', step: 'plan~time', reason: null })
  skipped.expect(
    'step-skipped plan~time',
    'phase-released plan',
    'step-skipped plan/a',
    'step-skipped plan/b',
    'step-enqueued finish',
  )
})

test('asks those who approve the plans of the phase', () => {
  const story = waitingForTime({ approve_plan: false })
  assert.equal(findNode(story.state, 'plan~time')?.definition.config?.groups, undefined)
  const fragment = fragmentOf()
  const plan = { raw: JSON.stringify(fragment), fragment, vocabulary, digest: 'sha256:plan' }
  const grouped = planned(
    given(template({ on_exhausted: 'gate', approve_plan: { groups: ['ops'], required: 2 } }, SIXTY)),
  )
  grouped.when({ ...VOTE, step: 'plan', groups: ['ops'], plan })
  assert.is(kindOf(grouped, 'plan'), 'waiting_for_approval')
})

test('that is up where no step is left for a gate ends what is open', () => {
  const story = given({
    ...template({ on_exhausted: 'gate' }, SIXTY),
    bounds: { ...template({}).bounds, max_steps: 5 },
  })
  planned(story).at(MINUTE).when(timeUp(story))
  story.expect('phase-deadline-passed plan', 'step-cancelled plan/a', 'step-cancelled plan/b', 'task-blocked')
})

test('stands still in a paused task', () => {
  const story = planned(given(template({}, SIXTY)), fragmentOf({ max_wall_clock_seconds: 30 }))
  story.at(10_000).when({ type: 'pause-task', reason: null })
  assert.equal(due(story), {})
  story.at(MINUTE).refuses(timeUp(story), 'task_paused')
  story.when({ type: 'resume-task', reason: null })
  assert.equal(due(story), { 'phase/0': 110, 'fragment/0': 80 })
})

test('of a phase inside stands still with the phase around it', () => {
  const inner = { name: 'inner', handler: 'plan', config: { goal: 'g' }, bounds: { max_wall_clock_seconds: 50 } }
  const nested = { ...fragmentOf(), steps: [inner, { name: 'a', handler: 'Orders::Ship' }] }
  const story = planned(given(template({ on_exhausted: 'gate' }, SIXTY)), nested)
  planned(story.at(20_000), fragmentOf(), 'plan/inner')
  const id = attemptOf(story, 'plan/inner').step
  assert.equal(due(story), { 'phase/0': 60, [`phase/${id}`]: 70 })
  story.at(MINUTE).when(timeUp(story))
  assert.equal([due(story), queued(story)], [{}, ['plan~time']])
  story.refuses(timeUp(story.at(10 * MINUTE), 'phase', 'plan/inner'), 'phase_held')
  story.when({ start: 'plan~time' }, { complete: 'plan~time' })
  assert.equal(due(story), { 'phase/0': 660, [`phase/${id}`]: 610 })
})

test('that has passed already is not there for what a plan waits for', () => {
  const waitFor = (seconds: number, bounds: JsonObject = {}) => ({
    ...fragmentOf(bounds),
    steps: [{ name: 'rest', handler: 'wait', config: { seconds } }],
  })
  const after = (ms: number, fragment: JsonObject) => {
    const story = asked(given(template({}, SIXTY))).at(ms)
    proposed(story, fragment)
    return story.events.flatMap((event) =>
      event.type === 'fragment-validated'
        ? event.data.findings.map(({ path, limit, value }) => [path, limit, value])
        : [],
    )
  }
  assert.equal(after(0, waitFor(50)), [])
  assert.equal(after(20_000, waitFor(50)), [['steps.0.config.seconds', 60, 50]])
  assert.equal(after(20_000, waitFor(30)), [])
  // What it gives itself begins with its steps; it may say as much as it was told.
  assert.equal(after(20_000, waitFor(30, { max_wall_clock_seconds: 60 })), [])
  assert.equal(after(0, waitFor(30, { max_wall_clock_seconds: 20 })), [['steps.0.config.seconds', 20, 30]])
})

test.run()
