/** The part of the contract that is about writing: outcomes stream by stream, and what lands with the events. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../src/log/hash.js'
import type { DueRow } from '../../src/ports/log.js'
import { appendTo, chainOf, event, head, land, NOWHERE, newStream, one } from './appends.js'
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
  outcomes(test, withLog)
  badText(test, withLog)
  whatLandsWithTheEvents(test, withLog)
}

const outcomes = (test: Test, withLog: WithLog): void => {
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

const badText = (test: Test, withLog: WithLog): void => {
  const cases: ReadonlyArray<readonly [string, string, string]> = [
    ['an escaped NUL', '{"result":"a\\u0000b"}', 'text_has_no_nul'],
    ['a NUL as it is', '{"result":"a\0b"}', 'text_has_no_nul'],
    ['an escaped lone surrogate', JSON.stringify({ result: 'a\ud800b' }), 'text_has_no_lone_surrogate'],
    ['a lone low surrogate', '"\\uDC00\\uD800"', 'text_has_no_lone_surrogate'],
    ['a lone surrogate as it is', '{"result":"\ud800"}', 'text_has_no_lone_surrogate'],
  ]
  for (const [name, data, constraint] of cases) {
    test(
      `${name} in a result is refused and harms nobody else`,
      withLog(async ({ log }) => {
        const streams = [newStream(), newStream(), newStream()]
        const results = await Promise.all(
          streams.map((stream, index) =>
            one(log, appendTo(stream, NOWHERE, { events: [event(index === 1 ? data : '{}')] })),
          ),
        )
        assert.equal(
          results.map((result) => result.kind),
          ['landed', 'refused', 'landed'],
        )
        assert.is(results[1]?.kind === 'refused' && results[1].constraint, constraint)
        assert.equal(await log.readStream(streams[1] ?? '', 0), [])
      }),
    )
  }

  test(
    'a pair of surrogates and a backslash before u0000 are text like any other',
    withLog(async ({ log }) => {
      const stream = newStream()
      const texts = [
        '"\\ud83d\\ude00"',
        '"\\\\u0000"',
        '"\\\\ud800 \\u00e4"',
        JSON.stringify('😀 \\u0000'),
        '"\\u2028\\n"',
      ]
      await land(log, appendTo(stream, NOWHERE, { events: texts.map((text) => event(text)) }))
      assert.equal(
        (await log.readStream(stream, 0)).map((one) => one.data),
        texts,
      )
    }),
  )

  test(
    'a payload whose digest is of something else is refused',
    withLog(async ({ log }) => {
      const outcome = await one(
        log,
        appendTo(newStream(), NOWHERE, { payloads: [{ digest: digestOf('a'), text: 'b' }] }),
      )
      assert.is(outcome.kind === 'refused' && outcome.constraint, 'payloads_match_their_digest')
    }),
  )
}

const whatLandsWithTheEvents = (test: Test, withLog: WithLog): void => {
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
    }),
  )
}
