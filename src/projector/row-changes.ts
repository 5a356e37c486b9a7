/**
 * The changes of one projection that were not written yet, by key: of several for one row, what they come to together.
 * So the events of a page cost one write a row, whatever their number.
 */
import type { Change, Key, Projection } from '../../projections/projection.js'
import type { Json } from '../core/json.js'

export type Row = Readonly<Record<string, unknown>>

type Pending =
  | { readonly kind: 'put'; readonly row: object | (() => object) }
  | { readonly kind: 'patch'; readonly row: Row }
  | { readonly kind: 'add'; readonly key: Key; readonly counts: Readonly<Record<string, number>> }
  | { readonly kind: 'remove'; readonly key: Key }

/** No stored text holds it. */
const BETWEEN = '\0'

/** What is to be written, in whole rows with their keys; rows of one list have the same columns. */
export interface Writes {
  readonly puts: ReadonlyArray<Row>
  readonly patches: ReadonlyArray<ReadonlyArray<Row>>
  readonly adds: ReadonlyArray<Row>
  readonly removes: ReadonlyArray<Row>
}

export class RowChanges {
  readonly #pending = new Map<string, Pending>()
  readonly #key: Projection['key']

  constructor({ key }: Pick<Projection, 'key'>) {
    this.#key = key
  }

  get size(): number {
    return this.#pending.size
  }

  take(changes: ReadonlyArray<Change>): void {
    for (const change of changes) {
      const at = change.key.join(BETWEEN)
      const next = this.#after(this.#pending.get(at), change)
      if (next !== undefined) this.#pending.set(at, next)
    }
  }

  /** What came together. Rows that are given as functions are asked now. */
  writes(): Writes {
    const puts: Row[] = []
    const patches = new Map<string, Row[]>()
    const adds: Row[] = []
    const removes: Row[] = []
    for (const pending of this.#pending.values()) {
      if (pending.kind === 'put') puts.push(rowIn(pending.row))
      else if (pending.kind === 'add') adds.push({ ...this.#columns(pending.key), ...pending.counts })
      else if (pending.kind === 'remove') removes.push(this.#columns(pending.key))
      else {
        const columns = Object.keys(pending.row).join()
        const alike = patches.get(columns)
        if (alike === undefined) patches.set(columns, [pending.row])
        else alike.push(pending.row)
      }
    }
    return { puts, patches: [...patches.values()], adds: filled(adds), removes }
  }

  #after(before: Pending | undefined, change: Change): Pending | undefined {
    switch (change.kind) {
      case 'put':
        return change
      case 'remove':
        return change
      case 'patch': {
        // A row that was removed is not there to be changed.
        if (before?.kind === 'remove') return undefined
        if (before?.kind === 'put') return { kind: 'put', row: { ...rowIn(before.row), ...change.columns } }
        const row = before?.kind === 'patch' ? before.row : this.#columns(change.key)
        return { kind: 'patch', row: { ...row, ...change.columns } }
      }
      case 'add': {
        if (before !== undefined && before.kind !== 'add') throw new Error('a row that is added to is only added to')
        const counts: Record<string, number> = { ...before?.counts }
        for (const [column, count] of Object.entries<number | undefined>(change.counts)) {
          counts[column] = (counts[column] ?? 0) + (count ?? 0)
        }
        return { kind: 'add', key: change.key, counts }
      }
      default:
        return unknownChange(change)
    }
  }

  #columns(key: Key): Row {
    return Object.fromEntries(this.#key.map((column, index) => [column, key[index]]))
  }
}

const rowIn = (row: object | (() => object)): Row => (typeof row === 'function' ? row() : row) as Row

/** All of them with the columns of all of them. */
const filled = (rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const columns = new Map<string, Json>()
  for (const row of rows) for (const column of Object.keys(row)) columns.set(column, 0)
  const nothing = Object.fromEntries(columns)
  return rows.map((row) => ({ ...nothing, ...row }))
}

const unknownChange = (change: never): never => {
  throw new Error(`no change of a row: ${JSON.stringify(change)}`)
}
