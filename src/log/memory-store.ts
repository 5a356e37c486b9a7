/**
 * What the memory log keeps, apart from those who use it: a process that crashes in a simulation loses its log, not its
 * store, and two logs over one store are two processes at one database.
 */
import type { StoredKey, StoredLogin } from '../ports/access.js'
import type { DueEntry, InboxRow, Session, Snapshot, StoredEvent, StoredHead } from '../ports/log.js'
import type { Schedule, ScheduleChange } from '../ports/schedules.js'
import type { RegisteredTemplate } from '../ports/templates.js'

export interface MemorySession extends Session {
  readonly handlers: ReadonlyArray<string>
  readonly expiresAt: number
  readonly ended: boolean
}

export interface MemoryStore {
  readonly events: StoredEvent[]
  readonly streams: Map<string, StoredEvent[]>
  readonly heads: Map<string, StoredHead>
  /** By stream, then by digest. */
  readonly payloads: Map<string, Map<string, string>>
  readonly identities: Map<string, string>
  /** By stream, then by key. */
  readonly due: Map<string, Map<string, DueEntry>>
  readonly sessions: Map<number, MemorySession>
  /** By stream, then by holder: the limits of which it holds a slot. */
  readonly slots: Map<string, Map<string, ReadonlyArray<string>>>
  readonly rates: Map<string, { readonly tokens: number; readonly at: number }>
  readonly schedules: Map<string, Schedule>
  readonly scheduleChanges: ScheduleChange[]
  readonly apiKeys: Map<string, StoredKey>
  readonly logins: Map<string, StoredLogin>
  readonly inbox: Map<number, InboxRow>
  readonly snapshots: Map<string, Snapshot>
  readonly leaders: Map<string, AbortController>
  readonly templates: Map<string, RegisteredTemplate>
  /** Called when events have been appended. */
  readonly watchers: Set<() => void>
  nextSession: number
  nextInboxRow: number
}

export const createMemoryStore = (): MemoryStore => ({
  events: [],
  streams: new Map(),
  heads: new Map(),
  payloads: new Map(),
  identities: new Map(),
  due: new Map(),
  sessions: new Map(),
  slots: new Map(),
  rates: new Map(),
  schedules: new Map(),
  scheduleChanges: [],
  apiKeys: new Map(),
  logins: new Map(),
  inbox: new Map(),
  snapshots: new Map(),
  leaders: new Map(),
  templates: new Map(),
  watchers: new Set(),
  nextSession: 1,
  nextInboxRow: 1,
})

/** What `createInboxRow` is for Postgres: a command that a user left for the engine. */
export const putInInbox = (store: MemoryStore, row: Omit<InboxRow, 'id'>): number => {
  const id = store.nextInboxRow
  store.nextInboxRow += 1
  store.inbox.set(id, { id, ...row })
  return id
}

/** The value under a key of a map of maps, made where it is missing. */
export const within = <K, V>(map: Map<string, Map<K, V>>, key: string): Map<K, V> => {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = new Map<K, V>()
  map.set(key, made)
  return made
}
