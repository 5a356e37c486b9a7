/**
 * The event log as the rest of the system sees it. Two adapters implement it, Postgres and memory, and one contract
 * suite holds both to it. An append takes any number of streams and answers for each of them by a value; only a log
 * that cannot be reached, or that is broken, throws.
 */
import type { AccessStore } from './access.js'
import type { ScheduleStore } from './schedules.js'
import type { Standing } from './standing.js'
import type { TemplateStore } from './templates.js'

export interface EventToAppend {
  /** uuid v7, lower case. */
  readonly id: string
  readonly type: string
  readonly schemaVersion: number
  /** The exact JSON text that is hashed and stored. */
  readonly data: string
  readonly metadata: string
}

export interface StoredEvent extends EventToAppend {
  readonly position: number
  readonly stream: string
  /** 1 for the first event of a stream. */
  readonly version: number
  /** ISO 8601 in UTC with six decimals and `Z`. */
  readonly time: string
  /** 64 lower-case hex digits. */
  readonly hash: string
}

/** Something that has to happen at a time; it lives from the event that made it until the one that settles it. */
export interface DueRow {
  /** Unique in its stream, e.g. `queue/12`, `retry/12`, `deadline`. */
  readonly key: string
  readonly kind: DueKind
  /** Milliseconds since the epoch. */
  readonly dueAt: number
  /** The queue (namespace) of a queue entry, the session of an abort, else null. */
  readonly target: string | null
  readonly priority: number
  /** What the reader needs to act without reading the stream; JSON text. */
  readonly data: string
}

export type DueKind = 'queue' | 'retry' | 'timer' | 'gate' | 'deadline' | 'abort' | 'command'

export interface DueEntry extends DueRow {
  readonly stream: string
}

/** Where a row stands among all, in their order. */
export type DuePlace = Pick<DueEntry, 'dueAt' | 'stream' | 'key'>

export interface Payload {
  /** `sha256:<hex>` of the exact bytes. */
  readonly digest: string
  readonly text: string
}

export type Guard =
  /** For claims: refused (`session_expired`) when the session has ended. */
  | { readonly kind: 'session-alive'; readonly session: number }
  /** For `step-lost`: refused (`session_alive`) when the session was renewed meanwhile; ends it otherwise. */
  | { readonly kind: 'session-expired'; readonly session: number }

/** A limit that holds for a claim, as the claiming process was configured with it; one of the two at least. */
export interface SlotNeed {
  /** Its name, the same in every process: `queue/default`, `key/crm`. */
  readonly limit: string
  /** Attempts at a time. */
  readonly concurrency?: number
  /** Claims in a time: a bucket of `max` that is refilled evenly within `perMs`. */
  readonly rate?: { readonly max: number; readonly perMs: number }
}

/** What an attempt holds, and a stream takes with a claim: all that it asks for, or the append is `throttled`. */
export interface SlotTaken extends SlotNeed {
  /** The attempt, unique in its stream. */
  readonly holder: string
}

/** What is taken of a limit at the moment. */
export interface LimitUse {
  readonly limit: string
  /** Attempts that hold a slot of it. */
  readonly held: number
  /** Claims that its rate has room for, fractions included; null where it limits none. */
  readonly tokens: number | null
}

export interface StreamAppend {
  /** `task-<uuid v7>`. */
  readonly stream: string
  /** 0 for a new stream. */
  readonly expectedVersion: number
  /** The hash at that version; the empty string for a new stream. */
  readonly expectedHash: string
  readonly events: ReadonlyArray<EventToAppend>
  /** What the head says of the task after this append. */
  readonly head: Head
  readonly due: { readonly put: ReadonlyArray<DueRow>; readonly remove: ReadonlyArray<string> }
  readonly payloads: ReadonlyArray<Payload>
  /** A key that makes the task unique; where it exists the outcome is `duplicate`. */
  readonly identity?: string
  /** Inbox rows that these events consume. */
  readonly inbox?: ReadonlyArray<number>
  readonly guards?: ReadonlyArray<Guard>
  /** Slots of attempts that end, by their holders, and of those that begin; given back before they are taken. */
  readonly slots?: { readonly free: ReadonlyArray<string>; readonly take: ReadonlyArray<SlotTaken> }
}

export interface Head {
  /** The task's state, in the words of DESIGN. */
  readonly status: string
  readonly namespace: string
  /** The template's name. */
  readonly template: string
  /** False once nothing can happen to the task any more. */
  readonly open: boolean
  /** Sessions that hold a running attempt of this task. */
  readonly holders: ReadonlyArray<number>
}

export type AppendOutcome =
  | {
      readonly kind: 'landed'
      readonly version: number
      readonly hash: string
      readonly position: number
      readonly time: string
    }
  /** Somebody else appended first: the events from `expectedVersion + 1` on. */
  | { readonly kind: 'conflict'; readonly missed: ReadonlyArray<StoredEvent> }
  | { readonly kind: 'duplicate'; readonly stream: string }
  /** `constraint` names the invariant that stood in the way; nothing of this stream was stored. */
  | {
      readonly kind: 'refused'
      readonly constraint: string
      readonly message: string
      /** For `throttled`. */
      readonly throttle?: Throttle
    }

/** The limit that stood in the way. */
export interface Throttle {
  readonly limit: string
  /** Claims that it had room for, where fewer were enough. */
  readonly room: number
  /** When a limited rate has room for one more; undefined where an attempt has to end first. */
  readonly retryAfterMs?: number
}

export interface StoredHead extends Head {
  readonly stream: string
  readonly version: number
  readonly hash: string
}

export interface Session {
  readonly id: number
  readonly worker: string
  readonly queues: ReadonlyArray<string>
}

export interface LiveSession extends Session {
  /** Callables that it can run; none where it did not say. */
  readonly handlers: ReadonlyArray<string>
}

export interface Renewal {
  /** False when the session has been declared lost: everything that it held belongs to others now. */
  readonly alive: boolean
  /** Attempts that were cancelled and must be aborted. */
  readonly abort: ReadonlyArray<{ readonly stream: string; readonly key: string; readonly data: string }>
  /** Live sessions, this one included, by what they serve. */
  readonly sessions: ReadonlyArray<LiveSession>
}

export interface InboxRow {
  readonly id: number
  readonly kind: string
  readonly stream: string | null
  readonly data: string
}

/** Which events somebody wants to see; what is absent restricts nothing. */
export interface EventFilter {
  readonly types?: ReadonlyArray<string>
  readonly stream?: string
  /** Of the event's task, as its head says. */
  readonly namespace?: string
  readonly template?: string
  readonly correlation?: string
  /** Of the 256 partitions of all streams (`log/partition.ts`). */
  readonly partitions?: ReadonlySet<number>
}

export interface MatchingPage {
  readonly events: ReadonlyArray<StoredEvent>
  /** How far was looked: what matches and is not among `events` is above it. */
  readonly lookedTo: number
}

/** As much of a user's `pg` client, pool client or transaction as is needed to leave a row in the inbox. */
export interface InboxClient {
  query(text: string, values: unknown[]): Promise<{ readonly rows: ReadonlyArray<{ readonly id: unknown }> }>
}

export interface Log extends TemplateStore, ScheduleStore, AccessStore {
  append(batch: ReadonlyArray<StreamAppend>): Promise<ReadonlyArray<AppendOutcome>>

  /** The events of a stream above `afterVersion`, oldest first, at most `limit`; a stream that does not exist has none. */
  readStream(stream: string, afterVersion: number, limit?: number): Promise<ReadonlyArray<StoredEvent>>
  /** Up to `limit` events above a position, in position order, which is commit order. */
  readAll(afterPosition: number, limit: number): Promise<ReadonlyArray<StoredEvent>>
  /**
   * As `readAll`, of the events that match. One call looks at a bounded piece of the log: none may be found although
   * there are some further on.
   */
  readMatching(afterPosition: number, filter: EventFilter, limit: number): Promise<MatchingPage>
  /** Resolves when there is an event above the position, or after the time-out, or when aborted: true if there is one. */
  waitFor(afterPosition: number, timeoutMs: number, signal?: AbortSignal): Promise<boolean>
  /** The highest position; 0 for an empty log. */
  position(): Promise<number>
  head(stream: string): Promise<StoredHead | undefined>
  heads(filter: {
    readonly open?: boolean
    readonly status?: string
    readonly after?: string
    readonly limit: number
  }): Promise<ReadonlyArray<StoredHead>>
  payloads(stream: string, digests: ReadonlyArray<string>): Promise<ReadonlyArray<Payload>>
  findByIdentity(key: string): Promise<string | undefined>

  /** Due rows of these kinds at or before a time, the earliest first; of a long list, those that come after a place. */
  dueBefore(
    nowMs: number,
    kinds: ReadonlyArray<DueKind>,
    limit: number,
    after?: DuePlace,
  ): Promise<ReadonlyArray<DueEntry>>
  /** The earliest time at which something of these kinds is due. */
  nextDue(kinds: ReadonlyArray<DueKind>): Promise<number | undefined>

  /** `handlers`: what the worker can run, for whoever asks why nobody runs a step. */
  openSession(
    worker: string,
    queues: ReadonlyArray<string>,
    ttlMs: number,
    handlers?: ReadonlyArray<string>,
  ): Promise<Session>
  /** Sessions that have neither ended nor expired. */
  liveSessions(): Promise<ReadonlyArray<LiveSession>>
  renewSession(id: number, ttlMs: number): Promise<Renewal>
  endSession(id: number): Promise<void>
  /** Expired sessions that still hold attempts, with the streams that they hold. */
  expiredSessions(): Promise<ReadonlyArray<{ readonly session: number; readonly streams: ReadonlyArray<string> }>>

  /** How much of each of these limits is taken now, in their order. */
  limitUse(needs: ReadonlyArray<SlotNeed>): Promise<ReadonlyArray<LimitUse>>

  /** Streams above `after` whose task may be a dead letter, in their order; the fold of its events says whether it is. */
  deadLetterStreams(limit: number, after?: string): Promise<ReadonlyArray<string>>

  /** How much there is to do, for whoever looks after the installation. */
  standing(nowMs: number): Promise<Standing>

  /** Rows with a higher id than `after`, the lowest first. */
  inbox(limit: number, after?: number): Promise<ReadonlyArray<InboxRow>>
  /** Removes rows that no append will ever consume. */
  dropInbox(ids: ReadonlyArray<number>): Promise<void>

  saveSnapshot(snapshot: Snapshot): Promise<void>
  loadSnapshot(stream: string, evolveDigest: string): Promise<Snapshot | undefined>

  /** One process at a time leads under a name; undefined when another one does. Lost when its connection breaks. */
  lead(name: string): Promise<Leadership | undefined>

  /** An id of the installation: what belongs to it elsewhere (its keys in a shared Redis) is named by it. */
  installation(): Promise<string>

  close(): Promise<void>
}

export interface Snapshot {
  readonly stream: string
  readonly version: number
  readonly hash: string
  readonly evolveDigest: string
  readonly state: string
}

export interface Leadership {
  /** Aborted when the leadership is lost. */
  readonly lost: AbortSignal
  resign(): Promise<void>
}
