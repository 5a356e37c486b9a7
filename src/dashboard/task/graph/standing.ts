/** Where a step stands, in one word of a closed list: what a page draws, counts and filters by. Derived, never stored. */
import { isCreated, isWorkerTemplate, type Node } from '../../../core/graph/node.js'
import type { TaskState } from '../../../core/state.js'

export const STANDINGS = [
  'in_progress',
  'waiting_for_approval',
  'waiting_for_retry',
  'error',
  'enqueued',
  'ready',
  'pending',
  'complete',
  'resolved_manually',
  'skipped',
  'cancelled',
  'never_runs',
  'absent',
  'withheld',
] as const

export type Standing = (typeof STANDINGS)[number]

export const isStanding = (text: string): text is Standing => STANDINGS.some((standing) => standing === text)

export const standingOf = (node: Node): Standing => {
  if (node.state.kind === 'waiting') return 'in_progress'
  if (node.state.kind !== 'pending') return node.state.kind
  if (node.settlement === 'failed') return 'never_runs'
  if (node.settlement === 'absent') return 'absent'
  if (!isCreated(node)) return 'withheld'
  return node.open === 0 ? 'ready' : 'pending'
}

/** Drawn faint: it is not part of this run, or not yet. */
export const isFaint = (standing: Standing): boolean =>
  standing === 'withheld' || standing === 'absent' || standing === 'never_runs' || standing === 'skipped'

export type Counts = ReadonlyArray<readonly [standing: Standing, count: number]>

/** In the order of the list, which is that of how much they ask for attention. */
export const countsOf = (nodes: Iterable<Node>): Counts => {
  const counts = new Map<Standing, number>()
  for (const node of nodes) {
    const standing = standingOf(node)
    counts.set(standing, (counts.get(standing) ?? 0) + 1)
  }
  return STANDINGS.flatMap((standing) => {
    const count = counts.get(standing)
    return count === undefined ? [] : [[standing, count] as const]
  })
}

/** All steps of the task, the patterns of batch workers left out: they are no steps. */
export const countsOfTask = ({ nodes }: TaskState): Counts => countsOf(nodes.filter((node) => !isWorkerTemplate(node)))
