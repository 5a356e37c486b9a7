import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createMemoryLog } from '../../src/log/memory-log.js'
import type { Log } from '../../src/ports/log.js'
import { liveClock } from '../support/live-clock.js'
import { startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('an append that breaks')

test('what was claimed in an append that breaks gives its slot back, and the process goes on', async () => {
  const memory = createMemoryLog(liveClock)
  let isAway = true
  const log: Log = {
    ...memory,
    append: (batch) => (isAway ? Promise.reject(new Error('the event log cannot be reached')) : memory.append(batch)),
  }
  const small = await startSmallEngine({ log, run: () => null, concurrency: 1 })
  const template = templateWith({ only: [] })
  const failed = await small.tasks.create(template, {}).then(
    () => undefined,
    (error: Error) => error.message,
  )
  assert.is(failed, 'the event log cannot be reached')
  assert.is(small.engine.slots.inUse, 0)
  isAway = false
  const task = await small.tasks.create(template, {})
  assert.is((await task.result()).status, 'complete')
  await small.stop()
})

test.run()
