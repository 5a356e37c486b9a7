import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type BoundsAsked, boundsAsked } from '../../src/core/bounds-asked.js'
import type { JsonObject } from '../../src/core/json.js'
import { given, type Story } from '../support/given.js'
import { fragmentOf as fragmentOfSteps, plannedFrame, plannedTasker, type Script } from '../support/planned-tasker.js'
import { asked, attemptOf, fragmentOf, MINUTE, planned, template, timeUp } from './decide/planned-phase.js'

const test = suite('what people may allow more')

const ranOut = (of: BoundsAsked | undefined) =>
  of?.numbers.filter((one) => one.ranOut).map(({ bound, needs, limits }) => ({ bound, needs, limits }))

/** A planner that may not go on, and what is asked of people then. */
const exhausted = async (script: Script, bounds: JsonObject, own: JsonObject = {}): Promise<BoundsAsked> => {
  const { tasker } = await plannedTasker(script)
  const frame = JSON.parse(JSON.stringify(plannedFrame({ max_revisions: 0, on_exhausted: 'gate' }, bounds)))
  frame.steps[0].bounds = own
  const task = await tasker.tasks.create(await tasker.template(frame), {})
  await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
  const found = await tasker.tasks.look(task.id, (state) => boundsAsked(state, 'plan'))
  await tasker.close()
  if (found === undefined) throw new Error('nothing is asked for')
  return found
}

test('are the bounds that a proposal passed, each with what would have been enough, and those that are used up', async () => {
  const chain = ['a', 'b', 'c'].map((name, at, all) => ({ name, dependencies: at === 0 ? [] : [all[at - 1] ?? ''] }))
  const found = await exhausted(() => fragmentOfSteps(chain), { max_steps: 4, max_depth: 2, max_planner_calls: 1 })
  assert.equal(ranOut(found), [
    // Two of the frame exist, and three are wanted.
    { bound: 'max_steps', needs: 5, limits: [{ phase: null, limit: 4, left: 2 }] },
    { bound: 'max_planner_calls', needs: undefined, limits: [{ phase: null, limit: 1, left: 0 }] },
    { bound: 'max_depth', needs: 3, limits: [{ phase: null, limit: 2, left: 2 }] },
  ])
  const others = found.numbers.filter((one) => !one.ranOut).map(({ bound }) => bound)
  assert.equal(others, ['max_phases', 'max_fan_out'])
})

test('are told for the task and for the phase, where both state them', async () => {
  const rejected = fragmentOfSteps([{ name: 'a', handler: 'unheard_of' }])
  const found = await exhausted(() => rejected, {}, { max_planner_calls: 1 })
  const limits = [
    { phase: null, limit: 6, left: 5 },
    { phase: 'plan', limit: 1, left: 0 },
  ]
  assert.equal(ranOut(found), [{ bound: 'max_planner_calls', needs: undefined, limits }])
})

test('are handlers that the bounds do not allow, too; what a planner made up is offered as what it is', async () => {
  const found = await exhausted(() => fragmentOfSteps([{ name: 'a', handler: 'catalog:persist' }]), {})
  assert.equal(ranOut(found), [])
  assert.equal(found.lists, [
    { bound: 'allowed_handlers', missing: ['catalog:persist'] },
    { bound: 'allowed_hosts', missing: [] },
    { bound: 'allowed_secrets', missing: [] },
  ])
})

const SIXTY = { max_wall_clock_seconds: 60 }
const times = (story: Story, step: string) => ranOut(boundsAsked(story.state, step))

/** Its time is up, and the gate in its place has been opened. */
const standing = (story: Story, level: 'phase' | 'fragment'): Story => {
  story.at(MINUTE).when(timeUp(story, level)).when({ start: 'plan~time' })
  const outcome = { kind: 'gate-opened', question: 'More?', groups: [], required: 1, context: { value: null } } as const
  return story.when({ type: 'report-outcome', ...attemptOf(story, 'plan~time'), outcome, digest: 'd' })
}

test('is time, where a phase or a fragment stands still because its own is up', () => {
  const phase = standing(planned(given(template({ on_exhausted: 'gate' }, SIXTY))), 'phase')
  const of = { phase: 'plan', limit: 60, left: 60 }
  assert.equal(times(phase, 'plan~time'), [{ bound: 'max_wall_clock_seconds', needs: undefined, limits: [of] }])
  const fragment = standing(planned(given(template({ on_exhausted: 'gate' })), fragmentOf(SIXTY)), 'fragment')
  assert.equal(times(fragment, 'plan~time'), [{ bound: 'max_wall_clock_seconds', needs: undefined, limits: [of] }])
  const unplanned = asked(given(template({ on_exhausted: 'gate' }, SIXTY)))
  unplanned.at(MINUTE).when(timeUp(unplanned))
  assert.equal(times(unplanned, 'plan'), [{ bound: 'max_wall_clock_seconds', needs: undefined, limits: [of] }])
})

test('are nothing where a gate wants an answer, or where there is no gate', () => {
  const story = planned(given(template({ approve_plan: true })))
  assert.is(boundsAsked(story.state, 'plan'), undefined)
  assert.is(boundsAsked(story.state, 'finish'), undefined)
  assert.is(boundsAsked(story.state, 'nowhere'), undefined)
})

test.run()
