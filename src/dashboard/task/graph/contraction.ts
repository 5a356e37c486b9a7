/**
 * A task's graph made smaller before it is drawn: every step belongs to one box, and edges run between boxes. Each way of
 * grouping takes such a graph and gives a smaller one; all cost what the graph has of steps and edges, and no more.
 */
import { isDecider, type Node } from '../../../core/graph/node.js'
import { nodeAt, type TaskState } from '../../../core/state.js'
import { phaseOf } from './phases.js'

export interface Box {
  /** Stable from page to page: the name of a step, or the kind of a group and the name of its first step. */
  readonly id: string
  readonly kind: 'step' | 'instances' | 'alike' | 'chain' | 'phase' | 'rest'
  /** The step, or the first of a group; for instances the step that made them. */
  readonly head: Node
  /** Steps in it, in their order; of `instances` those alone. */
  readonly members: ReadonlyArray<Node>
}

export interface Contracted {
  readonly boxes: ReadonlyArray<Box>
  /** By the numbers of steps: the index of the box that a step is drawn in. */
  readonly boxOf: ReadonlyArray<number | undefined>
}

export const contracted = (state: TaskState, boxes: ReadonlyArray<Box>): Contracted => {
  const boxOf = new Array<number | undefined>(state.nodes.length).fill(undefined)
  for (const [index, { head, members }] of boxes.entries()) {
    boxOf[head.id] ??= index
    for (const { id } of members) boxOf[id] = index
  }
  return { boxes, boxOf }
}

/** How what leads from one box to another has come out; of several, what most asks for attention. */
export type EdgeSettlement = 'failed' | 'open' | 'satisfied' | 'absent'

export interface Edge {
  /** Indexes of boxes. */
  readonly from: number
  readonly to: number
  readonly settlement: EdgeSettlement
  /** The step above chooses whether what is below will be. */
  readonly decides: boolean
}

const BY_WEIGHT: ReadonlyArray<EdgeSettlement> = ['absent', 'satisfied', 'open', 'failed']

export const edgesOf = (state: TaskState, { boxes, boxOf }: Contracted): ReadonlyArray<Edge> => {
  const edges = new Map<number, Edge>()
  for (const [to, box] of boxes.entries()) {
    for (const node of stepsOf(box)) {
      for (const id of leadingTo(state, node)) {
        const dependency = nodeAt(state, id)
        const from = boxOf[id]
        if (from === undefined || from === to) continue
        const { settlement = 'open' } = dependency
        const key = from * boxes.length + to
        const known = edges.get(key)
        if (known !== undefined && !isHeavier(settlement, known.settlement)) continue
        edges.set(key, { from, to, settlement, decides: isDecider(dependency) })
      }
    }
  }
  return [...edges.values()]
}

const isHeavier = (one: EdgeSettlement, other: EdgeSettlement): boolean =>
  BY_WEIGHT.indexOf(one) > BY_WEIGHT.indexOf(other)

/** Every step that a box stands for. */
function* stepsOf({ kind, head, members }: Box): Iterable<Node> {
  if (kind === 'instances') yield head
  yield* members
}

/** What a step hangs on in the drawing: its dependencies; where none of them says who decided it, that step too. */
const leadingTo = (state: TaskState, node: Node): ReadonlyArray<number> => {
  const by = node.createdBy?.step
  const decider = by === undefined || by === null ? undefined : state.byName.get(by)
  if (decider === undefined) return node.dependencies
  if (node.dependencies.length === 0) return [decider]
  const phase = phaseOf(node)
  if (phase !== by || node.dependencies.some((id) => phaseOf(nodeAt(state, id)) === phase)) return node.dependencies
  return node.dependencies.includes(decider) ? node.dependencies : [decider, ...node.dependencies]
}

export interface Neighbours {
  /** By the indexes of boxes. */
  readonly above: ReadonlyArray<ReadonlyArray<number>>
  readonly below: ReadonlyArray<ReadonlyArray<number>>
}

export const neighboursOf = (state: TaskState, graph: Contracted): Neighbours => {
  const above: number[][] = graph.boxes.map(() => [])
  const below: number[][] = graph.boxes.map(() => [])
  for (const { from, to } of edgesOf(state, graph)) {
    above[to]?.push(from)
    below[from]?.push(to)
  }
  return { above, below }
}
