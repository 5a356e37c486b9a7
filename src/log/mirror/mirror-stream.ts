/**
 * Brings one stream of the mirror forward by events of the log. What is there already is left alone, what is missing
 * before them is fetched from the log, and a stream that is not the log's is never written to.
 */
import { MIRROR_BATCH_BYTES, MIRROR_BATCH_EVENTS, RECORD_PAGE_EVENTS } from '../../core/limits.js'
import type { Log, StoredEvent } from '../../ports/log.js'
import type { MirrorPayloads } from './mirror-payloads.js'
import { MirrorRefused, type MirrorTarget } from './mirror-target.js'

export interface StreamNeeds {
  readonly log: Pick<Log, 'readStream'>
  readonly target: MirrorTarget
  readonly payloads: MirrorPayloads
}

/**
 * `events` are of one stream and follow each other; `expected` says whether they are likely to be there already. Says
 * how many were appended: an append that is repeated counts, since the store answers it as if it were the first.
 */
export const mirrorStream = async (
  { log, target, payloads }: StreamNeeds,
  events: ReadonlyArray<StoredEvent>,
  expected: 'new' | 'there',
): Promise<number> => {
  await payloads.bring(events)
  if (expected === 'there') return fromItsHead({ log, target, payloads }, events)
  let appended = 0
  for (const batch of batchesOf(events)) {
    if ((await target.append(batch)) === 'appended') appended += batch.length
    else appended += await fromItsHead({ log, target, payloads }, batch)
  }
  return appended
}

/** Somebody else was here before, or something is missing: what the store has says what to append. */
const fromItsHead = async (
  { log, target, payloads }: StreamNeeds,
  wanted: ReadonlyArray<StoredEvent>,
): Promise<number> => {
  const [first, last] = [wanted[0], wanted.at(-1)]
  if (first === undefined || last === undefined) return 0
  const { stream } = first
  let appended = 0
  for (;;) {
    const head = await target.head(stream)
    const here = head?.version ?? 0
    if (head !== undefined) await refuseAnother(log, stream, head, wanted)
    if (here >= last.version) return appended
    const missing = await log.readStream(stream, here, Math.min(last.version - here, RECORD_PAGE_EVENTS))
    await payloads.bring(missing)
    for (const batch of batchesOf(missing)) {
      // Another mirror may be at work on the same stream: then look again.
      if ((await target.append(batch)) !== 'appended') break
      appended += batch.length
    }
  }
}

/** The last event of the store's stream must be the log's event of that version. */
const refuseAnother = async (
  log: Pick<Log, 'readStream'>,
  stream: string,
  { version, id }: { readonly version: number; readonly id: string },
  known: ReadonlyArray<StoredEvent>,
): Promise<void> => {
  const ours = known.find((event) => event.version === version) ?? (await log.readStream(stream, version - 1, 1))[0]
  if (ours?.id === id) return
  throw new MirrorRefused(
    'stream_diverged',
    `${stream} holds an event ${version} in the store that is not the log's`,
    'somebody else wrote to it, or the store mirrors another log; mirror to an empty store',
  )
}

/** As much as goes into one append; an event that is larger goes alone. */
const batchesOf = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<ReadonlyArray<StoredEvent>> => {
  const batches: StoredEvent[][] = []
  let size = 0
  for (const event of events) {
    const bytes = Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata)
    const batch = batches.at(-1)
    if (batch === undefined || batch.length === MIRROR_BATCH_EVENTS || size + bytes > MIRROR_BATCH_BYTES) {
      batches.push([event])
      size = bytes
    } else {
      batch.push(event)
      size += bytes
    }
  }
  return batches
}
