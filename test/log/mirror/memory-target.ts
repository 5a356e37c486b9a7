/** A mirror's target without a wire: the store in memory, asked directly or over a way that may fail. */
import type { MirrorTarget } from '../../../src/log/mirror/mirror-target.js'
import { appendPieces, payloadPieces, streamOfPayload } from '../../../src/log/mirror/mirrored-payload.js'
import type { EventStore, Expected, ProposedRecord } from './event-store.js'

export const NOTES = 'tasker-mirror'

/** What becomes of one call of the store. */
export type Way = <A>(call: () => A) => Promise<A>

const straight: Way = async (call) => call()

export const memoryTarget = (store: EventStore, way: Way = straight): MirrorTarget => {
  const append = async (
    stream: string,
    expected: Expected,
    proposed: ReadonlyArray<ProposedRecord>,
  ): Promise<'appended' | 'wrong version'> => {
    const { kind } = await way(() => store.append(stream, expected, proposed))
    if (kind === 'too large') throw new Error('too large')
    return kind === 'appended' ? 'appended' : 'wrong version'
  }
  const last = (stream: string) => way(() => store.streams.get(stream)?.at(-1))
  const head: MirrorTarget['head'] = async (stream) => {
    const found = await last(stream)
    return found === undefined ? undefined : { version: found.revision + 1, id: found.id }
  }
  return {
    append: async (events) => {
      const [first] = events
      if (first === undefined) return 'appended'
      const proposed = events.map(({ id, type, data, metadata }) => recordOf(id, type, data, metadata))
      return append(first.stream, after(first.version - 1), proposed)
    },
    appendPayload: async (stream, payload) => {
      const name = streamOfPayload(stream, payload.digest)
      await appendPieces(
        payloadPieces(stream, payload),
        ({ id, type, data }, before) => append(name, after(before), [recordOf(id ?? '', type, JSON.stringify(data))]),
        async () => (await head(name))?.version ?? 0,
      )
    },
    head,
    checkpoint: async () => {
      const found = await last(NOTES)
      return found === undefined ? undefined : Number(Buffer.from(found.data).toString())
    },
    saveCheckpoint: async (position) => {
      await append(NOTES, 'any', [recordOf('', 'note', String(position))])
    },
    close: async () => undefined,
  }
}

const after = (count: number): Expected => (count === 0 ? 'no stream' : count - 1)

const recordOf = (id: string, type: string, data: string, metadata = ''): ProposedRecord => ({
  ...{ id, type, contentType: 'application/json' },
  data: Buffer.from(data),
  metadata: Buffer.from(metadata),
})
