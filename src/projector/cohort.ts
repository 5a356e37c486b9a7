/**
 * Projections that stand at the same position: one reading and one fold of each task serve all of them, and their rows
 * and checkpoints are written in one transaction. One that cannot go on stays behind alone.
 */
import type { Projection } from '../../projections/projection.js'
import { isConnectionLoss, isPassing } from '../log/database.js'
import { TransactionBroken } from '../log/transactions.js'
import { Applier, type Fault } from './applier.js'
import type { EventPages } from './event-pages.js'
import { CheckpointMoved, type ProjectionStore } from './projection-store.js'
import type { Writes } from './row-changes.js'

/** A projection as this process knows it to stand. */
export interface Member {
  readonly projection: Projection
  readonly epoch: number
  position: number
}

export interface Step {
  /** Events that were looked at. */
  readonly events: number
  /** Those that could not go on, and why. */
  readonly faults: ReadonlyMap<Member, Fault>
  /** An event was met that this version cannot read. */
  readonly isUnreadable: boolean
}

const NO_FAULTS: ReadonlyMap<Member, Fault> = new Map()

export class Cohort {
  readonly members: ReadonlyArray<Member>
  readonly #pages: EventPages
  readonly #checkpoints: ProjectionStore
  readonly #applier: Applier
  #isSpoilt = false

  constructor(members: ReadonlyArray<Member>, pages: EventPages, checkpoints: ProjectionStore) {
    this.members = members
    this.#pages = pages
    this.#checkpoints = checkpoints
    this.#applier = new Applier(
      members.map(({ projection }) => projection),
      pages,
    )
  }

  get position(): number {
    return this.members[0]?.position ?? 0
  }

  /** What it folded may not be what was written: it is to be made anew. */
  get isSpoilt(): boolean {
    return this.#isSpoilt
  }

  /** The next page, up to where others are. */
  async step(upTo: number | undefined): Promise<Step> {
    this.#isSpoilt = true
    const step = await this.#step(upTo)
    this.#isSpoilt = step.faults.size > 0
    return step
  }

  async #step(upTo: number | undefined): Promise<Step> {
    const page = await this.#pages.byPosition(this.position, upTo)
    if (page.length === 0) {
      // Positions that no event has: others have passed them.
      if (upTo !== undefined) await this.#write(this.members.map(unchanged), upTo)
      return { events: 0, faults: NO_FAULTS, isUnreadable: false }
    }
    const { changes, failed, reached, unreadable } = await this.#applier.apply(page)
    const faults = new Map<Member, Fault>()
    const able: Written[] = []
    for (const [index, member] of this.members.entries()) {
      const fault = failed.get(index) ?? unreadable
      if (fault !== undefined) faults.set(member, fault)
      const made = changes[index]
      // In front of an event that nobody can read everything is written.
      if (failed.has(index) || made === undefined || reached === 0) continue
      try {
        able.push({ member, writes: made.writes() })
      } catch (error) {
        faults.set(member, { code: 'projection_failed', message: String(error), position: reached })
      }
    }
    for (const [member, fault] of await this.#write(able, reached)) faults.set(member, fault)
    return { events: page.length, faults, isUnreadable: unreadable !== undefined }
  }

  /** All together; where the database refuses that, one by one, so that it is known whose rows it refuses. */
  async #write(written: ReadonlyArray<Written>, to: number): Promise<ReadonlyMap<Member, Fault>> {
    if (written.length === 0) return NO_FAULTS
    const advances = written.map(({ member, writes }) => ({ ...member, writes }))
    try {
      await this.#checkpoints.advance(advances, to)
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (written.length > 1) return this.#writeOneByOne(written, to)
      const fault: Fault = { code: 'rows_refused', message: String(error), position: to }
      return new Map(written.map(({ member }) => [member, fault]))
    }
    for (const { member } of written) member.position = to
    return NO_FAULTS
  }

  async #writeOneByOne(written: ReadonlyArray<Written>, to: number): Promise<ReadonlyMap<Member, Fault>> {
    const faults = new Map<Member, Fault>()
    for (const one of written) for (const [member, fault] of await this.#write([one], to)) faults.set(member, fault)
    return faults
  }
}

interface Written {
  readonly member: Member
  readonly writes: Writes
}

const unchanged = (member: Member): Written => ({
  member,
  writes: { puts: [], patches: [], adds: [], removes: [] },
})

/** The database has something against the rows themselves. */
const isRefusal = (error: unknown): boolean =>
  !(error instanceof CheckpointMoved) &&
  !(error instanceof TransactionBroken) &&
  !isPassing(error) &&
  !isConnectionLoss(error)
