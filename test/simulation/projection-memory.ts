/**
 * Projections kept in memory, with the promises of the real store: each call is one transaction that happens whole or
 * not at all; a swap holds the projection until it ends, and what a dead process held is given back.
 */
import type { Projection } from '../../projections/projection.js'
import { TransactionBroken } from '../../src/log/transactions.js'
import type { Clock } from '../../src/ports/clock.js'
import type { Fault } from '../../src/projector/applier.js'
import { ProjectionRefused } from '../../src/projector/projection-error.js'
import {
  type Build,
  type BuildOf,
  CheckpointMoved,
  type ProjectionStore,
} from '../../src/projector/projection-store.js'
import type { Writes } from '../../src/projector/row-changes.js'
import { MemoryTable } from '../support/projected-rows.js'
import type { Turns } from './subscription-memory.js'

export interface Serving {
  readonly projection: Projection
  version: number
  epoch: number
  position: number
  table: MemoryTable
  fault: Fault | undefined
  /** Resolves when a swap that holds it has ended. */
  held: Promise<void> | undefined
}

interface Building extends Build {
  position: number
  events: number
  isCancelAsked: boolean
  readonly table: MemoryTable
}

export class ProjectionMemory {
  readonly serving = new Map<string, Serving>()
  readonly building = new Map<string, Building>()
  swaps = 0
  #builds = 0

  constructor(
    private readonly clock: Clock,
    /** Hears of each change of what serves. */
    private readonly onChange: (changed: Serving, before: number) => void,
  ) {}

  storeOf(turns: Turns): ProjectionStore {
    /** Between the turns it happens or not; when the answer is lost, it has happened. */
    const transaction = async <A>(body: () => A | Promise<A>): Promise<A> => {
      await turns.turn()
      const answer = await body()
      await turns.turn()
      if (turns.isLost()) throw new TransactionBroken('nobody knows whether a transaction was committed')
      return answer
    }
    return {
      all: () => transaction(() => this.#all()),
      builds: () => transaction(() => [...this.building.values()]),
      define: (projections) =>
        transaction(() => {
          for (const projection of projections) this.#define(projection)
        }),
      advance: (advances, to) =>
        transaction(async () => {
          for (const { projection } of advances) await this.serving.get(projection.name)?.held
          const names = advances.map(({ projection }) => projection.name)
          const isMine = advances.every(({ projection, epoch, position }) => {
            const found = this.serving.get(projection.name)
            return found?.epoch === epoch && found.position === position
          })
          if (!isMine) throw new CheckpointMoved(names)
          for (const { projection, writes } of advances) this.#write(projection.name, writes, to)
        }),
      noteFault: ({ name }, fault) =>
        transaction(() => {
          const found = this.serving.get(name)
          if (found !== undefined) found.fault = fault
        }),
      beginBuild: (projection, goal) => transaction(() => this.#begin(projection, goal)),
      advanceBuild: ({ projection, build }, reached, write) =>
        transaction(async () => {
          const found = this.building.get(projection.name)
          if (found?.build !== build) throw new CheckpointMoved([projection.name])
          refuseCancelled(found)
          const written: Writes[] = []
          await write({ writeAll: async (writes) => void written.push(writes), createIndexes: async () => undefined })
          Object.assign(found, reached)
          for (const writes of written) found.table.write(writes)
        }),
      swap: (of, catchUp) => transaction(() => this.#swap(of, catchUp, turns)),
      dropBuild: ({ projection: { name }, build }) =>
        transaction(() => {
          if (this.building.get(name)?.build === build) this.building.delete(name)
        }),
      askCancel: (name) =>
        transaction(() => {
          const found = this.building.get(name)
          if (found !== undefined) found.isCancelAsked = true
          return found !== undefined
        }),
    }
  }

  #all() {
    const rows = [...this.serving.values()].map(({ projection: { name }, version, epoch, position, fault }) => ({
      name,
      version,
      epoch,
      position,
      movedAt: new Date(this.clock.now()),
      fault: fault === undefined ? undefined : { ...fault, at: new Date(this.clock.now()) },
    }))
    return new Map(rows.map((row) => [row.name, row]))
  }

  #define(projection: Projection): void {
    const { name, version } = projection
    if (this.serving.has(name)) return
    const table = new MemoryTable(projection)
    this.serving.set(name, { projection, version, epoch: 1, position: 0, table, fault: undefined, held: undefined })
  }

  #write(name: string, writes: Writes, to: number): void {
    const found = this.serving.get(name)
    if (found === undefined) return
    const { position } = found
    found.table.write(writes)
    found.position = to
    this.onChange(found, position)
  }

  #begin(projection: Projection, goal: number): number {
    this.#builds += 1
    const { name, version } = projection
    this.building.set(name, {
      ...{ build: this.#builds, goal, position: 0, events: 0, phase: 'tasks' },
      ...{ name, version, isCancelAsked: false, isLed: false, ended: undefined },
      startedAt: new Date(this.clock.now()),
      table: new MemoryTable(projection),
    })
    return this.#builds
  }

  async #swap({ projection, build }: BuildOf, catchUp: (upTo: number) => Promise<number>, turns: Turns): Promise<void> {
    const { name, version } = projection
    const found = this.serving.get(name)
    if (found === undefined) throw new Error(`${name} was never defined`)
    await found.held
    let release = (): void => undefined
    found.held = Promise.race([new Promise<void>((resolve) => (release = resolve)), turns.death]).then(() => {
      found.held = undefined
    })
    try {
      const position = await catchUp(found.position)
      await turns.turn()
      const built = this.building.get(name)
      if (built?.build !== build) throw new CheckpointMoved([name])
      refuseCancelled(built)
      this.building.delete(name)
      const before = found.position
      Object.assign(found, { version, position, epoch: found.epoch + 1, table: built.table, fault: undefined })
      this.swaps += 1
      this.onChange(found, before)
    } finally {
      release()
    }
  }
}

const refuseCancelled = ({ name, isCancelAsked }: Building): void => {
  if (isCancelAsked) throw new ProjectionRefused('rebuild_cancelled', `the rebuild of ${name} was cancelled`)
}
