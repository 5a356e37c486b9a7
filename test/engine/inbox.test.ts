import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Outcome } from '../../src/core/outcome.js'
import { createInboxRow } from '../../src/log/inbox.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createMemoryStore, type MemoryStore, putInInbox } from '../../src/log/memory-store.js'
import type { InboxClient, Log } from '../../src/ports/log.js'
import { migratedDatabase, openLog, withClient } from '../log/log-database.js'
import { createFakeClock } from '../support/fake-clock.js'
import { type Run, startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('the inbox')

const NOBODY: InboxClient = { query: () => Promise.reject(new Error('the memory log has no client')) }
const template = templateWith({ a: [] })
const waits: Run = (): Outcome => ({ kind: 'waiting', signal: 'paid' })

const startOver = async (store: MemoryStore, run: Run, change: (log: Log) => Log = (log) => log) => {
  const clock = createFakeClock()
  const log = change(createMemoryLog(clock, store))
  const small = await startSmallEngine({ run, clock, log, putInInbox: async (_, row) => putInInbox(store, row) })
  return { clock, small }
}

test('a row becomes a task once, and is gone', async () => {
  const store = createMemoryStore()
  const { clock, small } = await startOver(store, () => 7)
  const promised = await small.tasks.createIn(NOBODY, template, { big: 'x'.repeat(20_000) }, { priority: 3 })
  assert.is(store.heads.size, 0)
  small.leader.start()
  await clock.pass(1_000)
  const task = await promised.created()
  assert.equal([task.id, task.duplicate], [promised.id, false])
  assert.is((await task.view()).steps.a?.result, 7)
  assert.equal([store.inbox.size, store.heads.size], [0, 1])
  await small.leader.stop()
})

test('a task that exists under the same identity is not made again', async () => {
  const store = createMemoryStore()
  const { small } = await startOver(store, () => null)
  const first = await small.tasks.create(template, {}, { idempotencyKey: 'k' })
  const promised = await small.tasks.createIn(NOBODY, template, {}, { idempotencyKey: 'k' })
  await small.leader.sweep()
  const task = await promised.created()
  assert.equal([task.id, task.duplicate], [first.id, true])
  assert.equal([store.inbox.size, store.heads.size], [0, 1])
})

test('what create refuses, createIn refuses before anything is written', async () => {
  const store = createMemoryStore()
  const { small } = await startOver(store, () => null)
  const refusal = await small.tasks.createIn(NOBODY, template, {}, { priority: 1.5 }).catch((error) => error.code)
  assert.is(refusal, 'invalid_priority')
  assert.is(store.inbox.size, 0)
})

test('a signal of a transaction wakes the step that waits for it, and the same one again does nothing', async () => {
  const store = createMemoryStore()
  const { clock, small } = await startOver(store, waits)
  small.leader.start()
  const task = await small.tasks.create(template, {})
  await clock.pass(10)
  await small.tasks.signalIn(NOBODY, task.id, 'paid', 5, { id: 's1' })
  await small.tasks.signalIn(NOBODY, task.id, 'paid', 6, { id: 's1' })
  await clock.pass(1_000)
  assert.equal((await task.view()).steps.a?.result, { signal: 5, timed_out: false })
  assert.is(store.events.filter(({ type }) => type === 'signal-received').length, 1)
  assert.is(store.inbox.size, 0)
  await small.leader.stop()
})

test('a signal may come before its task, for a while; what nobody can read stays', async () => {
  const store = createMemoryStore()
  const { clock, small } = await startOver(store, () => null)
  small.leader.start()
  await small.tasks.signalIn(NOBODY, '01890000-0000-7000-8000-000000000000', 'paid', 5)
  const unreadable = putInInbox(store, { kind: 'create', stream: 'task-x', data: '{' })
  await clock.pass(59_000)
  assert.is(store.inbox.size, 2)
  await clock.pass(2_000)
  assert.equal([...store.inbox.keys()], [unreadable])
  await small.leader.stop()
})

test('a command that cannot be decided now stays, and holds up nobody else', async () => {
  const store = createMemoryStore()
  const { small } = await startOver(
    store,
    () => null,
    (log) => ({
      ...log,
      readStream: (stream, after) =>
        stream === 'task-x' ? Promise.reject(new Error('away')) : log.readStream(stream, after),
    }),
  )
  const stuck = await small.tasks.signalIn(NOBODY, 'x', 'paid', 5)
  await small.tasks.createIn(NOBODY, template, {})
  await small.leader.sweep()
  await small.leader.sweep()
  assert.equal(
    [...store.inbox.values()].map(({ data }) => JSON.parse(data).id),
    [stuck.id],
  )
  assert.is(store.heads.size, 1)
})

test('whoever dies between reading a row and its append, or right after it, one task comes of it', async () => {
  const never = new Promise<never>(() => undefined)
  const deaths: ReadonlyArray<(log: Log) => Log> = [
    (log) => ({ ...log, append: () => never }),
    (log) => ({ ...log, append: (batch) => log.append(batch).then(() => never) }),
  ]
  for (const death of deaths) {
    const store = createMemoryStore()
    const dying = await startOver(store, () => null, death)
    await dying.small.tasks.createIn(NOBODY, template, {})
    void dying.small.leader.sweep()
    await dying.clock.pass(100)
    const { clock, small } = await startOver(store, () => null)
    await small.leader.sweep()
    await clock.pass(100)
    assert.is(store.events.filter(({ type }) => type === 'task-created').length, 1)
    assert.equal([store.inbox.size, store.heads.size], [0, 1])
  }
})

test("on Postgres: a user's row and its task hold together or not at all", async () => {
  const { url, drop } = await migratedDatabase()
  const log = await openLog(url)
  const small = await startSmallEngine({ run: () => null, log, putInInbox: createInboxRow })
  small.leader.start()
  await withClient(url, async (client) => {
    await client.query('create table orders (id text primary key, task text not null)')
    const order = async (id: string, end: 'commit' | 'rollback') => {
      await client.query('begin')
      const promised = await small.tasks.createIn(client, template, { order: id })
      await client.query('insert into orders values ($1, $2)', [id, promised.id])
      await client.query(end)
      return promised
    }
    const taken = await order('taken', 'rollback')
    const kept = await order('kept', 'commit')
    const task = await kept.created()
    assert.is((await task.result()).status, 'complete')
    const { rows } = await client.query('select id, task from orders')
    assert.equal(rows, [{ id: 'kept', task: kept.id }])
    assert.is(await log.head(`task-${taken.id}`), undefined)
    assert.equal((await log.heads({ limit: 10 })).length, 1)
  })
  await small.leader.stop()
  await small.stop()
  await log.close()
  await drop()
})

test.run()
