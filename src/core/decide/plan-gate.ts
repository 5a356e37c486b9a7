/**
 * Gates that a planning step opens for itself, on a plan that was accepted and where the planner may not go on; and those
 * by which a phase asks for more than it was given.
 */
import type { Approval, Node } from '../graph/node.js'
import { isJsonObject, type JsonObject } from '../json.js'
import type { StepError } from '../outcome.js'
import { type Approvers, approversOf } from '../planning-config.js'
import { CATALOG_PREFIX, type StepDefinition } from '../step.js'
import type { Emitter } from './emit.js'

/** Shows the fragment by its digest: the approval is bound to exactly that. */
export const askForApproval = (
  to: Emitter,
  node: Node,
  attempt: number,
  { id, digest, fragment }: Pick<Approval, 'id' | 'digest' | 'fragment'>,
  causation: string,
  nowMs: number,
): void => {
  const question = `May the plan of ${node.definition.name} be carried out?`
  const shown = fragment ?? { value: { proposal: id } }
  open(to, node, { attempt, about: 'plan', question, digest, context: shown, causation, nowMs })
}

export const askForMore = (to: Emitter, node: Node, attempt: number, error: StepError, nowMs: number): void => {
  const question = `${node.definition.name} cannot be planned any further: ${error.message}. May it go on, with more if need be?`
  const context = { value: { code: error.code, message: error.message, details: error.details ?? null } }
  open(to, node, {
    attempt,
    about: 'exhausted',
    question,
    digest: node.lastEvent,
    context,
    causation: node.lastEvent,
    nowMs,
  })
}

/** Those who approve the plans of the phase are asked for one of its steps. */
export const askForRoom = (
  to: Emitter,
  node: Node,
  phase: Node,
  attempt: number,
  error: StepError,
  nowMs: number,
): void => {
  const question = `${error.message}. May it have more?`
  const context = { value: { code: error.code, message: error.message, details: error.details ?? null } }
  // Reminders are sent as the asking step's own configuration says, and this one has none for them.
  const { remindEveryMs: _, ...approvers } = approversOf(phase.definition)
  open(
    to,
    node,
    { attempt, about: 'exhausted', question, digest: node.lastEvent, context, causation: node.lastEvent, nowMs },
    { ...approvers, remindEveryMs: undefined },
  )
}

/** A gate as a step of its own, which asks those who approve the phase's plans. */
export const gateInPlace = (
  definition: StepDefinition,
  name: string,
  question: string,
  context: JsonObject,
): StepDefinition => {
  const approvers = isJsonObject(definition.config?.approve_plan) ? definition.config.approve_plan : {}
  return {
    name,
    type: 'gate',
    handler: `${CATALOG_PREFIX}gate`,
    dependencies: [],
    config: { ...approvers, question, context },
  }
}

interface Opening {
  readonly attempt: number
  readonly about: 'plan' | 'exhausted'
  readonly question: string
  readonly digest: string
  readonly context: Approval['raw']
  readonly causation: string
  readonly nowMs: number
}

const open = (to: Emitter, node: Node, opening: Opening, approvers: Approvers = approversOf(node.definition)): void => {
  const { groups, required, timeoutMs, onTimeout, escalateTo, escalateTimeoutMs, remindEveryMs } = approvers
  const { attempt, about, question, digest, context, causation, nowMs } = opening
  to.emit(
    'gate-opened',
    {
      step: node.definition.name,
      attempt,
      about,
      question,
      groups: [...groups],
      required,
      context,
      digest,
      ...(timeoutMs === undefined ? {} : { timeoutAtMs: nowMs + timeoutMs }),
      ...(onTimeout === undefined ? {} : { onTimeout }),
      ...(escalateTo.length === 0 ? {} : { escalateTo: [...escalateTo] }),
      ...(escalateTimeoutMs === undefined ? {} : { escalateTimeoutMs }),
      ...(remindEveryMs === undefined ? {} : { remindEveryMs, remindAtMs: nowMs + remindEveryMs }),
    },
    causation,
  )
}
