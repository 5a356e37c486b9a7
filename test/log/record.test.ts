/** What the database itself guards: events that nobody rewrites, and invariants by their names. */
import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { appendTo, event, land, NOWHERE, newStream, type Standing } from './appends.js'
import { migratedDatabase, openLog, withClient } from './log-database.js'

const test = suite('record')

const database = migratedDatabase()
database.catch(() => undefined)

test.after(async () => (await database).drop())

const attempts = [
  ['an update', `update tasker.events set data = '{}'`],
  ['an update of nothing', `update tasker.events set data = '{}' where false`],
  ['a delete', 'delete from tasker.events'],
  ['a truncation', 'truncate tasker.events'],
  ['a truncation by cascade', 'truncate tasker.events, tasker.heads cascade'],
  [
    'an upsert',
    `insert into tasker.events (stream, version, id, type, schema_version, time, data, metadata, hash)
     select stream, version, id, type, schema_version, time, 'x', metadata, hash from tasker.events
     on conflict (stream, version) do update set data = 'x'`,
  ],
] as const

for (const [name, statement] of attempts) {
  test(`${name} of events is refused, also to the owner and to a replica's session`, async () => {
    const { url } = await database
    const log = await openLog(url)
    const stream = newStream()
    await land(log, appendTo(stream, NOWHERE))
    const before = await log.readAll(0, 1_000)
    await withClient(url, async (client) => {
      for (const role of ['origin', 'replica']) {
        await client.query(`set session_replication_role = ${role}`)
        try {
          await client.query(statement)
          assert.unreachable(`${name} as ${role} went through`)
        } catch (error) {
          assert.is(Reflect.get(Object(error), 'constraint'), 'events_are_immutable', String(error))
        }
      }
    })
    assert.equal(await log.readAll(0, 1_000), before)
    await log.close()
  })
}

test('what only the database refuses is found by halving, and harms nobody else', async () => {
  const log = await openLog((await database).url)
  const appends = Array.from({ length: 9 }, () => appendTo(newStream(), NOWHERE))
  const bad = { ...event(), schemaVersion: 0 }
  const tooLong = `task-${randomBytes(200).toString('base64')}`
  appends[2] = appendTo(newStream(), NOWHERE, { events: [event(), bad] })
  appends[7] = appendTo(newStream(), NOWHERE, { head: { ...appends[0]!.head, holders: [0.5] } })
  appends[8] = appendTo(tooLong, NOWHERE)
  const outcomes = await log.append(appends)
  const named = outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.constraint : outcome.kind))
  const landed = 'landed'
  assert.equal(named, [
    landed,
    landed,
    'events_schema_versions_start_at_1',
    landed,
    landed,
    landed,
    landed,
    '22P02',
    'heads_stream_is_a_name',
  ])
  for (const [index, { stream }] of appends.entries()) {
    assert.is((await log.readStream(stream, 0)).length, named[index] === landed ? 1 : 0)
  }
  await log.close()
})

test('a head is rewritten within its page while its task is open', async () => {
  const { url, drop } = await migratedDatabase()
  const log = await openLog(url)
  const stream = newStream()
  let standing: Standing = NOWHERE
  for (let round = 0; round < 200; round += 1) standing = await land(log, appendTo(stream, standing))
  // A backend reports its counts at the latest when it ends.
  await log.close()
  await withClient(url, async (client) => {
    for (;;) {
      await client.query('select pg_stat_clear_snapshot()')
      const { rows } = await client.query(
        `select n_tup_upd::integer as all, n_tup_hot_upd::integer as within from pg_stat_user_tables
         where schemaname = 'tasker' and relname = 'heads'`,
      )
      if (rows[0]?.all === 199) {
        // Postgres itself may move a row that somebody still looks at; an index on what changes would move every one.
        assert.ok((rows[0]?.within ?? 0) >= 190, `only ${rows[0]?.within} of 199 stayed in their page`)
        return
      }
    }
  })
  await drop()
})

test.run()
