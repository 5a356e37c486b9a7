/**
 * What named subscriptions keep, and the one promise that everything rests on: a partition's row changes only for the
 * member that owns it in the epoch in which it claimed it. Whoever was paused, and finds that its partition went to
 * somebody else, can write nothing any more. Leases and due times are the store's own clock; no member's clock counts.
 */
import { PARTITIONS } from '../log/partition.js'
import type { SqlClient } from '../log/transactions.js'

export interface Definition {
  readonly name: string
  readonly order: 'position' | 'task'
  /** Canonical JSON: one text for one filter. */
  readonly filter: string
}

/** In position order there is one partition, which is everything. */
export const partitionsIn = (order: Definition['order']): number => (order === 'task' ? PARTITIONS : 1)

/** A partition as it is held: what was claimed in an earlier epoch is somebody else's. */
export interface Hold {
  readonly partition: number
  readonly epoch: number
}

export interface OwnedPartition extends Hold {
  /** Every event up to here is acknowledged, or stands among the faults, alone or behind one that holds its task. */
  readonly reached: number
}

/**
 * An event that failed. `retrying`, it comes again when it is due (with no attempts it has not failed itself, and stands
 * for a task that catches up); `parked`, when somebody asks for it; `skipped`, somebody gave it up.
 */
export interface Fault {
  readonly partition: number
  readonly position: number
  readonly stream: string
  readonly state: 'retrying' | 'parked' | 'skipped'
  /** The later events of its task wait for it. */
  readonly holds: boolean
  readonly attempts: number
  readonly dueInMs: number
  readonly code: string
  readonly message: string
}

/** One step forward of one partition. What is put is never what is removed. */
export interface Settlement {
  readonly reached: number
  /** The position of a fault that is no more. */
  readonly remove?: number
  readonly put: ReadonlyArray<Fault>
}

/** How a member stands. */
export interface Standing {
  /** Live members, this one included, and how many of them are older. */
  readonly live: number
  readonly older: number
  /** Changes whenever somebody settles parked events by hand. */
  readonly revision: number
  readonly owned: ReadonlyArray<OwnedPartition>
}

export interface TransactionalStep {
  readonly client: SqlClient
  /** What has become of the transaction by what ran in it. */
  state(): 'open' | 'aborted' | 'ended'
  /** False where the partition is somebody else's: then the transaction must not be committed. */
  settle(member: number, hold: Hold, settlement: Settlement): Promise<boolean>
}

export interface SubscriptionStore {
  /** Makes the subscription where there is none, all partitions at `from`; answers what there is now. */
  define(definition: Definition, from: number): Promise<Definition>
  /** Undefined where the subscription has been removed. */
  join(name: string, member: string, leaseMs: number): Promise<number | undefined>
  /** Undefined where the member is not known any more. One whose lease ran out may renew it: it holds what nobody took. */
  renew(member: number, leaseMs: number): Promise<Standing | undefined>
  /** Takes up to `limit` partitions that nobody holds, or whose holder's lease ran out. Says how many. */
  claim(member: number, limit: number): Promise<number>
  /** Moves and gives up partitions; those that are somebody else's are left alone. */
  release(member: number, owned: ReadonlyArray<OwnedPartition>): Promise<void>
  leave(member: number): Promise<void>
  /** Writes down how far partitions are. Answers those that were still this member's. */
  advance(member: number, owned: ReadonlyArray<OwnedPartition>): Promise<ReadonlySet<number>>
  /** How far all partitions are, whoever holds them, as was last written down. */
  reached(name: string): Promise<number>
  /** The faults of partitions, without those that are parked and hold nothing. */
  faults(name: string, partitions: ReadonlyArray<number>): Promise<ReadonlyArray<Fault>>
  /** False where the partition is somebody else's: nothing was written then. */
  settle(member: number, hold: Hold, settlement: Settlement): Promise<boolean>
  /** Runs user's SQL and a step forward in one transaction. What `body` throws rolls it back. */
  transact<A>(body: (step: TransactionalStep) => Promise<A>): Promise<A>
}
