import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome } from '../../../src/core/outcome.js'
import { findNode } from '../../../src/core/state.js'
import type { Template } from '../../../src/core/template.js'
import { viewOf } from '../../../src/core/view.js'
import { given, type Story } from '../../support/given.js'
import { templateWith } from '../../support/small-engine.js'

const test = suite('what a step decides about the graph')

const comesTo = (story: Story, step: string, outcome: Outcome) => {
  const node = findNode(story.state, step)
  return { type: 'report-outcome', step: node?.id ?? -1, attempt: node?.attempt ?? -1, outcome } as const
}

const ran = (story: Story, step: string, outcome: Outcome): Story => {
  story.when({ start: step })
  return story.when(comesTo(story, step, outcome))
}

const naming = (...create: ReadonlyArray<string>): Outcome => ({ kind: 'decided', create, result: { value: null } })

const spreading = (handler: string, ...items: ReadonlyArray<number>): Outcome => ({
  kind: 'fanned-out',
  items,
  handler,
  config: {},
})

const errorOf = (story: Story, step: string) => viewOf(story.state).steps[step]?.error

const choosing = templateWith({
  before: [],
  choose: { type: 'decision', dependencies: ['before'] },
  left: ['choose'],
  deeper: ['left'],
  right: ['choose'],
  apart: ['choose', 'right'],
  elsewhere: [],
  join: { type: 'deferred_convergence', dependencies: ['deeper', 'right'] },
})

const chosen = (...create: ReadonlyArray<string>): Story =>
  ran(given(choosing).when({ start: 'before' }, { complete: 'before' }), 'choose', naming(...create))

test('a name that is no descendant fails the step, and the finding lists what was allowed', () => {
  for (const name of ['elsewhere', 'before', 'choose', 'nobody']) {
    const story = chosen('left', name)
    story.expect('step-attempt-failed choose', 'step-failed choose')
    const error = errorOf(story, 'choose')
    assert.is(error?.code, 'unreachable_step')
    const { step, allowed } = Object(error?.details)
    assert.equal([step, allowed.toSorted()], [name, ['apart', 'deeper', 'join', 'left', 'right']])
    assert.equal(findNode(story.state, 'left')?.createdBy, undefined, 'nothing of it is created')
  }
})

test('a name whose dependency neither exists nor is created with it is refused as well', () => {
  const error = errorOf(chosen('apart'), 'choose')
  assert.is(error?.code, 'unreachable_step')
  assert.match(error?.message ?? '', '"apart" depends on "right", which neither exists nor is created with it')
  chosen('apart', 'right').expect(
    'decision-made choose',
    'steps-materialized',
    'step-completed choose',
    'step-enqueued right',
  )
})

test('the same result told again changes nothing', () => {
  const story = chosen('left')
  const again = { ...comesTo(story, 'choose', naming('left')) }
  story.refuses(again, 'stale_attempt')
  story.refuses({ ...again, outcome: naming('right') }, 'stale_attempt')
  assert.is(findNode(story.state, 'right')?.createdBy, undefined)
})

test('decisions nest to any depth, and each withholds what is below it until it has decided', () => {
  const depth = 40
  const steps = Object.fromEntries(
    Array.from({ length: depth }, (_, level) => [
      `d${level}`,
      { type: 'decision' as const, dependencies: level === 0 ? [] : [`d${level - 1}`] },
    ]),
  )
  const story = given(templateWith({ ...steps, end: [`d${depth - 1}`] }))
  for (let level = 0; level < depth; level += 1) {
    const next = level === depth - 1 ? 'end' : `d${level + 1}`
    assert.is(findNode(story.state, next)?.createdBy, undefined)
    ran(story, `d${level}`, naming(next)).expect(
      `decision-made d${level}`,
      'steps-materialized',
      `step-completed d${level}`,
      `step-enqueued ${next}`,
    )
  }
  story.when({ start: 'end' }, { complete: 'end' }).expect('step-started end', 'step-completed end', 'task-completed')
})

const spread = (bounds: Template['bounds'] = {}): Story =>
  given({
    ...templateWith({
      outer: { handler: 'spread' },
      merge: { type: 'deferred_convergence', dependencies: ['outer'] },
    }),
    bounds,
  })

test('a fan-out inside a fan-out settles with the innermost instances, and what waits for it waits for all', () => {
  const story = ran(spread(), 'outer', spreading('spread', 1, 2))
  ran(story, 'outer[0]', spreading('work', 1, 2))
  ran(story, 'outer[1]', spreading('work', 1))
  story.when(
    { start: 'outer[0][0]' },
    { complete: 'outer[0][0]' },
    { start: 'outer[1][0]' },
    { complete: 'outer[1][0]' },
  )
  assert.is(findNode(story.state, 'outer')?.settlement, undefined)
  assert.is(findNode(story.state, 'outer[1]')?.settlement, 'satisfied')
  story
    .when({ start: 'outer[0][1]' }, { complete: 'outer[0][1]' })
    .expect('step-started outer[0][1]', 'step-completed outer[0][1]', 'step-enqueued merge')
  assert.is(findNode(story.state, 'outer')?.settlement, 'satisfied')
})

test('instances count through nesting: the one that passes a bound fails, and creates none of its own', () => {
  const story = ran(spread({ max_fan_out: 5 }), 'outer', spreading('spread', 1, 2))
  ran(story, 'outer[0]', spreading('work', 1, 2, 3)).expect(
    'fan-out-planned outer[0]',
    'steps-materialized',
    'step-completed outer[0]',
    'step-enqueued outer[0][0]',
    'step-enqueued outer[0][1]',
    'step-enqueued outer[0][2]',
  )
  ran(story, 'outer[1]', spreading('work', 1))
  assert.equal(errorOf(story, 'outer[1]')?.details, { bound: 'max_fan_out', limit: 5, value: 6 })
  assert.is(findNode(story.state, 'outer[1][0]'), undefined)
  const byRoom = ran(spread({ max_steps: 4 }), 'outer', spreading('work', 1, 2, 3))
  assert.equal(errorOf(byRoom, 'outer')?.details, { bound: 'max_steps', limit: 4, value: 5 })
})

test.run()
