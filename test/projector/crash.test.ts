/** Processes are killed between any two of their steps: what serves goes on serving, and nothing is counted twice. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkDatabase } from '../../scripts/testing/kept-databases.js'
import { packageRoot } from '../../src/package-root.js'
import { withClient } from '../log/log-database.js'
import { until } from '../support/until.js'
import { type ProjectedLog, projectedLog } from './projected-log.js'

const test = suite('killed projectors')

const PROCESS = join(packageRoot, 'dist/test/projector/mortal-process.js')

/** True where it lived to see the end; false where it was killed. */
const lives = async (url: string, does: 'rebuild' | 'live', statements: number): Promise<boolean> => {
  const child = spawn(process.execPath, [PROCESS, url, does, `${statements}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString()
  })
  const [code, signal] = await once(child, 'exit')
  if (signal !== 'SIGKILL') assert.equal([code, said], [0, 'done\n'])
  return signal !== 'SIGKILL'
}

/** The server notices by itself that a process is gone, and then gives its locks to others. */
const isForgotten = (url: string): Promise<void> =>
  until('the server has noticed', () =>
    withClient(url, async (client) => {
      const locks = `select 1 from pg_locks l join pg_database d on d.oid = l.database
        where d.datname = current_database() and l.locktype = 'advisory' and l.pid <> pg_backend_pid()`
      const others = `select 1 from pg_stat_activity
        where datname = current_database() and application_name in ('tasker project', 'tasker lead')`
      return (await client.query(locks)).rows.length === 0 && (await client.query(others)).rows.length === 0
    }),
  )

const usageOf = (log: ProjectedLog): Promise<ReadonlyArray<unknown>> =>
  withClient(log.url, async (client) => (await client.query('select * from tasker_projections.catalog_usage')).rows)

test('a rebuild that is killed anywhere leaves the old one serving, and works when it is run again', async () => {
  const log = await projectedLog()
  await log.tasks(3)
  const projector = await log.projector()
  await projector.rebuild('catalog_usage')
  await projector.close()
  const before = await usageOf(log)
  let deaths = 0
  for (let statements = 4; !(await lives(log.url, 'rebuild', statements)); statements += 1) {
    deaths += 1
    assert.equal(await usageOf(log), before, `killed in front of statement ${statements}`)
    await isForgotten(log.url)
  }
  assert.ok(deaths > 15, `${deaths} deaths are few`)
  assert.equal(await usageOf(log), before)
  assert.equal((await checkDatabase(log.url)).faults, [])
  await withClient(log.url, async (client) => {
    const { rows } = await client.query(`select 1 from pg_tables where schemaname = 'tasker_rebuilding'`)
    assert.is(rows.length, 0)
  })
  await log.end()
})

test('projectors that are killed one after the other count every event once', async () => {
  const log = await projectedLog()
  let deaths = 0
  // Each gets a little further than the one before it, and finds more to do.
  for (let statements = 4; statements < 140; statements += 9) {
    await log.tasks(1)
    if (!(await lives(log.url, 'live', statements))) deaths += 1
    await isForgotten(log.url)
  }
  assert.ok(deaths > 5, `${deaths} deaths are few`)
  assert.equal((await checkDatabase(log.url)).faults, [])
  await log.end()
})

test.run()
