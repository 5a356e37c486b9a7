/**
 * A planning or decision step is declared as a dependency of all that comes after it. Where a way through the steps that it
 * decided leads there too, the straight line says nothing and crosses everything: it is left out.
 */
import type { Edge } from './contraction.js'

export const withoutShortcuts = (edges: ReadonlyArray<Edge>): ReadonlyArray<Edge> => {
  const below = new Map<number, number[]>()
  for (const { from, to } of edges) {
    const known = below.get(from)
    if (known === undefined) below.set(from, [to])
    else known.push(to)
  }
  const deciders = new Set(edges.filter(({ decides }) => decides).map(({ from }) => from))
  const further = new Map([...deciders].map((from) => [from, reachedBeyond(from, below)]))
  return edges.filter(({ from, to, decides }) => !decides || further.get(from)?.has(to) !== true)
}

/** What can be reached from a box by two edges or more. */
const reachedBeyond = (from: number, below: ReadonlyMap<number, ReadonlyArray<number>>): ReadonlySet<number> => {
  const reached = new Set<number>()
  const stack = [...(below.get(from) ?? [])].flatMap((next) => below.get(next) ?? [])
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (reached.has(at)) continue
    reached.add(at)
    stack.push(...(below.get(at) ?? []))
  }
  return reached
}
