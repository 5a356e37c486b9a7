/**
 * Where a step's fate began: the shortest way from it, through what it waits for or what kept it out, to a step that
 * explains itself. Each step is looked at once, however many ways lead to it.
 */
import { asSeen, isCreated, type Node } from '../graph/node.js'
import type { Settlement } from '../settlement.js'
import { nodeAt, type TaskState } from '../state.js'

export interface Trace {
  readonly end: Node
  /** From the first step after the beginning to the end. */
  readonly path: ReadonlyArray<Node>
}

/** Breadth first, so that the first end that is found is a nearest one; undefined where there is none. */
export const shortestTrace = (
  from: Node,
  next: (node: Node) => ReadonlyArray<Node>,
  isEnd: (node: Node) => boolean,
): Trace | undefined => {
  const cameFrom = new Map<Node, Node>([[from, from]])
  const queue = [from]
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head]
    if (node === undefined) return undefined
    if (node !== from && isEnd(node)) return { end: node, path: pathTo(node, from, cameFrom) }
    for (const other of next(node)) {
      if (cameFrom.has(other)) continue
      cameFrom.set(other, node)
      queue.push(other)
    }
  }
  return undefined
}

const pathTo = (end: Node, from: Node, cameFrom: ReadonlyMap<Node, Node>): ReadonlyArray<Node> => {
  const path: Node[] = []
  for (let node: Node | undefined = end; node !== undefined && node !== from; node = cameFrom.get(node)) path.push(node)
  return path.reverse()
}

/** What a step waits for: its instances, the decisions that may create it, or its dependencies. */
export const waitedFor = (state: TaskState, node: Node): ReadonlyArray<Node> => {
  const isOpen = (other: Node): boolean => other.settlement === undefined
  if (node.own === 'satisfied') return nodesAt(state, node.group?.instances ?? []).filter(isOpen)
  const dependencies = nodesAt(state, node.dependencies).filter(isOpen)
  if (isCreated(node)) return dependencies
  const deciders = nodesAt(state, node.creators).filter(isOpen)
  return deciders.length > 0 ? deciders : dependencies
}

/** What made a step absent or failed: whatever has the same settlement and is nearer to where it began. */
export const keptOutBy = (state: TaskState, node: Node): ReadonlyArray<Node> => {
  const same = (other: Node): boolean => other.settlement === node.settlement
  const { group } = node
  if (node.own === 'satisfied' && group !== undefined) {
    return nodesAt(state, group.instances).filter((instance) => seen(group, instance) === node.settlement)
  }
  return nodesAt(state, [...node.dependencies, ...(isCreated(node) ? [] : node.creators)]).filter(same)
}

const seen = (group: NonNullable<Node['group']>, instance: Node): Settlement | undefined =>
  asSeen(group, instance.settlement)

const nodesAt = (state: TaskState, ids: ReadonlyArray<number>): ReadonlyArray<Node> =>
  ids.map((id) => nodeAt(state, id))
