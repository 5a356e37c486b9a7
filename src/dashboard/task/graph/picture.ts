/** The picture of a task's graph: cards where they stand, and the ways between them. Plain data; `graph-svg` draws it. */
import type { TaskState } from '../../../core/state.js'
import { curve } from '../../../layout/curve.js'
import { type Card, cardOf } from './card.js'
import { type Contracted, type Edge, type EdgeSettlement, edgesOf } from './contraction.js'
import { MAX_PASSED_LAYERS, passedLayers } from './effort.js'
import { AS_IT_COMES, grouped, MAX_DRAWN_BOXES, type Wanted } from './grouping.js'
import { type Phase, phasesOf } from './phases.js'
import { placed } from './placing.js'
import { withoutShortcuts } from './shortcuts.js'
import { type Counts, countsOfTask } from './standing.js'

export interface PlacedCard extends Card {
  /** The upper left corner. */
  readonly x: number
  readonly y: number
}

export interface PlacedEdge {
  readonly from: string
  readonly to: string
  readonly settlement: EdgeSettlement
  readonly decides: boolean
  /** Of an SVG path. */
  readonly path: string
}

export interface Picture {
  readonly width: number
  readonly height: number
  readonly cards: ReadonlyArray<PlacedCard>
  readonly edges: ReadonlyArray<PlacedEdge>
}

export interface TaskPicture extends Picture {
  readonly phases: ReadonlyArray<Phase>
  readonly counts: Counts
  /** Steps of the task, and of those the ones that stand on a card of their own. */
  readonly steps: number
  readonly alone: number
  /** The card that shows the step which was asked for; undefined where the task has none of that name. */
  readonly shown: string | undefined
}

export const taskPicture = (state: TaskState, wanted: Wanted = AS_IT_COMES, step?: string): TaskPicture => {
  const { graph, edges: ways } = drawable(state, wanted)
  const cards = graph.boxes.map((box) => cardOf(box, wanted.open.has(box.id)))
  const idOf = (index: number): string => graph.boxes[index]?.id ?? ''
  const edges = ways.map((edge) => ({
    ...edge,
    from: idOf(edge.from),
    to: idOf(edge.to),
  }))
  const counts = countsOfTask(state)
  return {
    ...pictureOf(cards, edges),
    phases: phasesOf(state),
    counts,
    steps: counts.reduce((sum, [, count]) => sum + count, 0),
    alone: graph.boxes.filter(({ kind }) => kind === 'step').length,
    shown: step === undefined ? undefined : shownIn(state, graph, step),
  }
}

const LEAST_BOXES = 15

/** Grouped further until it can be laid out while somebody waits. */
const drawable = (
  state: TaskState,
  wanted: Wanted,
  most = MAX_DRAWN_BOXES,
): { graph: Contracted; edges: ReadonlyArray<Edge> } => {
  const graph = grouped(state, wanted, most)
  const edges = withoutShortcuts(edgesOf(state, graph))
  if (most <= LEAST_BOXES || passedLayers(graph.boxes.length, edges) <= MAX_PASSED_LAYERS) return { graph, edges }
  return drawable(state, wanted, Math.floor(most / 2))
}

const shownIn = (state: TaskState, { boxes, boxOf }: Contracted, step: string): string | undefined => {
  const index = boxOf[state.byName.get(step) ?? -1]
  return index === undefined ? undefined : boxes[index]?.id
}

const BESIDE = 12

export const pictureOf = (cards: ReadonlyArray<Card>, edges: ReadonlyArray<Omit<PlacedEdge, 'path'>>): Picture => {
  const { width, height, boxes, arrows } = placed(cards, edges)
  // The layout's own width is that of its boxes: a way around the outermost of them may lie beyond.
  const rightmost = arrows.reduce((most, { points }) => points.reduce((x, point) => Math.max(x, point.x), most), 0)
  return {
    width: Math.ceil(Math.max(width, rightmost + BESIDE)),
    height: Math.ceil(height),
    cards: cards.map((card, index) => {
      const { x = 0, y = 0 } = boxes[index] ?? {}
      return { ...card, x: x - card.width / 2, y: y - card.height / 2 }
    }),
    edges: edges.map((edge, index) => ({ ...edge, path: curve(arrows[index]?.points ?? []) })),
  }
}
