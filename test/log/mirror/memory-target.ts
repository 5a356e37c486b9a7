/** A mirror's target without a wire: the store in memory, asked directly. */
import type { MirrorTarget } from '../../../src/log/mirror/mirror-target.js'
import type { EventStore } from './event-store.js'

const NOTES = 'tasker-mirror'

export const memoryTarget = (store: EventStore): MirrorTarget => ({
  append: async (events) => {
    const [first] = events
    if (first === undefined) return 'appended'
    const proposed = events.map(({ id, type, data, metadata }) => ({
      ...{ id, type, contentType: 'application/json' },
      data: Buffer.from(data),
      metadata: Buffer.from(metadata),
    }))
    const expected = first.version === 1 ? 'no stream' : first.version - 2
    const { kind } = store.append(first.stream, expected, proposed)
    if (kind === 'too large') throw new Error('too large')
    return kind === 'appended' ? 'appended' : 'wrong version'
  },
  appendPayload: async (stream, { digest, text }) => {
    const piece = { id: digest, type: 'payload-stored', contentType: 'text', data: Buffer.from(text) }
    store.append(`payload-${stream}-${digest}`, 'no stream', [{ ...piece, metadata: Buffer.alloc(0) }])
  },
  head: async (stream) => {
    const last = store.streams.get(stream)?.at(-1)
    return last === undefined ? undefined : { version: last.revision + 1, id: last.id }
  },
  checkpoint: async () => {
    const last = store.streams.get(NOTES)?.at(-1)
    return last === undefined ? undefined : Number(Buffer.from(last.data).toString())
  },
  saveCheckpoint: async (position) => {
    const note = { id: '', type: 'note', contentType: 'text', data: Buffer.from(String(position)) }
    store.append(NOTES, 'any', [{ ...note, metadata: Buffer.alloc(0) }])
  },
  close: async () => undefined,
})
