/** A connection that breaks around a commit: the log never guesses, never appends twice, and never loses an append. */
import { randomUUID } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../support/until.js'
import { startAnswerThief } from './answer-thief.js'
import { appendTo, event, land, NOWHERE, newStream, one } from './appends.js'
import { migratedDatabase, openLog, withClient } from './log-database.js'

const test = suite('lost answer')

const database = migratedDatabase()
database.catch(() => undefined)

test.after(async () => (await database).drop())

const APPEND_LOCK = '8390891723114231'
const APPENDERS = `select pid from pg_stat_activity where application_name = 'tasker append' and datname = current_database()`
const WAITING = `${APPENDERS} and wait_event_type = 'Lock' and wait_event = 'advisory'`

test('an append whose answer is lost after the commit has landed, once', async () => {
  const { url } = await database
  const thief = await startAnswerThief(url)
  const [log, witness] = [await openLog(thief.url), await openLog(url)]
  const [warm, stream, second, taken] = [newStream(), newStream(), newStream(), newStream()]
  const identity = randomUUID()
  await land(log, appendTo(warm, NOWHERE))

  const stolen = thief.stealAnswer()
  const outcomes = log.append([
    appendTo(stream, NOWHERE, { events: [event('1'), event('2')], identity }),
    appendTo(warm, NOWHERE),
    appendTo(second, NOWHERE),
    appendTo(taken, NOWHERE, { identity }),
  ])
  await stolen
  // Before the log has asked again, somebody else goes on from what it wrote.
  const written = await witness.readStream(stream, 0)
  assert.is(written.length, 2)
  const last = written[1]
  assert.ok(last)
  await land(witness, appendTo(stream, last))

  const [first, foreign, other, duplicate] = await outcomes
  assert.equal(first, {
    kind: 'landed',
    version: 2,
    hash: last.hash,
    position: last.position,
    time: last.time,
  })
  assert.is(foreign?.kind, 'conflict')
  assert.is(other?.kind, 'landed')
  assert.equal(duplicate, { kind: 'duplicate', stream })
  assert.is((await witness.readStream(stream, 0)).length, 3)
  assert.is((await witness.readStream(second, 0)).length, 1)
  await Promise.all([log.close(), witness.close()])
  await thief.close()
})

test('a backend that is ended before the commit has not landed, and is asked again', async () => {
  const { url } = await database
  const log = await openLog(url)
  const stream = newStream()
  await land(log, appendTo(newStream(), NOWHERE))
  await withClient(url, async (holder) => {
    await holder.query(`select pg_advisory_lock(${APPEND_LOCK})`)
    const outcome = one(log, appendTo(stream, NOWHERE))
    await until('the append waits at the lock', async () => (await holder.query(WAITING)).rows.length === 1)
    await holder.query(`select pg_terminate_backend(pid) from (${WAITING}) as waiting`)
    // The second attempt waits in its turn, so the first one is over.
    await until('the second attempt waits at the lock', async () => (await holder.query(WAITING)).rows.length === 1)
    await holder.query(`select pg_advisory_unlock(${APPEND_LOCK})`)
    assert.is((await outcome).kind, 'landed')
  })
  assert.is((await log.readStream(stream, 0)).length, 1)
  await log.close()
})

test('a backend that goes on without its client does not make the append happen twice', async () => {
  const { url } = await database
  const thief = await startAnswerThief(url)
  const log = await openLog(thief.url)
  const stream = newStream()
  await land(log, appendTo(newStream(), NOWHERE))
  await withClient(url, async (holder) => {
    await holder.query(`select pg_advisory_lock(${APPEND_LOCK})`)
    const cut = thief.cutAfterRequest()
    const outcome = one(log, appendTo(stream, NOWHERE, { events: [event(), event()] }))
    await cut
    // Both the forsaken backend and the one that asks again stand at the lock.
    await until('both backends stand at the lock', async () => (await holder.query(WAITING)).rows.length === 2)
    await holder.query(`select pg_advisory_unlock(${APPEND_LOCK})`)
    assert.is((await outcome).kind, 'landed')
  })
  assert.equal(
    (await log.readStream(stream, 0)).map((stored) => stored.version),
    [1, 2],
  )
  await log.close()
  await thief.close()
})

test('readers, listeners and appenders go on after every connection was ended', async () => {
  const { url } = await database
  const log = await openLog(url)
  const stream = newStream()
  const first = await land(log, appendTo(stream, NOWHERE))
  await log.waitFor(first.position, 1)
  const waiting = log.waitFor(first.position, 60_000)
  await withClient(url, (client) =>
    client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name like 'tasker %' and datname = current_database()`),
  )
  await land(log, appendTo(stream, first))
  assert.is(await waiting, true)
  assert.is((await log.readStream(stream, 0)).length, 2)
  await log.close()
})

test('leadership is lost with its connection and passes on', async () => {
  const { url } = await database
  const [log, other] = [await openLog(url), await openLog(url)]
  const leadership = await log.lead('sweeper')
  assert.is(leadership?.lost.aborted, false)
  assert.is(await other.lead('sweeper'), undefined)
  await withClient(url, async (client) => {
    await client.query(`select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.granted and a.application_name = 'tasker lead'
        and a.datname = current_database()`)
  })
  await until('the leadership is lost', () => leadership?.lost.aborted === true)
  const next = await other.lead('sweeper')
  assert.is(next?.lost.aborted, false)
  assert.is(await log.lead('sweeper'), undefined)
  await next?.resign()
  assert.ok(await log.lead('sweeper'))
  await Promise.all([log.close(), other.close()])
})

test.run()
