/**
 * What a projection is: a name, a version, a table, and a pure function from one event to changes of rows. It sees the
 * log alone: no clock, no database, no other projection. A new version is a new table, folded from the first event on.
 */
import type { TaskEvent } from '../src/core/event.js'
import type { Node } from '../src/core/graph/node.js'
import type { TaskState } from '../src/core/state.js'

export interface Projection<Row extends object = object, Memory = unknown> {
  /** Of the projection, its folder and its table (`tasker_projections.<name>`). */
  readonly name: string
  /** To be raised with every change of the table or of what its rows say: the next process then folds it anew. */
  readonly version: number
  /** The file with its `table` and, where it has some, its `indexes`: from the package's root, or a URL. */
  readonly sql: string | URL
  /** The columns of the primary key. Rows of one task begin with `task`; all others are only ever added to. */
  readonly key: ReadonlyArray<string>
  /** What it has to remember of each task beside the state; it is folded with the task, and kept nowhere. */
  memory?(): Memory
  /** What the event means for its rows. The same events give the same changes, whatever else is projected. */
  changes(event: TaskEvent, at: At, memory: Memory): ReadonlyArray<Change<Row>>
}

/** Where an event stands, and what its task has come to by it. */
export interface At {
  readonly position: number
  /** The task's id. */
  readonly task: string
  readonly version: number
  /** ISO 8601 in UTC with six decimals and `Z`. */
  readonly time: string
  readonly timeMs: number
  /** After the event. It is the fold's own: nobody may change or keep it. */
  readonly state: TaskState
  /** The steps that the event changed, itself or by what follows for others; each once. */
  readonly touched: ReadonlyArray<Node>
  /** A step as it was before the event; undefined where the event did not reach it. */
  before(step: Node): Node | undefined
}

export type Key = ReadonlyArray<string | number>

export type Change<Row extends object = object> =
  | { readonly kind: 'put'; readonly key: Key; readonly row: Row | (() => Row) }
  | { readonly kind: 'patch'; readonly key: Key; readonly columns: Partial<Row> }
  | { readonly kind: 'add'; readonly key: Key; readonly counts: Partial<Record<keyof Row, number>> }
  | { readonly kind: 'remove'; readonly key: Key }

/**
 * The whole row, key included. As a function it is asked when the changes are written, once, however many events of
 * the same page wanted it: for rows that the task's state says, and every change of which is announced this way.
 */
export const put = <Row extends object>(key: Key, row: Row | (() => Row)): Change<Row> => ({ kind: 'put', key, row })

/** Some columns of a row that is there; nothing where it is not. */
export const patch = <Row extends object>(key: Key, columns: Partial<Row>): Change<Row> => ({
  kind: 'patch',
  key,
  columns,
})

/** Whole numbers to add to a row's columns, which begin at 0: for rows over many tasks, in whatever order they come. */
export const add = <Row extends object>(key: Key, counts: Partial<Record<keyof Row, number>>): Change<Row> => ({
  kind: 'add',
  key,
  counts,
})

export const remove = (key: Key): Change<never> => ({ kind: 'remove', key })

export const NO_CHANGE: ReadonlyArray<never> = []
