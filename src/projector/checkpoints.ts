/**
 * How far each projection is, kept beside its rows: both are written in one transaction, which lands only where nobody
 * else has written meanwhile. So every event is projected exactly once, whoever was killed in between.
 */
import type { Projection } from '../../projections/projection.js'
import { MAX_PROJECTION_ERROR_CHARS } from '../core/limits.js'
import type { Reader } from '../log/reader.js'
import type { Transaction, Transactions } from '../log/transactions.js'
import type { RebuildPhase } from '../ports/projections.js'
import { loadStatements } from '../sql.js'
import type { Fault } from './applier.js'
import { ProjectionRefused } from './projection-error.js'
import {
  type Advance,
  type Build,
  type BuildEnd,
  type BuildOf,
  type BuildReached,
  type BuildTable,
  type Checkpoint,
  CheckpointMoved,
  type ProjectionStore,
} from './projection-store.js'
import { COMMIT_LIGHTLY, ProjectionTable, TAKE_YOUR_TIME } from './table.js'

const SQL = loadStatements('src/projector/checkpoints.sql', [
  'projections',
  'position',
  'standing',
  'defineProjection',
  'moveCheckpoints',
  'noteFault',
  'beginBuild',
  'moveBuild',
  'builds',
  'askCancel',
  'endBuild',
  'holdProjection',
  'swapProjection',
])

export class Checkpoints implements ProjectionStore {
  readonly #reader: Reader
  readonly #transactions: Transactions
  #swapping: Promise<void> = Promise.resolve()

  constructor(reader: Reader, transactions: Transactions) {
    this.#reader = reader
    this.#transactions = transactions
  }

  async all(): Promise<ReadonlyMap<string, Checkpoint>> {
    const rows = await this.#reader.query<CheckpointRow>(SQL.projections, [])
    return new Map(rows.map((row) => [row.name, checkpointIn(row)]))
  }

  async positionOf(name: string): Promise<number | undefined> {
    return (await this.#reader.query<{ position: number }>(SQL.position, [name]))[0]?.position
  }

  /** As the transaction sees it; undefined where its table is not of this version. */
  async positionIn(transaction: Transaction, { name, version }: Projection): Promise<number | undefined> {
    const rows = await transaction.query<{ version: number; position: string }>(SQL.standing, [name])
    const [found] = rows
    return found?.version === version ? Number(found.position) : undefined
  }

  async builds(): Promise<ReadonlyArray<Build>> {
    const rows = await this.#reader.query<BuildRow>(SQL.builds, [])
    return rows.map(buildIn)
  }

  /** Makes the empty tables that serve, where there are none yet. */
  async define(projections: ReadonlyArray<Projection>): Promise<void> {
    await this.#transactions.run(async (transaction) => {
      for (const projection of projections) {
        const made = await transaction.query(SQL.defineProjection, [projection.name, projection.version])
        if (made.length === 0) continue
        const table = new ProjectionTable(projection, 'tasker_projections')
        await table.create(transaction)
        await table.createIndexes(transaction)
      }
    })
  }

  /** Writes all rows and moves all checkpoints, or nothing. Throws `CheckpointMoved`. */
  async advance(advances: ReadonlyArray<Advance>, to: number): Promise<void> {
    const names = advances.map(({ projection }) => projection.name)
    await this.#transactions.run(async (transaction) => {
      await transaction.query(COMMIT_LIGHTLY, [])
      const moved = await transaction.query(SQL.moveCheckpoints, [
        names,
        advances.map(({ epoch }) => epoch),
        advances.map(({ position }) => position),
        to,
      ])
      if (moved.length < advances.length) throw new CheckpointMoved(names)
      for (const { projection, writes } of advances) {
        await new ProjectionTable(projection, 'tasker_projections').writeAll(transaction, writes)
      }
    })
  }

  async noteFault({ name, epoch }: Pick<Checkpoint, 'name' | 'epoch'>, fault: Fault): Promise<void> {
    const message = fault.message.slice(0, MAX_PROJECTION_ERROR_CHARS)
    await this.#reader.query(SQL.noteFault, [name, epoch, fault.code, message, fault.position])
  }

  /** A new, empty table beside the one that serves; what another build has left is gone. */
  async beginBuild(projection: Projection, goal: number): Promise<number> {
    return this.#transactions.run(async (transaction) => {
      const [row] = await transaction.query<{ build: string }>(SQL.beginBuild, [
        projection.name,
        projection.version,
        goal,
      ])
      await new ProjectionTable(projection, 'tasker_rebuilding').create(transaction)
      return Number(row?.build)
    })
  }

  /** Throws `CheckpointMoved` where another build has begun, `ProjectionRefused` where somebody has asked it to end. */
  async advanceBuild(
    { projection, build }: BuildOf,
    { position, events, phase }: BuildReached,
    write: (table: BuildTable) => Promise<void>,
  ): Promise<void> {
    await this.#transactions.run(async (transaction) => {
      await transaction.query(COMMIT_LIGHTLY, [])
      const values = [projection.name, build, position, events, phase]
      refuseToGoOn(projection.name, await transaction.query<AskedRow>(SQL.moveBuild, values))
      const table = new ProjectionTable(projection, 'tasker_rebuilding')
      await write({
        writeAll: (writes) => table.writeAll(transaction, writes),
        createIndexes: () => table.createIndexes(transaction),
      })
    })
  }

  /**
   * Puts the new table in the place of the one that serves, in one transaction. `catchUp` is asked to bring the build as
   * far as the other one is, which stands still meanwhile.
   */
  swap(build: BuildOf, catchUp: (upTo: number) => Promise<number>): Promise<void> {
    // One at a time in a process: each holds a connection while it needs another one.
    const swapped = this.#swapping.then(() => this.#swap(build, catchUp))
    this.#swapping = swapped.catch(() => undefined)
    return swapped
  }

  async #swap({ projection, build }: BuildOf, catchUp: (upTo: number) => Promise<number>): Promise<void> {
    await this.#transactions.run(async (transaction) => {
      const { name, version } = projection
      await transaction.query(TAKE_YOUR_TIME, [])
      const [held] = await transaction.query<{ position: string }>(SQL.holdProjection, [name])
      const position = await catchUp(Number(held?.position ?? 0))
      const end = [name, build, 'swapped', null, null, position]
      refuseToGoOn(name, await transaction.query<AskedRow>(SQL.endBuild, end))
      await new ProjectionTable(projection, 'tasker_rebuilding').promote(transaction)
      await transaction.query(SQL.swapProjection, [name, version, position])
    })
  }

  /** Notes how a build has ended that does not serve, and removes what it has left; nothing where it has ended already. */
  async dropBuild({ projection, build }: BuildOf, end: BuildEnd): Promise<void> {
    const failure =
      end.outcome === 'failed' ? [end.code, end.message.slice(0, MAX_PROJECTION_ERROR_CHARS)] : [null, null]
    await this.#transactions.run(async (transaction) => {
      const values = [projection.name, build, end.outcome, ...failure, null]
      const ended = await transaction.query(SQL.endBuild, values)
      if (ended.length > 0) await new ProjectionTable(projection, 'tasker_rebuilding').drop(transaction)
    })
  }

  /** False where nothing is being built. */
  async askCancel(name: string): Promise<boolean> {
    return (await this.#reader.query(SQL.askCancel, [name])).length > 0
  }
}

interface AskedRow {
  readonly is_cancel_asked: boolean
}

/** A build goes on where it is still the one of its projection, and nobody has asked it to end. */
const refuseToGoOn = (name: string, [row]: ReadonlyArray<AskedRow>): void => {
  if (row === undefined) throw new CheckpointMoved([name])
  if (row.is_cancel_asked) throw new ProjectionRefused('rebuild_cancelled', `the rebuild of ${name} was cancelled`)
}

interface CheckpointRow {
  readonly name: string
  readonly version: number
  readonly epoch: number
  readonly position: number
  readonly moved_at: Date
  readonly error_code: string | null
  readonly error_message: string | null
  readonly error_position: number | null
  readonly failed_at: Date | null
}

interface BuildRow {
  readonly name: string
  readonly build: number
  readonly version: number
  readonly goal: number
  readonly position: number
  readonly events: number
  readonly phase: RebuildPhase
  readonly started_at: Date
  readonly is_cancel_asked: boolean
  readonly is_led: boolean
  readonly ended_at: Date | null
  readonly outcome: BuildEnd['outcome'] | null
  readonly error_code: string | null
  readonly error_message: string | null
}

const buildIn = ({ name, build, version, goal, position, events, phase, ...row }: BuildRow): Build => ({
  ...{ name, build, version, goal, position, events, phase },
  startedAt: row.started_at,
  isCancelAsked: row.is_cancel_asked,
  isLed: row.is_led,
  ended: row.ended_at === null ? undefined : { ...endIn(row), at: row.ended_at },
})

const endIn = ({
  outcome,
  error_code,
  error_message,
}: Pick<BuildRow, 'outcome' | 'error_code' | 'error_message'>): BuildEnd =>
  outcome === null || outcome === 'failed'
    ? { outcome: 'failed', code: error_code ?? 'rebuild_failed', message: error_message ?? '' }
    : { outcome }

const checkpointIn = (row: CheckpointRow): Checkpoint => ({
  name: row.name,
  version: row.version,
  epoch: row.epoch,
  position: row.position,
  movedAt: row.moved_at,
  fault:
    row.error_code === null || row.failed_at === null
      ? undefined
      : {
          code: row.error_code,
          message: row.error_message ?? '',
          position: row.error_position ?? 0,
          at: row.failed_at,
        },
})
