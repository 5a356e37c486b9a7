/**
 * Subscriptions as their users see them: who wants which events, what is handed over, and what may be asked about those
 * that have a name. Nothing is ever left out in silence: an event that this process cannot read is handed over as such,
 * parked, or stops the subscription.
 */
import type { EventOf, EventType, UnreadableEvent } from '../core/event.js'
import type { RetryPolicy } from '../core/step.js'
import type { StoredEvent } from './log.js'

export interface SubscriptionFilter<T extends EventType = EventType> {
  readonly types?: ReadonlyArray<T>
  /** A task's id. */
  readonly task?: string
  readonly template?: string
  readonly namespace?: string
  readonly correlation?: string
  /**
   * A planning step by its materialised name: the events of every step that it planned, through nested phases too, and
   * those by which these steps came into being. `*` stands for every planning step.
   */
  readonly plannedBy?: string
}

/** Where an event stands in the log. */
export interface EventPlace {
  readonly position: number
  readonly task: string
  readonly stream: string
  readonly version: number
  /** ISO 8601 in UTC with six decimals and `Z`. */
  readonly time: string
}

export type DeliveredEvent<T extends EventType = EventType> = EventOf<T> & EventPlace

/** An event that this version of Tasker does not know, as it is stored. */
export interface UnreadableDelivery extends UnreadableEvent {
  readonly stored: StoredEvent
}

export interface SubscribeOptions<T extends EventType = EventType> extends SubscriptionFilter<T> {
  /** A position: the events above it. Absent: `now`; for a named subscription `start`, and only when it is first made. */
  readonly from?: 'start' | 'now' | number
  /** Receives, in their order, events that cannot be read. Absent: the subscription stops; a named one parks them. */
  readonly onUnreadable?: (event: UnreadableDelivery) => Promise<void> | void
}

export interface NamedOptions<T extends EventType = EventType> extends SubscribeOptions<T> {
  /** Whoever subscribes by the same name, in whatever process, shares its events. */
  readonly name: string
  /**
   * `position` (the default): one event after the other in the order of the log, by one member at a time. `task`: the
   * members share 256 partitions of the tasks; order is kept within a task.
   */
  readonly order?: 'position' | 'task'
  /** How a failed event is tried again before it is parked. */
  readonly retry?: RetryPolicy
  /** What becomes of the later events of a task one of which is parked: absent, they are held until it is settled. */
  readonly onPark?: 'continue' | 'hold_task'
  /** Events that this member handles at a time. */
  readonly concurrency?: number
  /** Without a sign of life for this long, a member's events go to the others. */
  readonly leaseMs?: number
}

export interface TransactionalOptions<T extends EventType = EventType> extends NamedOptions<T> {
  readonly transactional: true
  /** Events of one partition that may share a transaction. */
  readonly maxEventsPerTransaction?: number
}

export interface DeliveryContext {
  /** Aborted when the event is no longer this member's, or the subscription was told to end at once. */
  readonly signal: AbortSignal
  /** 1 for the first time that an event is handed over. */
  readonly attempt: number
}

export interface TransactionalContext<Client> extends DeliveryContext {
  /** SQL of the handler's own; it commits together with the checkpoint, or not at all. It may not end the transaction. */
  readonly client: Client
}

export type Handle<T extends EventType, Context> = (event: DeliveredEvent<T>, context: Context) => Promise<void> | void

export interface Subscription {
  /**
   * Everything up to here that this process was to see has been handled, is being tried again, or is parked. With a name:
   * of the share that it holds.
   */
  readonly position: number
  /** Positions between there and the end of the log; with a name, of all members together, to the second. */
  lag(): Promise<number>
  /** Resolves when it was closed; rejects with what stopped it. */
  readonly ended: Promise<void>
  /** Lets what is being handled end (for `graceMs`, then its signal is aborted), keeps the checkpoint, and leaves. */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

/** How a named subscription stands, all members together. */
export interface SubscriptionStatus {
  readonly name: string
  readonly order: 'position' | 'task'
  readonly filter: SubscriptionFilter
  readonly members: number
  /** Read up to here everywhere. */
  readonly position: number
  /** Everything up to here is acknowledged, or parked without holding its task. */
  readonly checkpoint: number
  /** Positions between `position` and the end of the log. */
  readonly lag: number
  /** Age of the oldest event that is not acknowledged; 0 where there is none. */
  readonly ageMs: number
  readonly retrying: number
  readonly parked: number
}

export interface ParkedEvent {
  readonly position: number
  readonly task: string
  readonly version: number
  readonly type: string
  /** Of the event. */
  readonly time: string
  readonly attempts: number
  readonly code: string
  readonly message: string
  readonly parkedAt: string
  /** Later events of its task wait for it. */
  readonly holdsTask: boolean
}

/** Which parked events are meant; nothing given means all. */
export interface ParkedSelection {
  readonly task?: string
  readonly position?: number
}

/** What somebody wants to look at. */
export interface EventSelection {
  readonly filter: SubscriptionFilter
  readonly from: 'start' | 'now' | number
  /** Nothing above this position is looked at; absent, up to the end of the log. */
  readonly upTo?: number
  /** Goes on as the log grows, until the signal. */
  readonly follow: boolean
  readonly signal: AbortSignal
}

export interface SubscriptionAdministration {
  list(): Promise<ReadonlyArray<SubscriptionStatus>>
  /** In position order, those above `after`. */
  parked(name: string, page?: { readonly after?: number; readonly limit?: number }): Promise<ReadonlyArray<ParkedEvent>>
  /** Hands the chosen events over again, with their attempts counted from the start. Says how many there were. */
  replay(name: string, chosen?: ParkedSelection): Promise<number>
  /** Gives the chosen events up: their tasks go on with what follows. Says how many there were. */
  skip(name: string, chosen: ParkedSelection): Promise<number>
  /** Forgets a subscription, its checkpoints and what it has parked. False where there is none. */
  remove(name: string): Promise<boolean>
}
