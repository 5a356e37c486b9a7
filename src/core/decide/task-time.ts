/**
 * The time of the whole task (`max_wall_clock_seconds`). Where something is planned, the frame's planning steps say by
 * `on_exhausted` what becomes of it, as they do when the time of their phase is up; one of them that says `fail` ends the
 * task. What the frame itself has open goes on: it is the author's, and what leads to the convergence.
 */
import { scopeOf } from '../frame.js'
import type { Node } from '../graph/node.js'
import { onExhausted } from '../planning-config.js'
import { nodeAt, type TaskState } from '../state.js'
import type { Emitter } from './emit.js'
import { endPhase, openSteps, passed } from './phase-time.js'

/** Planning steps of the frame that have yet to plan, or whose plan is under way; none where the task is to fail. */
export const phasesToAsk = (state: TaskState): ReadonlyArray<Node> => {
  const phases = state.nodes.filter(
    (node) =>
      node.definition.type === 'planning' &&
      scopeOf(node.definition.name) === '' &&
      (node.own === undefined || openSteps(state, node).length > 0),
  )
  return phases.some(({ definition }) => onExhausted(definition) === 'fail') ? [] : phases
}

/** One at a time: what follows from one of them changes what follows from the next. */
export const endOutOfTime = (state: TaskState, to: Emitter, nowMs: number): void => {
  const [id] = state.outOfTime ?? []
  if (id === undefined) return
  const node = nodeAt(state, id)
  const passing = { state, to, node, level: 'task', seconds: state.bounds.max_wall_clock_seconds ?? 0 } as const
  if (isUnderWay(node)) endPhase(passing, nowMs)
  else passed(passing, 'none')
}

/** What has not begun is refused its first call; who has been asked for more will say how much. */
export const isUnderWay = ({ own, planning, state }: Node): boolean => {
  if (planning === undefined || planning.held !== undefined) return false
  if (own !== undefined) return true
  return planning.calls > 0 && !(state.kind === 'waiting_for_approval' && state.gate.about === 'exhausted')
}
