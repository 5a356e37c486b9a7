/**
 * The event log in memory, for the simulation and for tests of what stands on a log. It keeps the same promises as the
 * one on Postgres, and time is the clock's, sessions included.
 */
import { setMaxListeners } from 'node:events'
import * as E from 'fp-ts/lib/Either.js'
import type { Clock } from '../ports/clock.js'
import type { AppendOutcome, DueEntry, DuePlace, Leadership, Log, Session, StoredHead } from '../ports/log.js'
import { createEventTimes } from './event-time.js'
import { memoryAccess } from './memory-access.js'
import { appendToMemory } from './memory-append.js'
import { readMatchingInMemory } from './memory-matching.js'
import { memoryDeadLetters, memoryTemplates } from './memory-registry.js'
import { memorySchedules } from './memory-schedules.js'
import { limitUseInMemory } from './memory-slots.js'
import { standingInMemory } from './memory-standing.js'
import { createMemoryStore, type MemoryStore } from './memory-store.js'
import { type PreparedAppend, prepareAppend, refuseRepeatedStreams } from './prepared-append.js'

/** Opens a log over a store; several logs may share one. `close` gives up what this one leads and waits for. */
export const createMemoryLog = (clock: Clock, store: MemoryStore = createMemoryStore()): Log => {
  const times = createEventTimes(() => clock.now())
  const closing = new AbortController()
  // Any number may wait at a time.
  setMaxListeners(0, closing.signal)
  return {
    append: async (batch) => {
      refuseRepeatedStreams(batch)
      const prepared = batch.map((append) => prepareAppend(append, times()))
      const outcomes = appendToMemory(store, prepared.flatMap(readyOnes), clock.now())
      for (const wake of [...store.watchers]) wake()
      let next = 0
      return prepared.map((one): AppendOutcome => {
        if (E.isLeft(one)) return one.left
        next += 1
        return outcomes[next - 1] ?? fail()
      })
    },
    ...recordReads(store),
    ...memorySchedules(store),
    ...memoryAccess(store),
    ...dueReads(store),
    ...sessionLeases(store, clock),
    ...memoryTemplates(store),
    ...memoryDeadLetters(store),
    standing: async (nowMs) => standingInMemory(store, clock, nowMs),
    limitUse: async (needs) => limitUseInMemory(store, needs, clock.now()),
    waitFor: (after, timeoutMs, signal) => waitFor(store, clock, closing.signal, after, timeoutMs, signal),
    lead: async (name) => lead(store, closing.signal, name),
    close: async () => closing.abort(),
  }
}

const readyOnes = (one: E.Either<unknown, PreparedAppend>): ReadonlyArray<PreparedAppend> =>
  E.isRight(one) ? [one.right] : []

const fail = (): never => {
  throw new Error('an append was answered for too few streams')
}

const recordReads = (store: MemoryStore) =>
  ({
    readStream: async (stream, afterVersion, limit = Number.POSITIVE_INFINITY) =>
      (store.streams.get(stream) ?? []).slice(afterVersion, afterVersion + limit),
    readAll: async (afterPosition, limit) => store.events.slice(afterPosition, afterPosition + limit),
    readMatching: async (after, filter, limit) => readMatchingInMemory(store, after, filter, limit),
    position: async () => store.events.length,
    head: async (stream) => store.heads.get(stream),
    heads: async ({ open, status, after, limit }) =>
      [...store.heads.values()]
        .filter((head) => open === undefined || head.open === open)
        .filter((head) => status === undefined || head.status === status)
        .filter((head) => after === undefined || head.stream > after)
        .sort(byStream)
        .slice(0, limit),
    payloads: async (stream, digests) => {
      const stored = store.payloads.get(stream)
      return [...new Set(digests)].flatMap((digest) => {
        const text = stored?.get(digest)
        return text === undefined ? [] : [{ digest, text }]
      })
    },
    findByIdentity: async (key) => store.identities.get(key),
    inbox: async (limit, after = 0) => [...store.inbox.values()].filter(({ id }) => id > after).slice(0, limit),
    dropInbox: async (ids) => {
      for (const id of ids) store.inbox.delete(id)
    },
    installation: async () => 'memory',
    saveSnapshot: async (snapshot) => {
      const key = `${snapshot.stream} ${snapshot.evolveDigest}`
      if ((store.snapshots.get(key)?.version ?? 0) < snapshot.version) store.snapshots.set(key, snapshot)
    },
    loadSnapshot: async (stream, evolveDigest) => store.snapshots.get(`${stream} ${evolveDigest}`),
  }) satisfies Partial<Log>

const byStream = (left: StoredHead, right: StoredHead): number => (left.stream < right.stream ? -1 : 1)

const dueReads = (store: MemoryStore) => {
  const ofKinds = (kinds: ReadonlyArray<string>): DueEntry[] =>
    [...store.due.values()]
      .flatMap((rows) => [...rows.values()])
      .filter((row) => kinds.includes(row.kind))
      .sort(inOrder)
  return {
    dueBefore: async (nowMs, kinds, limit, after) =>
      ofKinds(kinds)
        .filter((row) => row.dueAt <= nowMs && (after === undefined || inOrder(after, row) < 0))
        .slice(0, limit),
    nextDue: async (kinds) => ofKinds(kinds)[0]?.dueAt,
  } satisfies Partial<Log>
}

const inOrder = (left: DuePlace, right: DuePlace): number =>
  left.dueAt - right.dueAt || compare(left.stream, right.stream) || compare(left.key, right.key)

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const sessionLeases = (store: MemoryStore, clock: Clock) => {
  const isLive = (session: { readonly ended: boolean; readonly expiresAt: number }): boolean =>
    !session.ended && session.expiresAt > clock.now()
  const liveSessions = () =>
    [...store.sessions.values()]
      .filter(isLive)
      .map(({ id, worker, queues, handlers }) => ({ id, worker, queues, handlers }))
  return {
    openSession: async (worker, queues, ttlMs, handlers = []): Promise<Session> => {
      const session = { id: store.nextSession, worker, queues }
      store.nextSession += 1
      store.sessions.set(session.id, { ...session, handlers, expiresAt: clock.now() + ttlMs, ended: false })
      return session
    },
    renewSession: async (id, ttlMs) => {
      const session = store.sessions.get(id)
      const alive = session?.ended === false
      if (alive) store.sessions.set(id, { ...session, expiresAt: clock.now() + ttlMs })
      const aborts = [...store.due.values()]
        .flatMap((rows) => [...rows.values()])
        .filter((row) => row.kind === 'abort' && row.target === String(id))
      return {
        alive,
        abort: aborts.map(({ stream, key, data }) => ({ stream, key, data })),
        sessions: liveSessions(),
      }
    },
    liveSessions: async () => liveSessions(),
    endSession: async (id) => {
      const session = store.sessions.get(id)
      if (session !== undefined) store.sessions.set(id, { ...session, ended: true })
    },
    expiredSessions: async () =>
      [...store.sessions.values()]
        .filter((session) => !isLive(session))
        .map(({ id }) => ({
          session: id,
          streams: [...store.heads.values()]
            .filter((head) => head.open && head.holders.includes(id))
            .map((head) => head.stream)
            .sort(compare),
        }))
        .filter(({ streams }) => streams.length > 0),
  } satisfies Partial<Log>
}

const waitFor = (
  store: MemoryStore,
  clock: Clock,
  closing: AbortSignal,
  after: number,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> => {
  const isThere = (): boolean => store.events.length > after
  if (isThere() || closing.aborted || signal?.aborted === true) return Promise.resolve(isThere())
  return new Promise((resolve) => {
    const finish = (): void => {
      store.watchers.delete(onAppend)
      timer.cancel()
      closing.removeEventListener('abort', finish)
      signal?.removeEventListener('abort', finish)
      resolve(isThere())
    }
    const onAppend = (): void => {
      if (isThere()) finish()
    }
    const timer = clock.after(timeoutMs, finish)
    store.watchers.add(onAppend)
    closing.addEventListener('abort', finish)
    signal?.addEventListener('abort', finish)
  })
}

const lead = (store: MemoryStore, closing: AbortSignal, name: string): Leadership | undefined => {
  if (closing.aborted || store.leaders.has(name)) return undefined
  const controller = new AbortController()
  const release = (): void => {
    if (store.leaders.get(name) === controller) store.leaders.delete(name)
  }
  store.leaders.set(name, controller)
  closing.addEventListener('abort', () => {
    release()
    controller.abort()
  })
  return { lost: controller.signal, resign: async () => release() }
}
