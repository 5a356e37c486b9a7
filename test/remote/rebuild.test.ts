/** A rebuild that a server does: whoever began it waits for its real end, and is told what that was. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTasker } from '../../src/main.js'
import type { RebuildOptions } from '../../src/ports/projections.js'
import { openRemoteLog } from '../../src/remote/remote-log.js'
import { openWeb } from '../../src/web.js'
import { migratedDatabase, withClient } from '../log/log-database.js'
import { until } from '../support/until.js'

const test = suite('a rebuild on a server')

interface Held {
  /** Of the server, which stands still in front of the swap until it is let go. */
  rebuild(options?: RebuildOptions): Promise<number>
  /** How the list says that it stands. */
  standing(): Promise<unknown>
  /** Breaks the connection that was about to swap. */
  kill(): Promise<void>
  letGo(): Promise<void>
  closeServer(): Promise<void>
}

const BLOCKED = `select pid from pg_stat_activity
  where datname = current_database() and pg_backend_pid() = any(pg_blocking_pids(pid))
    and application_name = 'tasker project' and query like '%for update%'`

/** Nobody can swap as long as somebody else holds the projection's checkpoint. */
const heldUp = (use: (held: Held) => Promise<void>) => async () => {
  const { url, drop } = await migratedDatabase()
  const tasker = await createTasker({ databaseUrl: url, projections: true })
  const web = await openWeb(tasker, { host: '127.0.0.1', port: 0, actor: 'ada' })
  const { projections } = openRemoteLog({ url: web.url, apiKey: undefined, actor: 'ada' })
  const standing = async () => (await tasker.projections.list()).find(({ name }) => name === 'gates')?.rebuild?.state
  await until('there is one', async () => (await tasker.projections.list()).every(({ health }) => health === 'live'))
  await withClient(url, async (client) => {
    await client.query(`begin; select from tasker.projections where name = 'gates' for update`)
    await use({
      rebuild: (options) => projections.rebuild('gates', options),
      standing,
      kill: async () => {
        await until('it waits', async () => (await client.query(BLOCKED)).rows.length > 0)
        await client.query(`select pg_terminate_backend(pid) from (${BLOCKED}) as blocked`)
      },
      letGo: async () => {
        await client.query('commit')
      },
      closeServer: () => web.close(),
    })
  })
  await web.close()
  await tasker.close()
  await drop()
}

const codeOf = async (asked: Promise<unknown>): Promise<unknown> => {
  try {
    return await asked
  } catch (error) {
    return Reflect.get(Object(error), 'code')
  }
}

test(
  'one that takes its time has not ended before the new one serves',
  heldUp(async ({ rebuild, standing, letGo }) => {
    const { promise: seen, say } = signal()
    const rebuilding = rebuild({ onProgress: ({ phase }) => (phase === 'swap' ? say() : undefined) })
    await seen
    assert.is(await standing(), 'running')
    await letGo()
    assert.type(await rebuilding, 'number')
    assert.is(await standing(), 'swapped')
  }),
)

test(
  'one that breaks is told as broken',
  heldUp(async ({ rebuild, standing, kill, letGo }) => {
    const { promise: seen, say } = signal()
    const rebuilding = codeOf(rebuild({ onProgress: say }))
    await seen
    await kill()
    assert.is(await rebuilding, 'rebuild_failed')
    assert.is(await standing(), 'failed')
    await letGo()
  }),
)

test(
  'whoever gives it up has the server end it, and waits until it has',
  heldUp(async ({ rebuild, standing, letGo }) => {
    const giving = new AbortController()
    const { promise: seen, say } = signal()
    const rebuilding = codeOf(rebuild({ onProgress: say, signal: giving.signal }))
    await seen
    giving.abort()
    await until('it was asked to end', async () => (await standing()) === 'cancelling')
    await letGo()
    assert.is(await rebuilding, 'rebuild_cancelled')
    assert.is(await standing(), 'cancelled')
  }),
)

test(
  'a server that goes away meanwhile is no end of it',
  heldUp(async ({ rebuild, standing, closeServer, letGo }) => {
    const { promise: seen, say } = signal()
    const rebuilding = codeOf(rebuild({ onProgress: say }))
    await seen
    await closeServer()
    assert.is(await rebuilding, 'server_unreachable')
    await letGo()
    await until('it was given up', async () => (await standing()) === 'cancelled')
  }),
)

const signal = (): { readonly promise: Promise<void>; readonly say: () => void } => {
  let say = (): void => undefined
  const promise = new Promise<void>((resolve) => {
    say = resolve
  })
  return { promise, say }
}

test.run()
