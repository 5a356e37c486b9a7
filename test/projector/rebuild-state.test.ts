/** What can be asked of a rebuild by whoever did not begin it: how far it is, how it ended, and that it end. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readiness } from '../../projections/readiness/readiness.js'
import { Reader } from '../../src/log/reader.js'
import { Transactions } from '../../src/log/transactions.js'
import type { RebuildStatus } from '../../src/ports/projections.js'
import { Checkpoints } from '../../src/projector/checkpoints.js'
import { createEventPages } from '../../src/projector/event-pages.js'
import type { ProjectionStore } from '../../src/projector/projection-store.js'
import type { Projector } from '../../src/projector/projector.js'
import { rebuild } from '../../src/projector/rebuild.js'
import { withClient } from '../log/log-database.js'
import { type ProjectedLog, projectedLog } from './projected-log.js'

const test = suite('the state of a rebuild')

/** In front of which of its steps a rebuild is held up: its first page, the indexes, the swap, or the swap itself. */
const HOLDS = ['tasks', 'indexes', 'swap', 'swapping'] as const
type Hold = (typeof HOLDS)[number]

const codeOf = async (asked: Promise<unknown>): Promise<unknown> => {
  try {
    await asked
    return 'nothing was refused'
  } catch (error) {
    return Reflect.get(Object(error), 'code')
  }
}

const statusOf = async (projector: Projector): Promise<RebuildStatus> => {
  const found = (await projector.list()).find(({ name }) => name === 'readiness')?.rebuild
  if (found == null) throw new Error('it was never rebuilt')
  return found
}

/** A rebuild of another process that stands still in front of one of its steps until it is let go. */
const heldUp = async (log: ProjectedLog, hold: Hold) => {
  const reader = new Reader(log.url, 2)
  const transactions = new Transactions(log.url, 2, 'project')
  const real = new Checkpoints(reader, transactions)
  let arrive = (): void => undefined
  let release = (): void => undefined
  const arrived = new Promise<void>((resolve) => (arrive = resolve))
  const released = new Promise<void>((resolve) => (release = resolve))
  const before = async (step: Hold | 'log'): Promise<void> => {
    if (step !== hold) return
    arrive()
    await released
  }
  const checkpoints: ProjectionStore = {
    all: () => real.all(),
    builds: () => real.builds(),
    define: (all) => real.define(all),
    advance: (advances, to) => real.advance(advances, to),
    noteFault: (of, fault) => real.noteFault(of, fault),
    beginBuild: (of, goal) => real.beginBuild(of, goal),
    advanceBuild: (of, reached, write) => before(reached.phase).then(() => real.advanceBuild(of, reached, write)),
    swap: (of, catchUp) => before('swapping').then(() => real.swap(of, catchUp)),
    dropBuild: (of, end) => real.dropBuild(of, end),
    askCancel: (name) => real.askCancel(name),
  }
  const ended = rebuild({ log: log.log, pages: createEventPages(reader), checkpoints }, readiness)
  ended.catch(() => undefined)
  await arrived
  const letGo = async (): Promise<unknown> => {
    release()
    const code = await codeOf(ended)
    await Promise.all([reader.close(), transactions.close()])
    return code
  }
  return { letGo }
}

const leftovers = (url: string): Promise<number> =>
  withClient(url, async (client) => {
    const { rows } = await client.query(`select 1 from pg_tables where schemaname = 'tasker_rebuilding'`)
    return rows.length
  })

test('anybody sees that it goes on, and where it ended', async () => {
  const log = await projectedLog()
  await log.tasks(3)
  const asking = await log.projector()
  assert.is((await asking.list()).find(({ name }) => name === 'readiness')?.rebuild, null)
  const { letGo } = await heldUp(log, 'indexes')
  const running = await statusOf(asking)
  assert.equal([running.state, running.phase, running.endedAt, running.error], ['running', 'tasks', null, null])
  assert.is(await letGo(), 'nothing was refused')
  const head = await log.log.position()
  const ended = await statusOf(asking)
  assert.equal(
    [ended.build, ended.state, ended.phase, ended.position, ended.events],
    [running.build, 'swapped', 'swap', head, head],
  )
  assert.ok(ended.endedAt !== null && ended.endedAt >= ended.startedAt)
  await log.end()
})

test('whoever asks it to end is heard in front of each of its steps, and the old one serves on', async () => {
  const log = await projectedLog()
  await log.tasks(3)
  const asking = await log.projector()
  assert.is(await codeOf(asking.cancelRebuild('readiness')), 'no_rebuild')
  assert.is(await codeOf(asking.cancelRebuild('nothing')), 'projection_unknown')
  await asking.rebuild('readiness')
  assert.is(await codeOf(asking.cancelRebuild('readiness')), 'no_rebuild', 'it has ended')
  for (const hold of HOLDS) {
    const { letGo } = await heldUp(log, hold)
    await asking.cancelRebuild('readiness')
    await asking.cancelRebuild('readiness')
    assert.is((await statusOf(asking)).state, 'cancelling', hold)
    assert.is(await letGo(), 'rebuild_cancelled', hold)
    const { state, error, position } = await statusOf(asking)
    assert.equal([state, error, position], ['cancelled', null, null], hold)
    assert.is(await leftovers(log.url), 0, hold)
    assert.equal((await asking.verify('readiness')).difference, null, hold)
  }
  await asking.rebuild('readiness')
  assert.is((await statusOf(asking)).state, 'swapped', 'what was asked of an earlier one does not count')
  await log.end()
})

test('what a fold met stands there with its code, until another one begins', async () => {
  const log = await projectedLog()
  await log.tasks(1)
  const spoilt = { ...readiness, changes: () => fail('it cannot take this') }
  const [building, asking] = [await log.projector([spoilt]), await log.projector()]
  assert.is(await codeOf(building.rebuild('readiness')), 'projection_failed')
  const { state, error, endedAt } = await statusOf(asking)
  assert.equal([state, error?.code, endedAt !== null], ['failed', 'projection_failed', true])
  assert.match(error?.message ?? '', 'it cannot take this')
  await asking.rebuild('readiness')
  const mended = await statusOf(asking)
  assert.equal([mended.state, mended.error], ['swapped', null])
  await log.end()
})

const fail = (message: string): never => {
  throw new Error(message)
}

test.run()
