/**
 * Sixteen writers in two processes, and three processes that subscribe, one of which is killed or paused again and
 * again, while transactions stay open: one elsewhere in the database all the time, and now and then one in the middle of
 * an append. Nothing is missed, nothing is out of order, and what is to be applied once is applied once.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { newStream } from '../log/appends.js'
import { withClient } from '../log/log-database.js'
import { until } from '../support/until.js'
import type { MemberSaid } from './member-process.js'
import { inWorld } from './named-database.js'

const test = suite('subscriptions under fire')

const WRITER_PROCESSES = 2
const WRITERS_EACH = 8
/** Of each writer, at each blow. */
const APPENDS_EACH = 25
const MEMBERS = 3
const BLOWS = 6

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const start = async (name: string, ...given: ReadonlyArray<string>): Promise<ChildProcess> => {
  const child = fork(script(name), [...given])
  process.once('exit', () => child.kill('SIGKILL'))
  const exit = once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended early`)))
  exit.catch(() => undefined)
  await Promise.race([once(child, 'message'), exit])
  return child
}

const startMember = (url: string): Promise<ChildProcess> => start('member-process.js', url)

const startWriters = (url: string): Promise<ChildProcess> =>
  start('writing-process.js', url, `${WRITERS_EACH}`, `${APPENDS_EACH}`)

/** Every writer writes its share; resolves when all have. */
const write = async (writers: ReadonlyArray<ChildProcess>): Promise<void> => {
  await Promise.all(
    writers.map(async (writer) => {
      const written = once(writer, 'message')
      writer.send('write')
      await written
    }),
  )
}

const seenBy = async (child: ChildProcess): Promise<ReadonlyArray<number>> => {
  const answer = new Promise<ReadonlyArray<number>>((resolve) =>
    child.on('message', (said: MemberSaid) => said.kind === 'seen' && resolve(said.positions)),
  )
  child.send('what have you seen?')
  return answer
}

const end = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}

const numberIn = async (client: pg.Client, text: string): Promise<number> =>
  Number((await client.query(text)).rows[0]?.n)

/** An append that stays open until writers stand behind it, or have nothing more to write. */
const appendSlowly = async (client: pg.Client, isWritten: () => boolean): Promise<void> => {
  await client.query('begin')
  await client.query('select pg_advisory_xact_lock(8390891723114231)')
  await client.query(
    `insert into tasker.events (stream, version, id, type, schema_version, time, data, metadata, hash)
     values ($1, 1, gen_random_uuid(), 'task-paused', 1, now(), '{"reason":"slow"}', '{}', sha256('x'))`,
    [newStream()],
  )
  const waiting = "select count(*) as n from pg_locks where locktype = 'advisory' and not granted"
  await until('writers wait for the append', async () => isWritten() || (await numberIn(client, waiting)) > 0)
  await client.query('commit')
}

/** What a subscriber applied, in the order in which it was committed. */
const appliedBy = async (client: pg.Client, name: string) =>
  (
    await client.query<{ position: string; stream: string; version: number }>(
      'select position, stream, version from applied where name = $1 order by place',
      [name],
    )
  ).rows

/** A task's events come in order; one that was handed over before may come again, and none is left out. */
const keepsOrderWithinTasks = (
  applied: ReadonlyArray<{ readonly stream: string; readonly version: number }>,
): boolean => {
  const reached = new Map<string, number>()
  return applied.every(({ stream, version }) => {
    const before = reached.get(stream) ?? 0
    reached.set(stream, Math.max(before, version))
    return version <= before + 1
  })
}

test(
  'members are killed and paused, transactions stay open, and nothing is missed, repeated or out of order',
  inWorld(async ({ url, log, subscriptions }) => {
    const { administration } = await subscriptions()
    await withClient(url, async (idler) => {
      await withClient(url, async (client) => {
        await client.query(
          'create table applied (place bigserial, name text, position bigint, stream text, version integer); create table elsewhere ()',
        )
        await idler.query('begin')
        await idler.query('insert into elsewhere default values')

        const members = await Promise.all(Array.from({ length: MEMBERS }, () => startMember(url)))
        const writers = await Promise.all(Array.from({ length: WRITER_PROCESSES }, () => startWriters(url)))
        const progress = (): Promise<number> => numberIn(client, 'select count(*) as n from applied')
        for (let blow = 0; blow < BLOWS; blow += 1) {
          let isWritten = false
          const writing = write(writers).then(() => {
            isWritten = true
          })
          await appendSlowly(client, () => isWritten)
          const before = await progress()
          const one = randomInt(MEMBERS)
          const victim = members[one]
          if (blow % 3 === 2) {
            victim?.kill('SIGSTOP')
            await until('the others go on', async () => (await progress()) > before + 300)
            victim?.kill('SIGCONT')
          } else {
            victim?.kill('SIGKILL')
            members[one] = await startMember(url)
            await until('somebody goes on', async () => (await progress()) > before + 300)
          }
          await writing
        }
        const last = await log.position()
        await until('all is applied', async () => {
          const all = await administration.list()
          return all.length === 3 && all.every(({ checkpoint, retrying }) => checkpoint === last && retrying === 0)
        })
        const everything = (await client.query('select position from tasker.events order by position')).rows.map(
          (row) => Number(row.position),
        )
        for (const member of members) {
          await until('it has seen all', async () => (await seenBy(member)).length >= everything.length)
          assert.equal(await seenBy(member), everything)
        }
        await Promise.all([...members, ...writers].map(end))

        const inOrder = await appliedBy(client, 'exactly once by position')
        assert.equal(
          inOrder.map(({ position }) => Number(position)),
          everything,
        )
        const byTask = await appliedBy(client, 'exactly once by task')
        assert.equal(
          byTask.map(({ position }) => Number(position)).sort((left, right) => left - right),
          everything,
        )
        assert.ok(keepsOrderWithinTasks(byTask))
        const atLeastOnce = await appliedBy(client, 'at least once by task')
        assert.equal(
          [...new Set(atLeastOnce.map(({ position }) => Number(position)))].sort((left, right) => left - right),
          everything,
        )
        assert.ok(keepsOrderWithinTasks(atLeastOnce))
        assert.ok(everything.length > 4_000)
        await idler.query('commit')
      })
    })
  }),
)

test.run()
