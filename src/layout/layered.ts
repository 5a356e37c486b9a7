/** Places a directed acyclic graph in layers, from top to bottom: every edge leads down. Knows sizes and no meaning. */
import { Graph, layout } from '@dagrejs/dagre'

export interface Box {
  readonly id: string
  readonly width: number
  readonly height: number
}

export interface Arrow {
  readonly from: string
  readonly to: string
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Placed {
  readonly width: number
  readonly height: number
  /** The centre of each box, in the order in which they were given. */
  readonly boxes: ReadonlyArray<Box & Point>
  /** The corners of each arrow's way, its ends at the borders of the boxes included. */
  readonly arrows: ReadonlyArray<Arrow & { readonly points: ReadonlyArray<Point> }>
}

const MARGIN = 16
const BETWEEN_BOXES = 28
const BETWEEN_LAYERS = 44

export const placeInLayers = (boxes: ReadonlyArray<Box>, arrows: ReadonlyArray<Arrow>): Placed => {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'TB', nodesep: BETWEEN_BOXES, ranksep: BETWEEN_LAYERS, marginx: MARGIN, marginy: MARGIN })
  graph.setDefaultEdgeLabel(() => ({}))
  // The layout turns the order around in which it is given what stands beside each other.
  for (const { id, width, height } of boxes.toReversed()) graph.setNode(id, { width, height })
  for (const { from, to } of arrows.toReversed()) graph.setEdge(from, to)
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width,
    height,
    boxes: boxes.map((box) => {
      const { x = 0, y = 0 } = graph.node(box.id)
      return { ...box, x, y }
    }),
    arrows: arrows.map((arrow) => ({ ...arrow, points: graph.edge(arrow.from, arrow.to).points ?? [] })),
  }
}
