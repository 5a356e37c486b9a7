/** Groups of rows that agree in their keys, and the order in which groups are told. */
import { canonicalJson } from '../src/core/canonical-json.js'
import type { Json } from '../src/core/json.js'

export interface Group<Row> {
  readonly keys: ReadonlyArray<Json>
  readonly members: Row[]
}

export const grouped = <Row extends { readonly keys: ReadonlyArray<Json> }>(rows: ReadonlyArray<Row>): Group<Row>[] => {
  const groups = new Map<string, Group<Row>>()
  for (const row of rows) {
    const name = canonicalJson(row.keys)
    const known = groups.get(name)
    if (known === undefined) groups.set(name, { keys: row.keys, members: [row] })
    else known.members.push(row)
  }
  return [...groups.values()]
}

/** Key by key: numbers by size, all else by its JSON; so that the same data give the same report, whatever their order. */
export const byKeys = (left: ReadonlyArray<Json>, right: ReadonlyArray<Json>): number => {
  for (const [index, key] of left.entries()) {
    const difference = compare(key, right[index] ?? null)
    if (difference !== 0) return difference
  }
  return 0
}

const compare = (left: Json, right: Json): number => {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [first, second] = [canonicalJson(left), canonicalJson(right)]
  if (first === second) return 0
  return first < second ? -1 : 1
}
