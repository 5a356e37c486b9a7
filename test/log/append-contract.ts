/** The part of the contract that is about what lands with the events: head, due rows, payloads, inbox. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../src/log/hash.js'
import type { DueRow } from '../../src/ports/log.js'
import { appendTo, head, land, NOWHERE, newStream, one } from './appends.js'
import type { WithLog } from './contract.js'

const row = (key: string, more: Partial<DueRow> = {}): DueRow => ({
  key,
  kind: 'queue',
  dueAt: 1_000,
  target: 'default',
  priority: 0,
  data: '{}',
  ...more,
})

export const appendContract = (test: Test, withLog: WithLog): void => {
  headsSay(test, withLog)
  dueRows(test, withLog)
  payloadsAndInbox(test, withLog)
}

const headsSay = (test: Test, withLog: WithLog): void => {
  test(
    'the head says what the last append said',
    withLog(async ({ log }) => {
      const stream = newStream()
      const first = await land(log, appendTo(stream, NOWHERE))
      const state = head({ status: 'complete', open: false, holders: [7, 9_000_000_000] })
      const { version, hash } = await land(log, appendTo(stream, first, { head: state }))
      assert.equal(await log.head(stream), { stream, version, hash, ...state })
    }),
  )

  test(
    'an append without events settles what is due and leaves the version',
    withLog(async ({ log }) => {
      const stream = newStream()
      const first = await land(log, appendTo(stream, NOWHERE))
      const second = await land(log, appendTo(stream, first, { events: [], head: head({ status: 'paused' }) }))
      assert.equal([second.version, second.hash], [first.version, first.hash])
      assert.is((await log.head(stream))?.status, 'paused')
    }),
  )
}

const dueRows = (test: Test, withLog: WithLog): void => {
  test(
    'due rows are removed, put and replaced',
    withLog(async ({ log }) => {
      const stream = newStream()
      const dueKeys = async (): Promise<ReadonlyArray<unknown>> =>
        (await log.dueBefore(5_000, ['queue', 'retry'], 1_000))
          .filter((entry) => entry.stream === stream)
          .map(({ key, kind, dueAt, target, data }) => [key, kind, dueAt, target, data])
      const put = [
        row('queue/1'),
        row('queue/2', { dueAt: 900 }),
        row('retry/3', { dueAt: 6_000, kind: 'retry', target: null }),
      ]
      const first = await land(log, appendTo(stream, NOWHERE, { due: { put, remove: ['queue/9'] } }))
      assert.equal(await dueKeys(), [
        ['queue/2', 'queue', 900, 'default', '{}'],
        ['queue/1', 'queue', 1_000, 'default', '{}'],
      ])
      const again = [
        row('retry/3', { kind: 'retry', dueAt: 4_000, target: null, data: '{"n":2}' }),
        row('queue/1', { dueAt: 950 }),
      ]
      await land(log, appendTo(stream, first, { due: { put: again, remove: ['queue/2', 'queue/1'] } }))
      assert.equal(await dueKeys(), [
        ['queue/1', 'queue', 950, 'default', '{}'],
        ['retry/3', 'retry', 4_000, null, '{"n":2}'],
      ])
    }),
  )

  test(
    'an append that conflicts changes nothing beside the events either',
    withLog(async ({ log }) => {
      const stream = newStream()
      const id = randomUUID()
      await land(log, appendTo(stream, NOWHERE, { due: { put: [row(id)], remove: [] } }))
      const payload = { digest: digestOf(id), text: id }
      await one(
        log,
        appendTo(stream, NOWHERE, {
          due: { put: [row('x')], remove: [id] },
          payloads: [payload],
          head: head({ open: false }),
        }),
      )
      const due = (await log.dueBefore(5_000, ['queue'], 1_000)).filter((entry) => entry.stream === stream)
      assert.equal(
        due.map((entry) => entry.key),
        [id],
      )
      assert.equal(await log.payloads(stream, [payload.digest]), [])
      assert.is((await log.head(stream))?.open, true)
    }),
  )
}

const payloadsAndInbox = (test: Test, withLog: WithLog): void => {
  test(
    'a payload is stored once a stream, whoever brings it again',
    withLog(async ({ log }) => {
      const stream = newStream()
      const text = JSON.stringify('ä'.repeat(50_000))
      const payload = { digest: digestOf(text), text }
      const first = await land(log, appendTo(stream, NOWHERE, { payloads: [payload] }))
      await land(log, appendTo(stream, first, { payloads: [payload] }))
      assert.equal(await log.payloads(stream, [payload.digest, digestOf('unknown')]), [payload])
      assert.equal(await log.payloads(newStream(), [payload.digest]), [])
    }),
  )

  test(
    'inbox rows stay until the append that consumes them lands',
    withLog(async ({ log, putInInbox }) => {
      const stream = newStream()
      const id = await putInInbox({ kind: 'signal', stream, data: '{"n":1}' })
      const kept = await putInInbox({ kind: 'create', stream: null, data: '{}' })
      const rows = async () => (await log.inbox(1_000)).filter((one) => one.id === id || one.id === kept)
      assert.equal(await rows(), [
        { id, kind: 'signal', stream, data: '{"n":1}' },
        { id: kept, kind: 'create', stream: null, data: '{}' },
      ])
      await one(log, appendTo(stream, { version: 3, hash: 'ab'.repeat(32) }, { inbox: [id] }))
      assert.is((await rows()).length, 2)
      await land(log, appendTo(stream, NOWHERE, { inbox: [id] }))
      assert.equal(
        (await rows()).map((one) => one.id),
        [kept],
      )
      assert.is((await log.inbox(1, kept - 1))[0]?.id, kept)
      assert.equal(await log.inbox(1, kept), [])
      await log.dropInbox([kept, id])
      assert.equal(await rows(), [])
    }),
  )
}
