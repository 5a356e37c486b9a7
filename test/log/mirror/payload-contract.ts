/** What an event refers to by digest, in EventStoreDB: held against a local server and, where there is one, a real one. */
import { type EventStoreDBClient, NO_STREAM } from '@eventstore/db-client'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../../src/log/hash.js'
import { payloadPieces, streamOfPayload } from '../../../src/log/mirror/mirrored-payload.js'
import type { Log } from '../../../src/ports/log.js'
import { appendTo, event, land, NOWHERE, newStream, type Standing } from '../appends.js'
import { type Opened, toldOn } from './mirror-contract.js'

/** In every piece there are characters that are two halves in memory, so that one falls on every cut. */
const LARGE = JSON.stringify({ text: `x${'🜚ü'.repeat(120_000)}` })

const referTo = (text: string): string =>
  JSON.stringify({ step: 'a', attempt: 1, result: { digest: digestOf(text), bytes: Buffer.byteLength(text) } })

/** Appends an event that refers to a payload, to a stream that is new or stands somewhere. */
const store = async (log: Log, stream: string, text: string, standing: Standing = NOWHERE): Promise<Standing> =>
  land(
    log,
    appendTo(stream, standing, {
      events: [event(referTo(text), 'step-completed')],
      payloads: [{ digest: digestOf(text), text }],
    }),
  )

const keptText = async (client: EventStoreDBClient, stream: string, text: string): Promise<string> => {
  let kept = ''
  for await (const { event: piece } of client.readStream(streamOfPayload(stream, digestOf(text)))) {
    assert.is(piece?.type, 'payload-stored')
    assert.is(Reflect.get(Object(piece?.data), 'digest'), digestOf(text))
    kept += String(Reflect.get(Object(piece?.data), 'text'))
  }
  return kept
}

export const payloadContract = (test: Test, open: () => Promise<Opened>): void => {
  const told = toldOn(open)
  test(
    'what an event refers to by its digest is there before it, whole, and once',
    told(async ({ log, client, mirror }) => {
      const [stream, other] = [newStream(), newStream()]
      const small = '{"a":"ü"}'
      await store(log, stream, LARGE, await store(log, stream, small, await store(log, stream, small)))
      await store(log, other, small)
      const names = [streamOfPayload(stream, digestOf(LARGE)), stream]
      const seen: Array<string | undefined> = []
      const stop = new AbortController()
      const following = mirror({ signal: stop.signal })
      for (const name of names)
        for await (const { event: record } of client.subscribeToStream(name)) {
          seen.push(record?.streamId)
          const isLast = name === stream ? record?.revision === 2n : Reflect.get(Object(record?.data), 'piece') === 3
          if (isLast) break
        }
      stop.abort()
      await following
      assert.equal(seen, [...Array(3).fill(names[0]), ...Array(3).fill(stream)])
      assert.is(await keptText(client, stream, LARGE), LARGE)
      assert.is(await keptText(client, stream, small), small)
      assert.is(await keptText(client, other, small), small)
      await mirror({ once: true, fromStart: true })
      assert.is(await keptText(client, stream, LARGE), LARGE)
    }),
  )

  test(
    'a payload of which a crash has left a piece is made whole',
    told(async ({ log, client, mirror }) => {
      const stream = newStream()
      await store(log, stream, LARGE)
      const pieces = payloadPieces(stream, { digest: digestOf(LARGE), text: LARGE })
      assert.ok(pieces.length > 2)
      await client.appendToStream(streamOfPayload(stream, digestOf(LARGE)), pieces.slice(0, 1), {
        expectedRevision: NO_STREAM,
      })
      await mirror()
      assert.is(await keptText(client, stream, LARGE), LARGE)
    }),
  )
}
