/** `tasker audit` as a program, over Postgres: a record with somebody's hands in it, and bundles larger than memory. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventLine, headerLine } from '../../src/audit/bundle.js'
import { hashEvent } from '../../src/log/hash.js'
import { packageRoot } from '../../src/package-root.js'
import { appendTo, event, land, NOWHERE, newStream } from '../log/appends.js'
import { migratedDatabase, openLog, withClient } from '../log/log-database.js'
import { withFolder } from '../support/temporary-folder.js'
import { program } from './program.js'

const test = suite('tasker audit')

test('a record in Postgres is proven, and what the owner of the database changes behind its back is named', () =>
  withFolder(async (cwd) => {
    const database = await migratedDatabase()
    const environment = { DATABASE_URL: database.url }
    const log = await openLog(database.url)
    try {
      const [stream, other] = [newStream(), newStream()]
      for (const each of [stream, other]) {
        await land(log, appendTo(each, NOWHERE, { events: Array.from({ length: 2_500 }, () => event('{"n":1}')) }))
      }
      const whole = await program(cwd, ['audit', 'verify', '--all'], environment)
      assert.is(whole.exit, 0, whole.stdout)
      assert.match(whole.stdout, '2 tasks with 5000 events proven; 0 broken')
      await withClient(database.url, async (client) => {
        await client.query('alter table tasker.events disable trigger events_are_immutable')
        await client.query(`update tasker.events set data = '{"n":2}' where stream = $1 and version = 1234`, [stream])
        await client.query('delete from tasker.events where stream = $1 and version = 77', [other])
      })
      const broken = await program(cwd, ['audit', 'verify', '--all'], environment)
      assert.is(broken.exit, 1)
      assert.match(broken.stdout, `broken ${stream}: event 1234 (task-created) is not the one that was appended`)
      assert.match(broken.stdout, `broken ${other}: event 77 is missing`)
    } finally {
      await log.close()
      await database.drop()
    }
  }))

const BIG_EVENTS = 60_000
const BIG_DATA = JSON.stringify({ text: 'x'.repeat(4_000) })

/** Nearly 300 MB. */
const writeBigBundle = async (file: string): Promise<void> => {
  const out = createWriteStream(file)
  const write = async (line: string): Promise<void> => {
    if (!out.write(`${line}\n`)) await once(out, 'drain')
  }
  const stream = newStream()
  const common = { stream, schemaVersion: 1, type: 't', time: '2026-01-01T00:00:00.000000Z', metadata: '{}' }
  const eventOf = (version: number, previous: string) => {
    const content = { ...common, id: '01900000-0000-7000-8000-000000000000', version, data: BIG_DATA }
    return { ...content, hash: hashEvent(previous, content) }
  }
  let hash = ''
  for (let version = 1; version <= BIG_EVENTS; version += 1) hash = eventOf(version, hash).hash
  await write(headerLine({ stream, version: BIG_EVENTS, hash }))
  hash = ''
  for (let version = 1; version <= BIG_EVENTS; version += 1) {
    const next = eventOf(version, hash)
    hash = next.hash
    await write(eventLine(next))
  }
  out.end()
  await once(out, 'close')
}

test('a bundle of hundreds of megabytes is proven with a heap of a few', () =>
  withFolder(async (cwd) => {
    const file = join(cwd, 'big.ndjson')
    await writeBigBundle(file)
    const bin = join(packageRoot, 'dist/src/bin.js')
    const stdout = await new Promise<string>((resolve, reject) => {
      const argv = ['--max-old-space-size=48', bin, 'audit', 'verify', file]
      execFile(process.execPath, argv, { cwd }, (error, out, err) =>
        error === null ? resolve(out) : reject(new Error(err)),
      )
    })
    assert.match(stdout, `${BIG_EVENTS} events and 0 payloads proven`)
  }))

test.run()
