/**
 * Which steps are drawn together. Instances of a fan-out or batch always are. Where a graph is larger than a page can
 * show, steps that wait for the same and are waited for by the same are, then steps in a row, then whole fragments, the
 * largest first; what is too much even then stands as one box at the end. A reader may open or close fragments.
 */
import type { Node } from '../../../core/graph/node.js'
import { nodeAt, type TaskState } from '../../../core/state.js'
import { type Box, type Contracted, contracted, neighboursOf } from './contraction.js'
import { isWithin, phaseOf } from './phases.js'

/** Laying out more than these takes longer than a page may, and no screen shows them. */
export const MAX_DRAWN_BOXES = 120
const LEAST_ALIKE = 4
const LEAST_IN_ROW = 4

export interface Wanted {
  /** Ids of groups that the reader has opened (`phase:…`, `instances:…`), and planning steps whose fragments were closed. */
  readonly open: ReadonlySet<string>
  readonly closed: ReadonlySet<string>
}

export const AS_IT_COMES: Wanted = { open: new Set(), closed: new Set() }

/** At most `most` boxes. */
export const grouped = (state: TaskState, wanted: Wanted = AS_IT_COMES, most = MAX_DRAWN_BOXES): Contracted => {
  const closed = [...wanted.closed].reduce(
    (graph, phase) => closePhase(state, graph, phase),
    contracted(state, [...instancesTogether(state)]),
  )
  const steps = [alikeTogether, rowsTogether, largestPhasesClosed]
  const smaller = steps.reduce(
    (graph, step) => (graph.boxes.length <= most ? graph : step(state, graph, wanted, most)),
    closed,
  )
  return smaller.boxes.length <= most ? smaller : restTogether(state, smaller, most)
}

const single = (node: Node): Box => ({ id: node.definition.name, kind: 'step', head: node, members: [node] })

function* instancesTogether(state: TaskState): Iterable<Box> {
  for (const node of state.nodes) {
    if (node.parent !== undefined && nodeAt(state, node.parent).group !== undefined) continue
    const made = node.group === undefined ? [] : instancesBelow(state, node)
    if (made.length === 0) yield single(node)
    else yield { id: `instances:${node.definition.name}`, kind: 'instances', head: node, members: made }
  }
}

/** Instances of instances too, in order. */
export const instancesBelow = (state: TaskState, node: Node): ReadonlyArray<Node> => {
  const found: Node[] = []
  const stack = [...(node.group?.instances ?? [])].reverse()
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const instance = nodeAt(state, id)
    found.push(instance)
    for (const inner of (instance.group?.instances ?? []).toReversed()) stack.push(inner)
  }
  return found
}

const closePhase = (state: TaskState, graph: Contracted, phase: string): Contracted => {
  const inside = graph.boxes.filter(({ head }) => isWithin(phaseOf(head), phase))
  return inside.length < 2 ? graph : merged(state, graph, [{ id: `phase:${phase}`, kind: 'phase', boxes: inside }])
}

interface Merge {
  readonly id: string
  readonly kind: Box['kind']
  readonly boxes: ReadonlyArray<Box>
}

/** The new box stands where the first of those that it replaces stood. */
const merged = (state: TaskState, graph: Contracted, merges: ReadonlyArray<Merge>): Contracted => {
  const into = new Map<Box, Merge>()
  for (const merge of merges) for (const box of merge.boxes) into.set(box, merge)
  const done = new Set<Merge>()
  const boxes: Box[] = []
  for (const box of graph.boxes) {
    const merge = into.get(box)
    if (merge === undefined) boxes.push(box)
    else if (!done.has(merge)) {
      done.add(merge)
      const members = merge.boxes.flatMap(({ kind, head, members }) =>
        kind === 'instances' ? [head, ...members] : members,
      )
      boxes.push({ id: merge.id, kind: merge.kind, head: box.head, members })
    }
  }
  return contracted(state, boxes)
}

/** Steps of the same handler and phase that wait for the same and are waited for by the same. */
const alikeTogether = (state: TaskState, graph: Contracted): Contracted => {
  const { above, below } = neighboursOf(state, graph)
  const byLikeness = new Map<string, Box[]>()
  for (const [index, box] of graph.boxes.entries()) {
    if (box.kind !== 'step') continue
    const { type, handler } = box.head.definition
    const around = [above[index], below[index]].map((set) => [...(set ?? [])].sort(byNumber).join(','))
    const likeness = [type, handler, phaseOf(box.head), ...around].join('\n')
    const like = byLikeness.get(likeness)
    if (like === undefined) byLikeness.set(likeness, [box])
    else like.push(box)
  }
  const merges = [...byLikeness.values()]
    .filter((boxes) => boxes.length >= LEAST_ALIKE)
    .map((boxes): Merge => ({ id: `alike:${boxes[0]?.id ?? ''}`, kind: 'alike', boxes }))
  return merged(state, graph, merges)
}

const byNumber = (left: number, right: number): number => left - right

/** Ordinary steps of which each has the one before it alone above it, and the one after it alone below. */
const rowsTogether = (state: TaskState, graph: Contracted): Contracted => {
  const { above, below } = neighboursOf(state, graph)
  const only = (boxes: ReadonlyArray<number> | undefined): number | undefined =>
    boxes?.length === 1 ? boxes[0] : undefined
  const isOrdinary = (index: number): boolean => {
    const box = graph.boxes[index]
    return box?.kind === 'step' && box.head.definition.type === 'standard'
  }
  const next = (index: number): number | undefined => {
    const after = only(below[index])
    if (after === undefined || !isOrdinary(after) || only(above[after]) !== index) return undefined
    const [here, there] = [graph.boxes[index], graph.boxes[after]]
    return here !== undefined && there !== undefined && phaseOf(here.head) === phaseOf(there.head) ? after : undefined
  }
  const seen = new Set<number>()
  const merges: Merge[] = []
  for (const start of graph.boxes.keys()) {
    if (seen.has(start) || !isOrdinary(start)) continue
    const row: Box[] = []
    for (let at: number | undefined = start; at !== undefined; at = next(at)) {
      seen.add(at)
      const box = graph.boxes[at]
      if (box !== undefined) row.push(box)
    }
    if (row.length >= LEAST_IN_ROW) merges.push({ id: `chain:${row[0]?.id ?? ''}`, kind: 'chain', boxes: row })
  }
  return merged(state, graph, merges)
}

const largestPhasesClosed = (state: TaskState, graph: Contracted, { open }: Wanted, most: number): Contracted => {
  const sizes = new Map<string, number>()
  for (const { head } of graph.boxes) {
    const phase = phaseOf(head)
    if (phase !== '' && !open.has(`phase:${phase}`)) sizes.set(phase, (sizes.get(phase) ?? 0) + 1)
  }
  const largest = [...sizes].sort(([, left], [, right]) => right - left).map(([phase]) => phase)
  let smaller = graph
  for (const phase of largest) {
    if (smaller.boxes.length <= most) return smaller
    smaller = closePhase(state, smaller, phase)
  }
  return smaller
}

/** Dependencies are declared before their dependants, so what is left over depends on what stands and not the other way. */
const restTogether = (state: TaskState, graph: Contracted, most: number): Contracted => {
  const rest = graph.boxes.slice(most - 1)
  return merged(state, graph, [{ id: 'rest:', kind: 'rest', boxes: rest }])
}
