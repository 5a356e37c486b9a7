/**
 * The partitions that a member holds, each with its lane, and what is written down of them. A lane that is lost or
 * broken is gone from here at once; one that is given up stays until it rests.
 */
import type { Lane } from './lane.js'
import type { OwnedPartition, SubscriptionStore } from './store.js'

export class Holdings {
  readonly #store: SubscriptionStore
  readonly #member: number
  readonly #lanes = new Map<number, Lane>()
  #rested: Lane[] = []
  #releasing: Promise<void> | undefined
  #flushing: Promise<void> | undefined

  constructor(store: SubscriptionStore, member: number) {
    this.#store = store
    this.#member = member
  }

  get lanes(): Iterable<Lane> {
    return this.#lanes.values()
  }

  /** Lanes that are not being given up. */
  active(): ReadonlyArray<Lane> {
    return [...this.#lanes.values()].filter((lane) => !lane.isStopping)
  }

  has(partition: number): boolean {
    return this.#lanes.has(partition)
  }

  add(lane: Lane): void {
    this.#lanes.set(lane.hold.partition, lane)
  }

  /** The partition is somebody else's, or nobody knows any more how far it is. */
  drop(lane: Lane): void {
    this.#forget(lane)
    lane.lose()
  }

  /** What is not among those owned, or not any more in the epoch of its lane, is dropped. */
  keepOnly(owned: ReadonlyArray<OwnedPartition>): void {
    const epochs = new Map(owned.map(({ partition, epoch }) => [partition, epoch]))
    for (const lane of this.#lanes.values()) {
      if (epochs.get(lane.hold.partition) !== lane.hold.epoch) this.drop(lane)
    }
  }

  /** Gives lanes up as they come to rest; those that rest together go together. Resolves when all have gone. */
  async giveUp(lanes: ReadonlyArray<Lane>): Promise<void> {
    await Promise.all(
      lanes.map(async (lane) => {
        await lane.stop()
        if (this.#lanes.get(lane.hold.partition) !== lane) return
        this.#rested.push(lane)
        this.#releasing ??= this.#release()
        await this.#releasing
      }),
    )
  }

  /** Writes down how far lanes are; of those that only looked and found nothing, where `all` says so. */
  flush(all: boolean): Promise<void> {
    this.#flushing ??= this.#flush(all).finally(() => {
      this.#flushing = undefined
    })
    return this.#flushing
  }

  #forget(lane: Lane): void {
    if (this.#lanes.get(lane.hold.partition) === lane) this.#lanes.delete(lane.hold.partition)
  }

  async #release(): Promise<void> {
    // What rests in the same moment is released by the same statement.
    await Promise.resolve()
    try {
      while (this.#rested.length > 0) {
        const lanes = this.#rested.splice(0)
        const owned = lanes.map(ownedBy)
        // First of all they are no lanes any more: what the store does not hear now it is told at the next beat.
        for (const lane of lanes) this.#forget(lane)
        await this.#store.release(this.#member, owned)
      }
    } finally {
      this.#releasing = undefined
    }
  }

  async #flush(all: boolean): Promise<void> {
    const moved = [...this.#lanes.values()]
      .filter((lane) => lane.reached() > lane.stored && (all || lane.hasAcknowledged))
      .map((lane) => ({ lane, owned: ownedBy(lane) }))
    if (moved.length === 0) return
    for (const { lane } of moved) lane.hasAcknowledged = false
    const mine = await this.#store.advance(
      this.#member,
      moved.map(({ owned }) => owned),
    )
    for (const { lane, owned } of moved) {
      if (mine.has(owned.partition)) lane.stored = Math.max(lane.stored, owned.reached)
      else this.drop(lane)
    }
  }
}

const ownedBy = (lane: Lane): OwnedPartition => ({ ...lane.hold, reached: lane.reached() })
