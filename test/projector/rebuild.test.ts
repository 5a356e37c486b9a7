import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PROJECTIONS } from '../../projections/projections.js'
import type { RebuildProgress } from '../../src/ports/projections.js'
import type { Projector } from '../../src/projector/projector.js'
import { withClient } from '../log/log-database.js'
import { until } from '../support/until.js'
import { type ProjectedLog, projectedLog } from './projected-log.js'

const test = suite('rebuilding')

const NAMES = PROJECTIONS.map(({ name }) => name)

const codeOf = async (asked: Promise<unknown>): Promise<unknown> => {
  try {
    await asked
    return 'nothing was refused'
  } catch (error) {
    return Reflect.get(Object(error), 'code')
  }
}

const leftovers = (url: string): Promise<ReadonlyArray<unknown>> =>
  withClient(url, async (client) => [
    ...(await client.query(`select tablename from pg_tables where schemaname = 'tasker_rebuilding'`)).rows,
    ...(await client.query('select name from tasker.projection_builds where ended_at is null')).rows,
  ])

/** Tasks, one group after the other, until told to stop. */
const writing = (log: ProjectedLog): (() => Promise<number>) => {
  let isOver = false
  const written = (async () => {
    let groups = 0
    for (; !isOver; groups += 1) await log.tasks(5)
    return groups
  })()
  return () => {
    isOver = true
    return written
  }
}

test('under writes, beside the one that is read, and the same in the end', async () => {
  const log = await projectedLog()
  const [live, other] = [await log.projector(), await log.projector()]
  await log.tasks(5)
  live.start()
  const stop = writing(log)
  for (const name of NAMES) {
    const before = (await other.list()).find((status) => status.name === name)?.position ?? 0
    const position = await other.rebuild(name)
    assert.ok(position >= before, 'no reader is put back')
  }
  assert.ok((await stop()) > 1, 'nothing was written meanwhile')
  const head = await log.log.position()
  for (const name of NAMES) {
    assert.ok(await live.waitFor(name, head, 20_000), `${name} went on after the swap`)
    assert.equal((await other.verify(name)).difference, null)
  }
  assert.equal(await leftovers(log.url), [])
  await log.end()
})

test('it says how far it is', async () => {
  const log = await projectedLog()
  await log.tasks(3)
  const projector = await log.projector()
  const told: RebuildProgress[] = []
  await projector.rebuild('readiness', { onProgress: (progress) => told.push(progress) })
  assert.equal(
    told.map(({ phase }) => phase),
    ['tasks', 'indexes', 'swap'],
  )
  assert.is(told.at(-1)?.events, await log.log.position())
  await log.end()
})

test('what is not there cannot be rebuilt, and one is rebuilt by one process at a time', async () => {
  const log = await projectedLog()
  const [first, second] = [await log.projector(), await log.projector()]
  assert.is(await codeOf(first.rebuild('nothing')), 'projection_unknown')
  assert.is(await codeOf(first.verify('nothing')), 'projection_unknown')
  assert.is(await codeOf(first.verify('readiness')), 'projection_absent')
  await log.tasks(1)
  await withClient(log.url, async (client) => {
    await client.query('begin; lock table tasker.projection_builds in exclusive mode')
    const rebuilding = first.rebuild('readiness')
    await until('the first one waits', async () => {
      const { rows } = await client.query(
        `select 1 from pg_stat_activity where datname = current_database() and pg_backend_pid() = any(pg_blocking_pids(pid))`,
      )
      return rows.length > 0
    })
    assert.is(await codeOf(second.rebuild('readiness')), 'rebuild_under_way')
    await client.query('commit')
    await rebuilding
  })
  await log.end()
})

const rebuildOf = async (projector: Projector, name: string): Promise<object> => {
  const found = (await projector.list()).find((status) => status.name === name)?.rebuild
  return { state: found?.state, code: found?.error?.code }
}

const cancelledAt = async (projector: Projector, phase: RebuildProgress['phase']): Promise<void> => {
  const cancelling = new AbortController()
  const rebuilding = projector.rebuild('readiness', {
    signal: cancelling.signal,
    onProgress: (progress) => {
      if (progress.phase === phase) cancelling.abort()
    },
  })
  assert.is(await codeOf(rebuilding), 'rebuild_cancelled')
}

test('one that is cancelled leaves the old one serving, and nothing behind', async () => {
  const log = await projectedLog()
  await log.tasks(3)
  const projector = await log.projector()
  await projector.rebuild('readiness')
  for (const phase of ['tasks', 'indexes'] as const) {
    await cancelledAt(projector, phase)
    assert.equal(await leftovers(log.url), [])
    assert.equal(await rebuildOf(projector, 'readiness'), { state: 'cancelled', code: undefined })
    assert.equal((await projector.verify('readiness')).difference, null)
  }
  await projector.rebuild('readiness')
  await log.end()
})

test('what a build has left whose process is gone is removed by whoever projects', async () => {
  const log = await projectedLog()
  await log.tasks(1)
  await withClient(log.url, async (client) => {
    await client.query('create table tasker_rebuilding.gates (task uuid)')
    await client.query(
      `insert into tasker.projection_builds (name, version, goal, position, events, started_at, moved_at)
       values ('gates', 1, 5, 0, 0, now(), now())`,
    )
  })
  const projector = await log.projector()
  const abandoned = { state: 'failed', code: 'rebuild_abandoned' }
  assert.equal(await rebuildOf(projector, 'gates'), abandoned)
  assert.is(await codeOf(projector.cancelRebuild('gates')), 'no_rebuild')
  projector.start()
  await until('it is gone', async () => (await leftovers(log.url)).length === 0)
  assert.equal(await rebuildOf(projector, 'gates'), abandoned)
  await log.end()
})

test.run()
