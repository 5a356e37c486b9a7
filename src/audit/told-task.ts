/** A task's record decoded and folded, as every story and every replay needs it. */
import * as E from 'fp-ts/lib/Either.js'
import { type Content, contentReferencesIn, isReference } from '../core/content.js'
import { decodeEvent, type TaskEvent, type UnreadableEvent } from '../core/event.js'
import { evolve } from '../core/evolve/evolve.js'
import type { Json } from '../core/json.js'
import { emptyState, type TaskState } from '../core/state.js'
import { pagesOf, payloadsOf, type TaskRecord } from './record-pages.js'

export interface ToldTask {
  readonly stream: string
  /** In order: the version of an event is its place, from 1. */
  readonly events: ReadonlyArray<TaskEvent>
  /** The time of each event. */
  readonly times: ReadonlyArray<string>
  /** The hash of the last event. */
  readonly hash: string
}

/** Reads what an event carries by digest; undefined where it cannot be had. */
export type ReadContent = (content: Content) => Json | undefined

/** Left where an event is of a type or version that this process does not know. A stream that does not exist is empty. */
export const readTask = async (
  record: Pick<TaskRecord, 'readStream'>,
  stream: string,
  upTo?: number,
): Promise<E.Either<UnreadableEvent, ToldTask>> => {
  const events: TaskEvent[] = []
  const times: string[] = []
  let hash = ''
  for await (const page of pagesOf(record, stream, upTo)) {
    for (const stored of page) {
      const decoded = decodeEvent(stored)
      if (E.isLeft(decoded)) return decoded
      events.push(decoded.right)
      times.push(stored.time)
      hash = stored.hash
    }
  }
  return E.right({ stream, events, times, hash })
}

export const foldOf = (events: ReadonlyArray<TaskEvent>): TaskState => {
  const state = emptyState()
  for (const event of events) evolve(state, event)
  return state
}

/** Fetches what these events carry by digest, so that pure code can read all of it. */
export const contentsOf = async (
  record: Pick<TaskRecord, 'payloads'>,
  stream: string,
  events: ReadonlyArray<TaskEvent>,
): Promise<ReadContent> => {
  const digests = new Set(events.flatMap((event) => contentReferencesIn(event).map(({ digest }) => digest)))
  const byDigest = new Map<string, Json>()
  for await (const { digest, text } of payloadsOf(record, stream, digests)) byDigest.set(digest, JSON.parse(text))
  return (content) => (isReference(content) ? byDigest.get(content.digest) : content.value)
}
