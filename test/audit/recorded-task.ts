/** A short task in a memory log, with a payload that two of its events refer to: something to export and to tamper with. */

import { digestOf } from '../../src/log/hash.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createMemoryStore, type MemoryStore } from '../../src/log/memory-store.js'
import type { Log } from '../../src/ports/log.js'
import { systemClock } from '../../src/system-clock.js'
import { appendTo, event, land, NOWHERE, newStream } from '../log/appends.js'

export interface RecordedTask {
  readonly log: Log
  readonly store: MemoryStore
  readonly stream: string
}

export const PAYLOAD = '"a result that is too large to stand in an event: Ünïcödé"'

/** Six events in two appends. */
export const recordTask = async (store: MemoryStore = createMemoryStore()): Promise<RecordedTask> => {
  const log = createMemoryLog(systemClock, store)
  const stream = newStream()
  const digest = digestOf(PAYLOAD)
  const reference = { digest, bytes: Buffer.byteLength(PAYLOAD) }
  const completed = (step: string) => event(JSON.stringify({ step, attempt: 1, result: reference }), 'step-completed')
  const first = await land(
    log,
    appendTo(stream, NOWHERE, {
      events: [event('{"a":"ä"}'), completed('one'), completed('two')],
      payloads: [{ digest, text: PAYLOAD }],
    }),
  )
  const rest = [event('{"n":1.5}', 'x'), event('{"n":[]}', 'y'), event('{}', 'z')]
  await land(log, appendTo(stream, first, { events: rest }))
  return { log, store, stream }
}

export const linesOf = async (lines: AsyncIterable<string>): Promise<string[]> => {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

/** As a file is read: in pieces that end anywhere. */
export async function* piecesOf(lines: ReadonlyArray<string>, size = 100): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
