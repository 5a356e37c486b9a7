/**
 * Compares a projection with a fresh fold of the log. The table is looked at as it stood at one moment, and the fold
 * goes as far as the table did then; so it may be done while the projection is written and read.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Change, Projection } from '../../projections/projection.js'
import { decodeEvent } from '../core/event.js'
import { PROJECTION_ROWS_PER_STATEMENT } from '../core/limits.js'
import type { Transaction, Transactions } from '../log/transactions.js'
import type { RowDifference, Verification, VerifyOptions } from '../ports/projections.js'
import { taskOf } from './applier.js'
import type { Checkpoints } from './checkpoints.js'
import type { EventPages } from './event-pages.js'
import { ProjectionRefused, ProjectionStopped } from './projection-error.js'
import { type Row, RowChanges } from './row-changes.js'
import { type DifferingRow, ONE_STATE, ProjectionTable, TAKE_YOUR_TIME } from './table.js'
import { TaskByTask } from './task-by-task.js'
import { TaskFold } from './task-fold.js'

export interface VerifyNeeds {
  readonly pages: Pick<EventPages, 'byStream' | 'histories'>
  readonly checkpoints: Checkpoints
  readonly transactions: Transactions
}

const FIRST_TASK = '00000000-0000-0000-0000-000000000000'
const LAST_TASK = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** One after the other as it stood at one moment; the log is folded once for all that stand at the same position. */
export const verifyAll = (
  { pages, checkpoints, transactions }: VerifyNeeds,
  projections: ReadonlyArray<Projection>,
  options: VerifyOptions = {},
): Promise<ReadonlyArray<Verification>> =>
  transactions.run(async (transaction) => {
    await transaction.query(ONE_STATE, [])
    await transaction.query(TAKE_YOUR_TIME, [])
    const alike = new Map<number, Comparison[]>()
    const all: Comparison[] = []
    for (const projection of projections) {
      const position = await checkpoints.positionIn(transaction, projection)
      if (position === undefined) {
        throw new ProjectionRefused('projection_absent', `${projection.name} has no table of this version yet`)
      }
      const comparison = new Comparison(transaction, projection, position)
      all.push(comparison)
      alike.set(position, [...(alike.get(position) ?? []), comparison])
    }
    let before = 0
    for (const [position, comparisons] of alike) {
      const names = comparisons.map(({ projection }) => projection)
      await compareWhole(new TaskByTask(pages, names, position), comparisons, (events) => {
        options.signal?.throwIfAborted()
        options.onProgress?.({ events: before + events, goal: sumOf(alike.keys()) })
      })
      before += position
    }
    return all.map(({ projection: { name, key }, position, rows, found }) => ({
      name,
      position,
      rows,
      difference: found === undefined ? null : differenceIn(found, key),
    }))
  })

const sumOf = (numbers: Iterable<number>): number => [...numbers].reduce((sum, number) => sum + number, 0)

const compareWhole = async (
  folding: TaskByTask,
  comparisons: ReadonlyArray<Comparison>,
  onEvents: (events: number) => void,
): Promise<void> => {
  let events = 0
  for (;;) {
    const read = await folding.page((task, changes, index) => comparisons[index]?.take(task, changes))
    if (read === 0) break
    events += read
    onEvents(events)
    for (const comparison of comparisons) await comparison.goOn(folding.open)
    if (comparisons.every(({ found }) => found !== undefined)) return
  }
  for (const comparison of comparisons) await comparison.end()
}

/** The same for the rows of one task alone; those of projections over many tasks say nothing of one. */
export const verifyTask = (
  { pages, checkpoints, transactions }: VerifyNeeds,
  projection: Projection,
  stream: string,
  version: number,
): Promise<RowDifference | null> =>
  transactions.run(async (transaction) => {
    await transaction.query(ONE_STATE, [])
    const position = await checkpoints.positionIn(transaction, projection)
    if (position === undefined || projection.key[0] !== 'task') return null
    const task = taskOf(stream)
    const fold = new TaskFold(task, [projection])
    const changes = new RowChanges(projection)
    for await (const stored of pages.histories(new Map([[stream, version + 1]]))) {
      if (stored.position > position) break
      const decoded = decodeEvent(stored)
      if (E.isLeft(decoded)) throw new ProjectionStopped({ ...decoded.left, position: stored.position })
      fold.take(decoded.right, stored)
      changes.take(fold.changes(0))
    }
    const between = { after: taskBefore(task), last: task }
    const table = new ProjectionTable(projection, 'tasker_projections')
    const found = await table.differingRow(transaction, changes.writes().puts, between)
    return found === undefined ? null : differenceIn(found, projection.key)
  })

/** Ids are ordered as the numbers that they are. */
const taskBefore = (task: string): string => {
  const digits = (BigInt(`0x${task.replaceAll('-', '')}`) - 1n).toString(16).padStart(32, '0')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

class Comparison {
  rows = 0
  /** The first row that differs; nothing is compared after it. */
  found: DifferingRow | undefined
  readonly #table: ProjectionTable
  readonly #isOfTasks: boolean
  /** Rows of tasks, by task in order; those of no one task come together at the end. */
  readonly #tasks = new Map<string, RowChanges>()
  readonly #totals: RowChanges
  #comparedTo = FIRST_TASK

  constructor(
    private readonly transaction: Transaction,
    readonly projection: Projection,
    readonly position: number,
  ) {
    this.#table = new ProjectionTable(projection, 'tasker_projections')
    this.#isOfTasks = projection.key[0] === 'task'
    this.#totals = new RowChanges(projection)
  }

  take(task: string, changes: ReadonlyArray<Change>): void {
    if (this.found === undefined && changes.length > 0) this.#changesOf(task).take(changes)
  }

  async goOn(open: string | undefined): Promise<void> {
    if (this.#isOfTasks) this.found ??= await this.#compareTasks(open, PROJECTION_ROWS_PER_STATEMENT)
  }

  async end(): Promise<void> {
    if (this.found !== undefined) return
    if (this.#isOfTasks) {
      this.found = await this.#compareTasks(undefined, 0)
      return
    }
    const rows = this.#totals.writes().adds
    this.rows = rows.length
    this.found = await this.#table.differingTotal(this.transaction, rows)
  }

  #changesOf(task: string): RowChanges {
    if (!this.#isOfTasks) return this.#totals
    const known = this.#tasks.get(task)
    if (known !== undefined) return known
    const changes = new RowChanges(this.projection)
    this.#tasks.set(task, changes)
    return changes
  }

  /** Those tasks that were folded whole, once they have so many rows; at the end all that is left of the table. */
  async #compareTasks(open: string | undefined, atLeast: number): Promise<DifferingRow | undefined> {
    let size = 0
    for (const [task, changes] of this.#tasks) if (task !== open) size += changes.size
    if (size < atLeast) return undefined
    const rows: Row[] = []
    let last = LAST_TASK
    for (const [task, changes] of this.#tasks) {
      if (task === open) continue
      rows.push(...changes.writes().puts)
      this.#tasks.delete(task)
      if (open !== undefined) last = task
    }
    const between = { after: this.#comparedTo, last }
    this.rows += rows.length
    this.#comparedTo = last
    return this.#table.differingRow(this.transaction, rows, between)
  }
}

/** The first column that differs; a row that is only on one side has none. */
export const differenceIn = ({ folded, standing }: DifferingRow, key: ReadonlyArray<string>): RowDifference => {
  const one = folded ?? standing ?? {}
  const row = Object.fromEntries(key.map((column) => [column, one[column]]))
  if (folded === null || standing === null) {
    return { row, column: null, folded: folded ?? undefined, standing: standing ?? undefined }
  }
  const column = Object.keys(folded).find((name) => JSON.stringify(folded[name]) !== JSON.stringify(standing[name]))
  return column === undefined
    ? { row, column: null, folded, standing }
    : { row, column, folded: folded[column], standing: standing[column] }
}
