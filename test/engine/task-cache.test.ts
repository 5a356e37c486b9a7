import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SNAPSHOT_EVERY_EVENTS } from '../../src/core/limits.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { liveClock } from '../support/live-clock.js'
import { startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('the cache of folded tasks')

/** A log that tells of which versions snapshots were written. */
const watched = () => {
  const versions: number[] = []
  const log = createMemoryLog(liveClock)
  const saveSnapshot: typeof log.saveSnapshot = async (snapshot) => {
    versions.push(snapshot.version)
    await log.saveSnapshot(snapshot)
  }
  return { versions, log: { ...log, saveSnapshot } }
}

test('the snapshots of a wide task do not add up to a square', async () => {
  const { versions, log } = watched()
  const small = await startSmallEngine({ run: () => null, log })
  const wide = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`wide_${index}`, ['fork']]))
  const task = await small.tasks.create(templateWith({ fork: [], ...wide }), {})
  assert.is((await task.result()).status, 'complete')
  assert.is(versions.length, 1, `of versions ${versions.join(', ')}`)
  await small.stop()
})

test('a long task is snapshotted as it grows', async () => {
  const { versions, log } = watched()
  const small = await startSmallEngine({ run: () => null, log })
  const steps = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [`step_${index}`, index === 0 ? [] : [`step_${index - 1}`]]),
  )
  const task = await small.tasks.create(templateWith(steps), {})
  assert.is((await task.result()).status, 'complete')
  assert.is(versions.length, 1)
  assert.ok((versions[0] ?? 0) >= SNAPSHOT_EVERY_EVENTS)
  await small.stop()
})

test.run()
