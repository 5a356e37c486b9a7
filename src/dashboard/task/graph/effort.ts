/**
 * How much there is to lay out. The layout puts a point on every layer that an edge passes: a few hundred long edges are
 * more work for it than a thousand short ones, and no reader can follow them either.
 */
import type { Edge } from './contraction.js'

/** Layers that all edges together pass; more take the layout longer than a page may. */
export const MAX_PASSED_LAYERS = 500

/** The layers that edges between so many boxes pass; those of a circle, which no graph of steps has, are left out. */
export const passedLayers = (boxes: number, edges: ReadonlyArray<Edge>): number => {
  const layers = layersOf(boxes, edges)
  return edges.reduce((sum, { from, to }) => sum + Math.max(1, (layers[to] ?? 0) - (layers[from] ?? 0)), 0)
}

/** Each box below all that lead to it. */
const layersOf = (boxes: number, edges: ReadonlyArray<Edge>): ReadonlyArray<number> => {
  const layers = new Array<number>(boxes).fill(0)
  const waiting = new Array<number>(boxes).fill(0)
  const below = Array.from({ length: boxes }, (): number[] => [])
  for (const { from, to } of edges) {
    below[from]?.push(to)
    waiting[to] = (waiting[to] ?? 0) + 1
  }
  const free = [...waiting.keys()].filter((box) => waiting[box] === 0)
  for (let at = free.pop(); at !== undefined; at = free.pop()) {
    for (const next of below[at] ?? []) {
      layers[next] = Math.max(layers[next] ?? 0, (layers[at] ?? 0) + 1)
      waiting[next] = (waiting[next] ?? 0) - 1
      if (waiting[next] === 0) free.push(next)
    }
  }
  return layers
}
