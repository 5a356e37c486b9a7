import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readiness } from '../../projections/readiness/readiness.js'
import { given, NOW, type Story } from '../support/given.js'
import { rowsOf, storedAs, TASK } from '../support/projected-rows.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('readiness')

const DIAMOND = templateWith({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] })

/** Of each step, in short: what it is, what it waits for, how it settled. */
const standing = async ({ events }: Story): Promise<ReadonlyArray<string>> => {
  const rows = await rowsOf(readiness, storedAs(events))
  return rows.map((row) => `${row.step} ${row.state} waits for ${row.open_dependencies} ${row.settlement ?? 'open'}`)
}

test('a step waits for those of its dependencies that have not settled', async () => {
  const story = given(DIAMOND).when({ start: 'a' }, { complete: 'a' }, { start: 'b' }, { complete: 'b' })
  assert.equal(await standing(story), [
    'a complete waits for 0 satisfied',
    'b complete waits for 0 satisfied',
    'c enqueued waits for 0 open',
    'd pending waits for 1 open',
  ])
})

test('a failure is passed on to those that can never run', async () => {
  const story = given(DIAMOND).when({ start: 'a' }, { fail: 'a', retryable: false })
  const rows = await rowsOf(readiness, storedAs(story.events))
  assert.equal(
    rows.map(({ step, state, settlement, failed_dependency }) => [step, state, settlement, failed_dependency]),
    [
      ['a', 'error', 'failed', false],
      ['b', 'pending', 'failed', true],
      ['c', 'pending', 'failed', true],
      ['d', 'pending', 'failed', true],
    ],
  )
})

test('a step that a decision has yet to create is declared, and not created', async () => {
  const story = given(
    templateWith({ choose: { type: 'decision' }, left: ['choose'], right: ['choose'], other: [] }),
  ).when({ start: 'choose' })
  const rows = await rowsOf(readiness, storedAs(story.events))
  assert.equal(
    rows.map(({ step, number, created }) => [step, number, created]),
    [
      ['choose', 0, true],
      ['left', 2, false],
      ['other', 1, true],
      ['right', 3, false],
    ],
  )
})

test('a step that was reset opens what had settled by it', async () => {
  const story = given(DIAMOND)
    .when({ start: 'a' }, { fail: 'a', retryable: false })
    .when({ type: 'reset-step', step: 'a', reason: null })
  const rows = await rowsOf(readiness, storedAs(story.events), 1)
  assert.equal(
    rows.map(({ task, step, settlement }) => [task, step, settlement]),
    ['a', 'b', 'c', 'd'].map((step) => [TASK, step, null]),
  )
})

test('a step that nothing keeps and that stands in no queue is ready', async () => {
  const story = given(DIAMOND, 0.5, { runAtMs: NOW + 60_000 })
  const rows = await rowsOf(readiness, storedAs(story.events))
  assert.equal(
    rows.map(({ step, ready }) => [step, ready]),
    [
      ['a', true],
      ['b', false],
      ['c', false],
      ['d', false],
    ],
  )
})

test.run()
