/** The part of the contract that is about reading: streams, positions, waiting, heads and snapshots. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { appendTo, event, head, land, NOWHERE, newStream } from './appends.js'
import type { WithLog } from './contract.js'

export const readContract = (test: Test, withLog: WithLog): void => {
  reading(test, withLog)
  waiting(test, withLog)
  heads(test, withLog)
  dueTimesAndSnapshots(test, withLog)
}

const reading = (test: Test, withLog: WithLog): void => {
  test(
    'a stream is read from a version on, and one that does not exist is empty',
    withLog(async ({ log }) => {
      const stream = newStream()
      await land(log, appendTo(stream, NOWHERE, { events: [event(), event(), event()] }))
      assert.equal(
        (await log.readStream(stream, 1)).map((one) => one.version),
        [2, 3],
      )
      assert.equal(
        (await log.readStream(stream, 1, 1)).map((one) => one.version),
        [2],
      )
      assert.equal(await log.readStream(stream, 3), [])
      assert.equal(await log.readStream(newStream(), 0), [])
      assert.is(await log.head(newStream()), undefined)
    }),
  )

  test(
    'all is read from a position on, in the order in which it was committed',
    withLog(async ({ log }) => {
      const start = await log.position()
      const [a, b] = [newStream(), newStream()]
      const first = await land(log, appendTo(a, NOWHERE, { events: [event(), event()] }))
      await log.append([appendTo(b, NOWHERE), appendTo(a, first)])
      const read = await log.readAll(start, 10)
      assert.equal(
        read.map((one) => [one.stream, one.version]),
        [
          [a, 1],
          [a, 2],
          [b, 1],
          [a, 3],
        ],
      )
      assert.equal(
        read.map((one) => one.position),
        [...read].map((one) => one.position).sort((x, y) => x - y),
      )
      assert.equal(await log.readAll(start, 2), read.slice(0, 2))
      assert.equal(await log.readAll(read[1]?.position ?? 0, 10), read.slice(2))
      assert.is(await log.position(), read.at(-1)?.position)
    }),
  )
}

const waiting = (test: Test, withLog: WithLog): void => {
  test(
    'who waits is woken by an append, of whichever process',
    withLog(async ({ log, other }) => {
      const stream = newStream()
      const start = await log.position()
      assert.is(await log.waitFor(start, 0), false)
      const waiting = log.waitFor(start, 60_000)
      const first = await land(other, appendTo(stream, NOWHERE))
      assert.is(await waiting, true)
      assert.is(await log.waitFor(start, 0), true)
      const own = log.waitFor(first.position, 60_000)
      await land(log, appendTo(stream, first))
      assert.is(await own, true)
    }),
  )

  test(
    'waiting ends when it is aborted',
    withLog(async ({ log }) => {
      const controller = new AbortController()
      const waiting = log.waitFor(await log.position(), 60_000, controller.signal)
      controller.abort()
      assert.is(await waiting, false)
      assert.is(await log.waitFor(await log.position(), 60_000, controller.signal), false)
    }),
  )
}

const heads = (test: Test, withLog: WithLog): void => {
  test(
    'heads are listed by stream, open or closed, by status, page by page',
    withLog(async ({ log }) => {
      const status = `s-${randomUUID()}`
      const streams = [newStream(), newStream(), newStream()].sort()
      for (const [index, stream] of streams.entries()) {
        await land(log, appendTo(stream, NOWHERE, { head: head({ status, open: index !== 1 }) }))
      }
      const list = async (filter: { open?: boolean; after?: string; limit?: number }) =>
        (await log.heads({ status, limit: 10, ...filter })).map((one) => one.stream)
      assert.equal(await list({}), streams)
      assert.equal(await list({ open: true }), [streams[0], streams[2]])
      assert.equal(await list({ open: false }), [streams[1]])
      assert.equal(await list({ limit: 1 }), [streams[0]])
      assert.equal(await list({ after: streams[0] ?? '' }), [streams[1], streams[2]])
      assert.equal(await list({ open: true, after: streams[0] ?? '' }), [streams[2]])
    }),
  )
}

const dueTimesAndSnapshots = (test: Test, withLog: WithLog): void => {
  test(
    'the next time at which something is due is known by kind',
    withLog(async ({ log }) => {
      const early = { key: 'a', kind: 'gate', dueAt: -5, target: null, priority: 0, data: '{}' } as const
      await land(
        log,
        appendTo(newStream(), NOWHERE, { due: { put: [early, { ...early, key: 'b', dueAt: 7 }], remove: [] } }),
      )
      assert.is(await log.nextDue(['gate', 'command']), -5)
      assert.is(await log.nextDue(['command']), undefined)
      assert.is(await log.nextDue([]), undefined)
    }),
  )

  test(
    'a snapshot is found by what folded it, and never replaced by an older one',
    withLog(async ({ log }) => {
      const stream = newStream()
      const snapshot = { stream, version: 5, hash: 'ab'.repeat(32), evolveDigest: 'one', state: '{"n":5}' }
      await log.saveSnapshot(snapshot)
      await log.saveSnapshot({ ...snapshot, version: 4, state: '{"n":4}' })
      assert.equal(await log.loadSnapshot(stream, 'one'), snapshot)
      assert.is(await log.loadSnapshot(stream, 'two'), undefined)
      await log.saveSnapshot({ ...snapshot, version: 6 })
      assert.is((await log.loadSnapshot(stream, 'one'))?.version, 6)
    }),
  )
}
