/**
 * Sixteen writers in two processes, and three processes that subscribe, one of which is killed or paused again and
 * again, while transactions stay open: one elsewhere in the database all the time, and now and then one in the middle of
 * an append. Nothing is missed, nothing is out of order, and what is to be applied once is applied once.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { newStream } from '../log/appends.js'
import { withClient } from '../log/log-database.js'
import { until as untilSoon } from '../support/until.js'
import type { MemberSaid } from './member-process.js'
import { inWorld } from './named-database.js'

const test = suite('subscriptions under fire')

const WRITER_PROCESSES = 2
const WRITERS_EACH = 8
/** Of each writer, at each blow. */
const APPENDS_EACH = 20
const MEMBERS = 3
const BLOWS = 6

/** So many processes are slow together on a machine that has other things to do. */
const until = (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => untilSoon(what, holds, 60_000)

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

const appliedPositions = (applied: ReadonlyArray<{ readonly position: string }>): ReadonlyArray<number> =>
  applied.map(({ position }) => Number(position))

const sorted = (positions: Iterable<number>): ReadonlyArray<number> =>
  [...positions].sort((left, right) => left - right)

const appliedCount = (client: pg.Client): Promise<number> => numberIn(client, 'select count(*) as n from applied')

/** It is dead in the middle of whatever it did; another takes its place. */
const killOne = async (client: pg.Client, url: string, members: ChildProcess[], victim: number): Promise<void> => {
  const before = await appliedCount(client)
  members[victim]?.kill('SIGKILL')
  members[victim] = await startMember(url)
  await until('somebody goes on', async () => (await appliedCount(client)) > before + 300)
}

/** It stands still until others have taken all that it held, and then goes on where it was. */
const pauseOne = async (client: pg.Client, member: ChildProcess | undefined): Promise<void> => {
  member?.kill('SIGSTOP')
  const held = `select count(*) as n from tasker.subscription_partitions p
    join tasker.subscription_members m on m.id = p.owner where m.member like '%:${member?.pid}'`
  await until('the others hold everything', async () => (await numberIn(client, held)) === 0)
  member?.kill('SIGCONT')
}

const assertAllApplied = async (client: pg.Client, everything: ReadonlyArray<number>): Promise<void> => {
  assert.equal(appliedPositions(await appliedBy(client, 'exactly once by position')), everything)
  const byTask = await appliedBy(client, 'exactly once by task')
  assert.equal(sorted(appliedPositions(byTask)), everything)
  assert.ok(keepsOrderWithinTasks(byTask))
  const atLeastOnce = await appliedBy(client, 'at least once by task')
  assert.equal(sorted(new Set(appliedPositions(atLeastOnce))), everything)
  assert.ok(keepsOrderWithinTasks(atLeastOnce))
}

/** Writers write, an append stays open, and a member is struck; again and again. */
const strike = async (client: pg.Client, url: string, members: ChildProcess[]): Promise<void> => {
  const writers = await Promise.all(Array.from({ length: WRITER_PROCESSES }, () => startWriters(url)))
  for (let blow = 0; blow < BLOWS; blow += 1) {
    let isWritten = false
    const writing = write(writers).then(() => {
      isWritten = true
    })
    await appendSlowly(client, () => isWritten)
    const victim = randomInt(members.length)
    if (blow % 3 === 2) await pauseOne(client, members[victim])
    else await killOne(client, url, members, victim)
    await writing
  }
  await Promise.all(writers.map(end))
}

const TABLES = `create table applied (place bigserial, name text, position bigint, stream text, version integer);
  create table elsewhere ()`

test(
  'members are killed and paused, transactions stay open, and nothing is missed, repeated or out of order',
  inWorld(async ({ url, log, subscriptions }) => {
    const { administration } = await subscriptions()
    const idle = new pg.Client({ connectionString: url })
    idle.on('error', () => undefined)
    await idle.connect()
    await withClient(url, async (client) => {
      await client.query(TABLES)
      await idle.query('begin')
      await idle.query('insert into elsewhere default values')
      const members = await Promise.all(Array.from({ length: MEMBERS }, () => startMember(url)))
      await strike(client, url, members)
      const last = await log.position()
      await until('all is applied', async () => {
        const all = await administration.list()
        return all.length === 3 && all.every(({ checkpoint, retrying }) => checkpoint === last && retrying === 0)
      })
      const { rows } = await client.query<{ position: string }>('select position from tasker.events order by position')
      const everything = appliedPositions(rows)
      assert.ok(everything.length > 3_000)
      for (const member of members) {
        await until('it has seen all', async () => (await seenBy(member)).length >= everything.length)
        assert.equal(await seenBy(member), everything)
      }
      await Promise.all(members.map(end))
      await assertAllApplied(client, everything)
    })
    await idle.query('commit')
    await idle.end()
  }),
)

test.run()
