/** `tasker mirror eventstoredb` as a program, over Postgres, against a local server: stopped, killed, and run again. */
import { EventStoreDBClient } from '@eventstore/db-client'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Log } from '../../src/ports/log.js'
import { appendTo, event, land, NOWHERE, newStream } from '../log/appends.js'
import { migratedDatabase, openLog } from '../log/log-database.js'
import { type EventStoreServer, startEventStoreServer } from '../log/mirror/event-store-server.js'
import { isMirrored } from '../log/mirror/mirror-contract.js'
import { withFolder } from '../support/temporary-folder.js'
import { program, start } from './program.js'

const test = suite('tasker mirror eventstoredb')

const STREAMS = 40
const EVENTS = 60

interface Given {
  readonly cwd: string
  readonly server: EventStoreServer
  readonly environment: Readonly<Record<string, string>>
  readonly log: Log
  readonly streams: ReadonlyArray<string>
  holdsAll(): Promise<void>
}

const given = (use: (given: Given) => Promise<void>): Promise<void> =>
  withFolder(async (cwd) => {
    const database = await migratedDatabase()
    const log = await openLog(database.url)
    const server = await startEventStoreServer()
    try {
      const streams = Array.from({ length: STREAMS }, newStream)
      for (const stream of streams) {
        const events = Array.from({ length: EVENTS }, () => event('{"of":"a task"}', 'step-completed'))
        await land(log, appendTo(stream, NOWHERE, { events }))
      }
      const holdsAll = async (): Promise<void> => {
        const client = EventStoreDBClient.connectionString(server.url)
        for (const stream of streams) await isMirrored(client, await log.readStream(stream, 0))
        await client.dispose()
      }
      const environment = { DATABASE_URL: database.url, EVENTSTOREDB_URL: server.url }
      await use({ cwd, server, environment, log, streams, holdsAll })
    } finally {
      await server.stop()
      await log.close()
      await database.drop()
    }
  })

test('mirrors everything once, and says how much', () =>
  given(async ({ cwd, environment, holdsAll }) => {
    const argv = ['mirror', 'eventstoredb', '--once']
    const first = await program(cwd, argv, environment)
    assert.is(first.exit, 0, first.stderr)
    assert.match(first.stdout, `mirrored up to position ${STREAMS * EVENTS}: ${STREAMS * EVENTS} events read`)
    await holdsAll()
    const again = await program(cwd, [...argv, '--json'], environment)
    assert.equal(JSON.parse(again.stdout), { position: STREAMS * EVENTS, read: 0, appended: 0 })
  }))

test('is killed again and again, and nothing is missing or there twice in the end', () =>
  given(async ({ cwd, server, environment, holdsAll }) => {
    for (const appends of [1, 7, 23]) {
      let left = appends
      const running = start(cwd, ['mirror', 'eventstoredb', '--from', 'start', '--once'], environment)
      server.onAppend = () => {
        left -= 1
        // In the middle of an append: the answer is on its way to nobody.
        if (left === 0) running.child.kill('SIGKILL')
        return 'answer'
      }
      await running.ended
    }
    server.onAppend = () => 'answer'
    const last = await program(cwd, ['mirror', 'eventstoredb', '--once'], environment)
    assert.is(last.exit, 0, last.stderr)
    await holdsAll()
  }))

test('follows the log until it is interrupted, and then notes where it was', () =>
  given(async ({ cwd, server, environment, log, streams }) => {
    const running = start(cwd, ['mirror', 'eventstoredb'], environment)
    const stream = newStream()
    const arrived = new Promise<void>((resolve) => {
      const end = server.store.watch((record) => {
        if (record.stream !== stream) return
        end()
        resolve()
      })
    })
    await land(log, appendTo(stream, NOWHERE, { events: [event()] }))
    await arrived
    running.child.kill('SIGTERM')
    const { exit, stdout, stderr } = await running.ended
    assert.is(exit, 0, stderr)
    assert.match(stdout, `mirrored up to position ${streams.length * EVENTS + 1}`)
    const again = await program(cwd, ['mirror', 'eventstoredb', '--once', '--json'], environment)
    assert.is(JSON.parse(again.stdout).read, 0)
  }))

test('an address that is none is exit code 2, a store that denies is 4, and both say what to do', () =>
  given(async ({ cwd, server, environment }) => {
    const none = await program(cwd, ['mirror', 'eventstoredb', '--url', 'http://u:hunter2@x'], environment)
    assert.is(none.exit, 2)
    assert.match(none.stderr, 'eventstoredb_url_invalid')
    assert.not.match(none.stderr, 'hunter2')
    server.onAppend = () => 'deny'
    const denied = await program(cwd, ['mirror', 'eventstoredb', '--once'], environment)
    assert.is(denied.exit, 4)
    assert.match(denied.stderr, 'EventStoreDB denies access')
    const unnamed = await program(cwd, ['mirror', 'eventstoredb'], { ...environment, EVENTSTOREDB_URL: '' })
    assert.is(unnamed.exit, 2)
  }))

test.run()
