/**
 * A phase whose steps failed for good is planned anew from its boundary, with the failures as context, as often as its
 * planning step allows (`max_replans`). After that its `on_exhausted` decides: the task is blocked, the convergence
 * goes on with what there is, or people are asked. Each new plan is a further phase, so the bounds end it in any case.
 */
import { covers } from '../allowance.js'
import { NOTHING_USED } from '../bounds.js'
import { scopeOf } from '../frame.js'
import { isDecider, type Node } from '../graph/node.js'
import type { Json } from '../json.js'
import { maxReplans, onExhausted } from '../planning-config.js'
import { findNode, type TaskState } from '../state.js'
import type { StepDefinition } from '../step.js'
import { boundsLeftFor } from './bounds-left.js'
import type { Emitter } from './emit.js'
import { materialize } from './materialize.js'
import { gateInPlace } from './plan-gate.js'

/** True where something follows from the failures other than that the task is blocked. */
export const replanFailedPhase = (state: TaskState, to: Emitter, failed: ReadonlyArray<Node>): boolean => {
  for (const node of failed) {
    const phase = replannablePhase(state, node)
    if (phase === undefined) continue
    const ofPhase = failed.filter(
      (other) => other.definition.name.startsWith(`${phase.definition.name}/`) && isForPhase(other, phase),
    )
    const steps = successorOf(state, phase, ofPhase)
    const convergence = phase.planning?.convergence
    if (convergence === undefined) continue
    if (steps !== undefined) {
      materialize(to, {
        origin: 'fragment',
        by: phase.definition.name,
        decidedBy: node.lastEvent,
        steps,
        attach: { convergence, terminals: steps.map(({ name }) => name) },
        causation: node.lastEvent,
      })
    } else if (onExhausted(phase.definition) !== 'converge') continue
    for (const { definition, lastEvent } of ofPhase) {
      to.emit('step-skipped', { step: definition.name, reason: reasonOf(steps) }, lastEvent)
    }
    return true
  }
  return false
}

/** The innermost phase around the step that says what becomes of its failures. */
const replannablePhase = (state: TaskState, node: Node): Node | undefined => {
  for (let scope = scopeOf(node.definition.name); scope !== ''; scope = scopeOf(scope)) {
    const phase = findNode(state, scope)
    if (phase !== undefined && isDecider(phase) && isForPhase(node, phase)) return phase
  }
  return undefined
}

/** One that is not planned anew speaks for those steps alone that found no room in the bounds. */
const isForPhase = ({ state: step }: Node, { definition }: Node): boolean =>
  maxReplans(definition) > 0 ||
  (onExhausted(definition) === 'converge' && step.kind === 'error' && step.reason === 'bounds_exceeded')

/** What comes in place of the phase: another planning step, a gate, or nothing. */
const successorOf = (
  state: TaskState,
  phase: Node,
  failed: ReadonlyArray<Node>,
): ReadonlyArray<StepDefinition> | undefined => {
  const { definition } = phase
  const [base = definition.name, number = '1'] = definition.name.split(/~(?=\d+$)/)
  const planned = Number(number)
  const failures: Json = failed.map(failureOf)
  const remaining = boundsLeftFor(state, phase)
  const mayPlan =
    planned <= maxReplans(definition) &&
    covers(remaining, { ...NOTHING_USED, steps: 1, phases: 1, plannerCalls: 1 }).length === 0
  if (mayPlan) return [{ ...definition, name: `${base}~${planned + 1}`, item: { replaces: definition.name, failures } }]
  // A gate is a step too: where there is no room for one the task is blocked, and people are needed anyway.
  if (onExhausted(definition) !== 'gate' || covers(remaining, { ...NOTHING_USED, steps: 1 }).length > 0)
    return undefined
  const question = `${definition.name} failed after ${planned} plans. May the task go on without it?`
  return [gateInPlace(definition, `${base}~gate`, question, { failures })]
}

const failureOf = ({ definition, state: step }: Node): Json => ({
  step: definition.name,
  handler: definition.handler,
  error:
    step.kind === 'error'
      ? { code: step.error.code, message: step.error.message }
      : { code: 'cancelled', message: step.kind === 'cancelled' ? (step.reason ?? '') : '' },
})

const reasonOf = (steps: ReadonlyArray<StepDefinition> | undefined): string => {
  const [successor] = steps ?? []
  if (successor === undefined) return 'its phase failed; the convergence goes on with what there is'
  return `its phase failed; ${successor.name} takes its place`
}
