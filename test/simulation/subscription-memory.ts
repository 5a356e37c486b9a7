/**
 * Named subscriptions kept in memory, with the promises of the real store: each call is one step, a partition that a
 * transaction has moved is locked until that ends, and what a dead process had not committed never was.
 */

import { TransactionBroken } from '../../src/log/transactions.js'
import type { Clock } from '../../src/ports/clock.js'
import {
  type Definition,
  type Fault,
  type Hold,
  type OwnedPartition,
  partitionsIn,
  type Settlement,
  type SubscriptionStore,
  type TransactionalStep,
} from '../../src/subscriptions/store.js'

interface Partition {
  readonly partition: number
  reached: number
  owner: number | undefined
  epoch: number
  isLocked: boolean
}

interface Kept {
  readonly definition: Definition
  readonly partitions: ReadonlyArray<Partition>
  readonly faults: Map<number, Fault & { readonly dueAtMs: number }>
  /** Positions in the order in which transactions that applied them were committed. */
  readonly applied: number[]
  revision: number
}

interface Member {
  readonly of: Kept
  expiresAtMs: number
}

/** Calls of one process: each waits for its turn, and none goes on once the process is dead. */
export interface Turns {
  turn(): Promise<void>
  readonly death: Promise<void>
  /** Whether this answer is lost; what was asked may have happened or not. */
  isLost(): boolean
}

const away = (): Error => Object.assign(new Error('the store is away'), { code: 'log_unreachable' })

export class SubscriptionMemory {
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()
  readonly #members = new Map<number, Member>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  kept(name: string): Kept | undefined {
    return this.#kept.get(name)
  }

  /** As somebody replays all that is parked. */
  replay(name: string): void {
    const kept = this.#kept.get(name)
    if (kept === undefined) return
    for (const [position, fault] of kept.faults) {
      if (fault.state !== 'parked') continue
      kept.faults.set(position, { ...fault, state: 'retrying', attempts: 0, dueAtMs: this.#clock.now() })
      kept.revision += 1
    }
  }

  /** The store as one process has it. */
  storeOf(turns: Turns): SubscriptionStore {
    const sure = async <A>(body: () => A): Promise<A> => {
      await turns.turn()
      const answer = body()
      await turns.turn()
      return answer
    }
    const step = async <A>(body: () => A): Promise<A> => {
      if (turns.isLost()) throw away()
      const answer = await sure(body)
      if (turns.isLost()) throw away()
      return answer
    }
    /** Rows that a transaction has changed are waited for. */
    const free = async <A>(member: number, holds: ReadonlyArray<Hold>, body: () => A): Promise<A> => {
      const partitions = this.#members.get(member)?.of.partitions ?? []
      if (turns.isLost()) throw away()
      do await turns.turn()
      while (holds.some(({ partition }) => partitions[partition]?.isLocked === true))
      const answer = body()
      await turns.turn()
      if (turns.isLost()) throw away()
      return answer
    }
    return {
      define: (definition, from) => sure(() => this.#define(definition, from)),
      join: (name, _, leaseMs) => sure(() => this.#join(name, leaseMs)),
      renew: (member, leaseMs) => step(() => this.#renew(member, leaseMs)),
      claim: (member, limit) => step(() => this.#claim(member, limit)),
      release: (member, owned) => free(member, owned, () => this.#release(member, owned)),
      leave: (member) => step(() => void this.#members.delete(member)),
      advance: (member, owned) => free(member, owned, () => this.#advance(member, owned)),
      reached: (name) => step(() => Math.min(...(this.#kept.get(name)?.partitions.map((one) => one.reached) ?? [0]))),
      faults: (name, partitions) => step(() => this.#faults(name, partitions)),
      settle: (member, hold, settlement) => free(member, [hold], () => this.#settle(member, hold, settlement)),
      transact: (body) => this.#transact(turns, sure, body),
    }
  }

  #define(definition: Definition, from: number): Definition {
    const found = this.#kept.get(definition.name)
    if (found !== undefined) return found.definition
    const partitions = Array.from({ length: partitionsIn(definition.order) }, (_, partition) => ({
      partition,
      reached: from,
      owner: undefined,
      epoch: 0,
      isLocked: false,
    }))
    this.#kept.set(definition.name, { definition, partitions, faults: new Map(), applied: [], revision: 0 })
    return definition
  }

  #join(name: string, leaseMs: number): number | undefined {
    const of = this.#kept.get(name)
    if (of === undefined) return undefined
    const id = this.#members.size + 1
    this.#members.set(id, { of, expiresAtMs: this.#clock.now() + leaseMs })
    return id
  }

  #renew(id: number, leaseMs: number) {
    const me = this.#members.get(id)
    if (me === undefined) return undefined
    me.expiresAtMs = this.#clock.now() + leaseMs
    const live = [...this.#members].filter(([, other]) => other.of === me.of && this.#isLive(other)).map(([one]) => one)
    const owned = me.of.partitions.filter(({ owner }) => owner === id)
    return {
      live: live.length,
      older: live.filter((one) => one < id).length,
      revision: me.of.revision,
      owned: owned.map(({ partition, epoch, reached }) => ({ partition, epoch, reached })),
    }
  }

  #claim(id: number, limit: number): number {
    const me = this.#members.get(id)
    if (me === undefined) return 0
    const isFree = ({ owner, isLocked }: Partition): boolean => {
      const holder = owner === undefined ? undefined : this.#members.get(owner)
      return !isLocked && (holder === undefined || !this.#isLive(holder))
    }
    const free = me.of.partitions.filter(isFree).slice(0, limit)
    for (const partition of free) {
      partition.owner = id
      partition.epoch += 1
    }
    return free.length
  }

  #release(id: number, owned: ReadonlyArray<OwnedPartition>): void {
    for (const { reached, ...hold } of owned) {
      const mine = this.#mine(id, hold)
      if (mine === undefined) continue
      mine.reached = Math.max(mine.reached, reached)
      mine.owner = undefined
    }
  }

  #advance(id: number, owned: ReadonlyArray<OwnedPartition>): ReadonlySet<number> {
    const moved = new Set<number>()
    for (const { reached, ...hold } of owned) {
      const mine = this.#mine(id, hold)
      if (mine === undefined) continue
      mine.reached = Math.max(mine.reached, reached)
      moved.add(hold.partition)
    }
    return moved
  }

  #faults(name: string, partitions: ReadonlyArray<number>): ReadonlyArray<Fault> {
    const faults = [...(this.#kept.get(name)?.faults.values() ?? [])]
    return faults
      .filter(({ partition, holds, state }) => partitions.includes(partition) && (holds || state !== 'parked'))
      .map(({ dueAtMs, ...fault }) => ({ ...fault, dueInMs: Math.max(0, dueAtMs - this.#clock.now()) }))
  }

  #settle(id: number, hold: Hold, { reached, remove, put }: Settlement): boolean {
    const mine = this.#mine(id, hold)
    const kept = this.#members.get(id)?.of
    if (mine === undefined || kept === undefined) return false
    mine.reached = Math.max(mine.reached, reached)
    if (remove !== undefined) kept.faults.delete(remove)
    for (const fault of put) {
      kept.faults.set(fault.position, { ...fault, dueAtMs: this.#clock.now() + fault.dueInMs })
      const holders = [...kept.faults.values()].filter(({ holds, stream }) => holds && stream === fault.stream)
      if (holders.length > 1) throw new Error(`two events hold ${fault.stream}`)
    }
    return true
  }

  async #transact<A>(
    turns: Turns,
    step: <B>(body: () => B) => Promise<B>,
    body: (given: TransactionalStep) => Promise<A>,
  ): Promise<A> {
    const writes: Array<() => void> = []
    let unlock: () => void = () => undefined
    turns.death.then(() => unlock())
    try {
      if (turns.isLost()) throw new TransactionBroken('no connection')
      await turns.turn()
      const answer = await body({
        client: { query: (name, [position] = []) => step(() => this.#write(writes, name, Number(position))) },
        state: () => 'open',
        settle: (member, hold, settlement) =>
          step(() => {
            const mine = this.#mine(member, hold)
            if (mine === undefined) return false
            mine.isLocked = true
            unlock = () => {
              mine.isLocked = false
              unlock = () => undefined
            }
            writes.push(() => void this.#settle(member, hold, settlement))
            return true
          }),
      })
      if (turns.isLost()) throw new TransactionBroken('lost before the commit')
      await step(() => {
        for (const write of writes) write()
        unlock()
      })
      if (turns.isLost()) throw new TransactionBroken('lost after the commit')
      return answer
    } finally {
      unlock()
    }
  }

  /** Kept for the commit. */
  #write(writes: Array<() => void>, name: string, position: number) {
    writes.push(() => void this.#kept.get(name)?.applied.push(position))
    return { rows: [], rowCount: 1 }
  }

  #mine(id: number, { partition, epoch }: Hold): Partition | undefined {
    const found = this.#members.get(id)?.of.partitions[partition]
    return found?.owner === id && found.epoch === epoch ? found : undefined
  }

  #isLive({ expiresAtMs }: Member): boolean {
    return expiresAtMs > this.#clock.now()
  }
}
