/** The part of the contract that is about outcomes: each stream of a batch has its own. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { appendTo, chainOf, event, land, NOWHERE, newStream, one } from './appends.js'
import type { WithLog } from './contract.js'

export const outcomeContract = (test: Test, withLog: WithLog): void => {
  landing(test, withLog)
  conflicts(test, withLog)
  batches(test, withLog)
  identities(test, withLog)
  streamsTwice(test, withLog)
}

const landing = (test: Test, withLog: WithLog): void => {
  test(
    'events land in order, chained by their hashes',
    withLog(async ({ log }) => {
      const stream = newStream()
      const first = await land(log, appendTo(stream, NOWHERE, { events: [event('{"ä":"😀"}'), event()] }))
      const second = await land(log, appendTo(stream, first, { events: [event('{"a" : 1.0}', 'step-started')] }))
      const stored = await log.readStream(stream, 0)
      assert.equal(
        stored.map((one) => one.version),
        [1, 2, 3],
      )
      assert.equal(
        stored.map((one) => one.hash),
        chainOf(stored),
      )
      assert.equal(
        stored.map((one) => one.data),
        ['{"ä":"😀"}', '{}', '{"a" : 1.0}'],
      )
      assert.is(second.version, 3)
      assert.is(second.hash, stored[2]?.hash)
      assert.is(second.position, stored[2]?.position)
      assert.is(second.time, stored[2]?.time)
      assert.match(second.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    }),
  )
}

const conflicts = (test: Test, withLog: WithLog): void => {
  test(
    'who comes second is told what was missed',
    withLog(async ({ log, other }) => {
      const stream = newStream()
      const start = await land(log, appendTo(stream, NOWHERE))
      await land(other, appendTo(stream, start, { events: [event('{"n":2}'), event('{"n":3}')] }))
      const outcome = await one(log, appendTo(stream, start))
      assert.equal(outcome, { kind: 'conflict', missed: await log.readStream(stream, 1) })
      assert.is((await log.readStream(stream, 0)).length, 3)
    }),
  )

  test(
    'a stream that exists is no new one',
    withLog(async ({ log }) => {
      const stream = newStream()
      await land(log, appendTo(stream, NOWHERE))
      assert.equal(await one(log, appendTo(stream, NOWHERE)), {
        kind: 'conflict',
        missed: await log.readStream(stream, 0),
      })
    }),
  )

  test(
    'a version that the stream has not reached is a conflict without events',
    withLog(async ({ log }) => {
      const stream = newStream()
      const { version, hash } = await land(log, appendTo(stream, NOWHERE))
      assert.equal(await one(log, appendTo(stream, { version: version + 1, hash })), { kind: 'conflict', missed: [] })
    }),
  )

  test(
    'a head with another hash refuses what would not follow it',
    withLog(async ({ log }) => {
      const stream = newStream()
      await land(log, appendTo(stream, NOWHERE))
      const outcome = await one(log, appendTo(stream, { version: 1, hash: 'ab'.repeat(32) }))
      assert.is(outcome.kind === 'refused' && outcome.constraint, 'events_follow_the_hash_of_their_head')
    }),
  )
}

const batches = (test: Test, withLog: WithLog): void => {
  test(
    'the streams of a batch land although others conflict, exist or are refused',
    withLog(async ({ log }) => {
      const [behind, taken, bad, fine, last] = [newStream(), newStream(), newStream(), newStream(), newStream()]
      const key = randomUUID()
      await land(log, appendTo(behind, NOWHERE))
      const owner = newStream()
      await land(log, appendTo(owner, NOWHERE, { identity: key }))
      const results = await log.append([
        appendTo(behind, NOWHERE),
        appendTo(taken, NOWHERE, { identity: key }),
        appendTo(fine, NOWHERE, { events: [event(), event()] }),
        appendTo(bad, NOWHERE, { events: [event('"\\u0000"')] }),
        appendTo(last, NOWHERE),
      ])
      assert.equal(
        results.map((result) => result.kind),
        ['conflict', 'duplicate', 'landed', 'refused', 'landed'],
      )
      assert.equal(results[1], { kind: 'duplicate', stream: owner })
      for (const [index, stream] of [
        [2, fine],
        [4, last],
      ] as const) {
        const result = results[index]
        const stored = await log.readStream(stream, 0)
        assert.is(result?.kind === 'landed' && result.position, stored.at(-1)?.position)
      }
      assert.equal(await log.readStream(taken, 0), [])
      assert.is(await log.head(bad), undefined)
    }),
  )
}

const identities = (test: Test, withLog: WithLog): void => {
  test(
    'of two streams with one identity in a batch the first has it',
    withLog(async ({ log }) => {
      const [first, second] = [newStream(), newStream()]
      const identity = randomUUID()
      const results = await log.append([
        appendTo(first, NOWHERE, { identity }),
        appendTo(second, NOWHERE, { identity }),
      ])
      assert.equal(
        results.map((result) => result.kind),
        ['landed', 'duplicate'],
      )
      assert.is(await log.findByIdentity(identity), first)
      assert.is(await log.findByIdentity(randomUUID()), undefined)
    }),
  )

  test(
    'an identity is not taken by an append that conflicts',
    withLog(async ({ log }) => {
      const stream = newStream()
      const identity = randomUUID()
      await land(log, appendTo(stream, NOWHERE))
      assert.is((await one(log, appendTo(stream, NOWHERE, { identity }))).kind, 'conflict')
      assert.is(await log.findByIdentity(identity), undefined)
    }),
  )
}

const streamsTwice = (test: Test, withLog: WithLog): void => {
  test(
    'the same stream twice in a batch is a mistake that throws',
    withLog(async ({ log }) => {
      const stream = newStream()
      try {
        await log.append([appendTo(stream, NOWHERE), appendTo(stream, NOWHERE)])
        assert.unreachable()
      } catch (error) {
        assert.match(String(error), `names ${stream} twice`)
      }
      assert.equal(await log.readStream(stream, 0), [])
    }),
  )

  test(
    'two appends to one stream at the same time do not share a batch',
    withLog(async ({ log }) => {
      const stream = newStream()
      const outcomes = await Promise.all([one(log, appendTo(stream, NOWHERE)), one(log, appendTo(stream, NOWHERE))])
      assert.equal(
        outcomes.map((outcome) => outcome.kind),
        ['landed', 'conflict'],
      )
    }),
  )
}
