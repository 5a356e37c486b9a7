import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { taskCounts } from '../../projections/task-counts/task-counts.js'
import { given, type Story } from '../support/given.js'
import { rowsOf, storedAs } from '../support/projected-rows.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('task counts')

const countsIn = async ({ events }: Story): Promise<object> => {
  const rows = await rowsOf(taskCounts, storedAs(events))
  return Object.fromEntries(rows.map(({ status, tasks }) => [status, tasks]).filter(([, tasks]) => tasks !== undefined))
}

const one = templateWith({ a: [] })

test('a task is counted once, by the status that it has', async () => {
  assert.equal(await countsIn(given(one)), { pending: 1 })
  assert.equal(await countsIn(given(one).when({ start: 'a' })), { running: 1 })
  assert.equal(await countsIn(given(one).when({ start: 'a' }, { complete: 'a' })), { complete: 1 })
})

test('one that is blocked and repaired leaves no count behind', async () => {
  const blocked = given(one).when({ start: 'a' }, { fail: 'a', retryable: false })
  assert.equal(await countsIn(blocked), { blocked_by_failures: 1 })
  const repaired = blocked
    .when({ type: 'reset-step', step: 'a', reason: 'again' })
    .when({ start: 'a' }, { complete: 'a' })
  assert.equal(await countsIn(repaired), { complete: 1 })
})

test.run()
