/**
 * The append of the memory log: the same outcomes in the same order of precedence as migration 0002 gives them. It runs
 * to its end without yielding, which is its append lock.
 */
import type { AppendOutcome, Guard, StoredEvent, StreamAppend } from '../ports/log.js'
import { digestOf } from './hash.js'
import { takeSlots } from './memory-slots.js'
import { type MemoryStore, within } from './memory-store.js'
import type { PreparedAppend, Refused } from './prepared-append.js'

export const appendToMemory = (
  store: MemoryStore,
  batch: ReadonlyArray<PreparedAppend>,
  now: number,
): ReadonlyArray<AppendOutcome> => {
  endExpiredSessions(store, batch, now)
  return batch.map(
    (prepared) => faultOf(store, prepared) ?? throttled(store, prepared.append, now) ?? land(store, prepared),
  )
}

/** Only an append that would land ends a session; one that was renewed meanwhile stays. */
const endExpiredSessions = (store: MemoryStore, batch: ReadonlyArray<PreparedAppend>, now: number): void => {
  for (const { append } of batch) {
    const head = store.heads.get(append.stream)
    if (head?.version !== append.expectedVersion || head.hash !== append.expectedHash) continue
    for (const guard of append.guards ?? []) {
      const session = store.sessions.get(guard.session)
      if (guard.kind === 'session-expired' && session !== undefined && session.expiresAt <= now) {
        store.sessions.set(session.id, { ...session, ended: true })
      }
    }
  }
}

const faultOf = (store: MemoryStore, { append }: PreparedAppend): AppendOutcome | undefined => {
  const { stream } = append
  const head = store.heads.get(stream)
  if ((head?.version ?? 0) !== append.expectedVersion) {
    return { kind: 'conflict', missed: (store.streams.get(stream) ?? []).slice(append.expectedVersion) }
  }
  if ((head?.hash ?? '') !== append.expectedHash) return refuse(stream, 'events_follow_the_hash_of_their_head')
  const owner = append.identity === undefined ? undefined : store.identities.get(append.identity)
  if (owner !== undefined && owner !== stream) return { kind: 'duplicate', stream: owner }
  const failed = append.guards?.find((guard) => !holds(store, guard))
  if (failed !== undefined) {
    return refuse(stream, failed.kind === 'session-alive' ? 'session_expired' : 'session_alive')
  }
  const foreign = append.payloads.some((payload) => digestOf(payload.text) !== payload.digest)
  return foreign ? refuse(stream, 'payloads_match_their_digest') : undefined
}

const holds = (store: MemoryStore, guard: Guard): boolean => {
  const isAlive = store.sessions.get(guard.session)?.ended === false
  return isAlive === (guard.kind === 'session-alive')
}

const refuse = (stream: string, constraint: string): Refused => ({
  kind: 'refused',
  constraint,
  message: `${stream} was refused by ${constraint}`,
})

/** Gives slots back and takes the slots of a stream, or says which limit has none. */
const throttled = (store: MemoryStore, { stream, slots }: StreamAppend, now: number): Refused | undefined => {
  if (slots === undefined) return undefined
  const throttle = takeSlots(store, stream, slots, now)
  return throttle === undefined ? undefined : { ...refuse(stream, 'throttled'), throttle }
}

const land = (store: MemoryStore, prepared: PreparedAppend): AppendOutcome => {
  const { append, version, hash, time } = prepared
  const { stream } = append
  const events = store.streams.get(stream) ?? []
  store.streams.set(stream, events)
  for (const event of eventsOf(prepared, store.events.length)) {
    store.events.push(event)
    events.push(event)
  }
  store.heads.set(stream, { stream, version, hash, ...append.head })
  if (append.identity !== undefined) store.identities.set(append.identity, stream)
  for (const { digest, text } of append.payloads) within(store.payloads, stream).set(digest, text)
  for (const key of append.due.remove) store.due.get(stream)?.delete(key)
  for (const row of append.due.put) within(store.due, stream).set(row.key, { stream, ...row })
  for (const id of append.inbox ?? []) store.inbox.delete(id)
  return { kind: 'landed', version, hash, position: store.events.length, time: time.text }
}

const eventsOf = ({ append, hashes, time }: PreparedAppend, position: number): ReadonlyArray<StoredEvent> =>
  append.events.map((event, index) => ({
    ...event,
    position: position + index + 1,
    stream: append.stream,
    version: append.expectedVersion + index + 1,
    time: time.text,
    hash: hashes[index] ?? '',
  }))
