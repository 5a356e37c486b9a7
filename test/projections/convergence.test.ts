import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { convergence } from '../../projections/convergence/convergence.js'
import { given } from '../support/given.js'
import { rowsOf, storedAs } from '../support/projected-rows.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('convergence')

const joined = templateWith({
  a: [],
  b: [],
  c: [],
  join: { type: 'deferred_convergence', dependencies: ['a', 'b', 'c'], requires: { quorum: 2 } },
})

test('branches are counted as they settle, and the verdict is the one so far', async () => {
  const story = given(joined).when({ start: 'a' }, { complete: 'a' }, { start: 'b' }, { fail: 'b', retryable: false })
  const [row] = await rowsOf(convergence, storedAs(story.events))
  const { requires, dependencies, open_dependencies, satisfied, failed, absent, verdict_so_far } = row ?? {}
  assert.equal(
    { requires, dependencies, open_dependencies, satisfied, failed, absent, verdict_so_far },
    {
      requires: '2',
      dependencies: 3,
      open_dependencies: 1,
      satisfied: 1,
      failed: 1,
      absent: 0,
      verdict_so_far: 'failed',
    },
  )
})

test('it runs when the last one has settled in its favour', async () => {
  const story = given(joined)
    .when({ start: 'a' }, { complete: 'a' }, { start: 'b' }, { fail: 'b', retryable: false })
    .when({ start: 'c' }, { complete: 'c' })
  const [row] = await rowsOf(convergence, storedAs(story.events), 1)
  assert.equal([row?.verdict_so_far, row?.state, row?.satisfied], ['run', 'enqueued', 2])
})

test('instances of a fan-out are counted one by one, before the fan-out as a whole has settled', async () => {
  const story = given(
    templateWith({
      fan: { handler: 'catalog:fan_out' },
      join: { type: 'deferred_convergence', dependencies: ['fan'], tolerateFailures: true },
    }),
  )
    .when({ start: 'fan' })
    .when({
      type: 'report-outcome',
      step: 0,
      attempt: 1,
      outcome: { kind: 'fanned-out', items: [1, 2, 3], handler: 'ok', config: {} },
    })
    .when({ start: 'fan[0]' }, { complete: 'fan[0]' }, { start: 'fan[1]' }, { fail: 'fan[1]', retryable: false })
  const [row] = await rowsOf(convergence, storedAs(story.events), 1)
  assert.equal([row?.open_dependencies, row?.satisfied, row?.failed], [1, 1, 1])
})

test('one that no decision has entered is absent, and was never created', async () => {
  const story = given(
    templateWith({
      gate: { type: 'decision' },
      choose: { type: 'decision', dependencies: ['gate'] },
      left: ['choose'],
      join: { type: 'deferred_convergence', dependencies: ['left'] },
      other: ['gate'],
    }),
  )
    .when({ start: 'gate' })
    .when({
      type: 'report-outcome',
      step: 0,
      attempt: 1,
      outcome: { kind: 'decided', create: ['other'], result: { value: null } },
    })
  const [row] = await rowsOf(convergence, storedAs(story.events))
  assert.equal([row?.created, row?.settlement], [false, 'absent'])
})

test.run()
