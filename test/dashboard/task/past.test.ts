import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { viewOf } from '../../../src/core/view.js'
import { countsOfTask } from '../../../src/dashboard/task/graph/standing.js'
import { Past } from '../../../src/dashboard/task/moment/past.js'
import { ToldTasks } from '../../../src/dashboard/task/moment/told-tasks.js'
import { packageRoot } from '../../../src/package-root.js'
import type { StoredEvent } from '../../../src/ports/log.js'
import { recordIn } from '../../audit/kept-history.js'
import { keptState } from './told-graphs.js'

const test = suite('the past of a task')

const history = (name: string) => {
  const { record } = recordIn(join(packageRoot, 'test/audit/histories', `${name}.ndjson`))
  let reads = 0
  const log = {
    readStream: (stream: string, after: number, limit?: number): Promise<ReadonlyArray<StoredEvent>> => {
      reads += 1
      return record.readStream(stream, after, limit)
    },
  }
  const told = new ToldTasks(log)
  return { told, past: new Past(told), reads: () => reads }
}

test('a task is as it was after any of its events, whichever is looked at first', async () => {
  const { past } = history('blocked-and-repaired')
  for (const version of [20, 3, 31, 30, 1, 15]) {
    const expected = JSON.stringify(viewOf(await keptState('blocked-and-repaired', version)))
    assert.is(await past.see('t', version, ({ state }) => JSON.stringify(viewOf(state))), expected)
  }
})

test('the event is told after which it was so', async () => {
  const { past } = history('chain-with-retry-and-payload')
  const { type, time } = await past.see('t', 1, ({ event, time: at }) => ({ type: event.type, time: at }))
  assert.is(type, 'task-created')
  assert.match(time, /^\d{4}-\d\d-\d\dT.*Z$/)
})

test('what is folded later changes no attempt that was told before', async () => {
  const { past } = history('chain-with-retry-and-payload')
  const before = await past.see('t', 8, ({ attempts }) => attempts)
  const told = JSON.stringify(await before.ofSteps(['first', 'second', 'third', 'a', 'b', 'c']))
  await past.see('t', 16, () => undefined)
  assert.is(JSON.stringify(await before.ofSteps(['first', 'second', 'third', 'a', 'b', 'c'])), told)
})

test('counts of steps go with the events', async () => {
  const { past } = history('fan-out')
  const complete = await past.see('t', 29, ({ state }) => countsOfTask(state))
  assert.equal(complete, [['complete', 8]])
  const early = await past.see('t', 2, ({ state }) => countsOfTask(state))
  assert.not.equal(early, complete)
})

test('a history is read once, and only what is new is read again', async () => {
  const { told, reads } = history('life-expectancy')
  await told.told('t', 10)
  const before = reads()
  await told.told('t', 10)
  await told.told('t', 5)
  assert.is(reads(), before)
  assert.is((await told.told('t')).events.length, 266)
})

test('a version that a task does not have, and a task that is not there, are refused', async () => {
  const { past } = history('batch')
  const refused = async (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => 'accepted',
      (error) => error.code,
    )
  assert.is(await refused(past.see('t', 999, () => undefined)), 'version_unknown')
  const nobody = new ToldTasks({ readStream: async () => [] })
  assert.is(await refused(nobody.told('t')), 'task_unknown')
})

test('no more is kept than is allowed', async () => {
  const { record } = recordIn(join(packageRoot, 'test/audit/histories', 'batch.ndjson'))
  let reads = 0
  const told = new ToldTasks(
    {
      readStream: (stream, after, limit) => {
        reads += 1
        return record.readStream(stream, after, limit)
      },
    },
    30,
  )
  for (const task of ['a', 'b', 'a']) await told.told(task, 5)
  assert.is(reads, 3)
})

test.run()
