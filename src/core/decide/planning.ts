/** A call to the planner, as events: asked (which reserves), answered or failed (which settles what was reserved). */
import * as E from 'fp-ts/lib/Either.js'
import { covers } from '../allowance.js'
import type { Usage } from '../bounds.js'
import type { Content } from '../content.js'
import type { Node } from '../graph/node.js'
import { givenBounds } from '../graph/phase-bounds.js'
import type { JsonObject } from '../json.js'
import type { TaskState } from '../state.js'
import { boundsLeftFor } from './bounds-left.js'
import { accept, type Decision, refuse, runningAttempt } from './decision.js'
import { emitter } from './emit.js'
import type { Envelope } from './envelope.js'
import type { PlanTokens } from './plan-tokens.js'
import { withTimeLeft } from './time-left.js'

export interface OfPlanningAttempt {
  readonly step: number
  readonly attempt: number
}

export interface RequestPlan extends OfPlanningAttempt {
  readonly type: 'request-plan'
  readonly provider: string
  readonly model: string
  readonly revision: number
  readonly prompt: Content
  readonly contextDigest: string
  readonly vocabulary: string
  readonly reserves: Usage
}

export interface ProposeFragment extends OfPlanningAttempt {
  readonly type: 'propose-fragment'
  readonly reasoning: string
  readonly raw: Content
  readonly fragment: Content | null
  readonly digest: string
  readonly thinking?: Content
  readonly stopReason: string
  readonly stopDetails?: JsonObject
  readonly model: string
  readonly tokens: PlanTokens
  readonly spent: Usage
}

export interface FailPlan extends OfPlanningAttempt {
  readonly type: 'fail-plan'
  readonly code: string
  readonly message: string
  readonly retryable: boolean
  readonly spent: Usage
}

export const requestPlan = (state: TaskState, command: RequestPlan, envelope: Envelope): Decision => {
  const running = runningAttempt(state, command.step, command.attempt)
  if (E.isLeft(running)) return running
  const node = running.right
  const boundsLeft = boundsLeftFor(state, node)
  const overrun = covers(boundsLeft, command.reserves)[0]
  if (overrun !== undefined) {
    const { bound, limit, value } = overrun
    const message = `one more call needs ${value} of ${bound}, of which ${limit} are left`
    return refuse('bounds_exceeded', message, { bound, limit, value })
  }
  if (state.outOfTime !== undefined) return outOfTime(state)
  const { provider, model, revision, prompt, contextDigest, vocabulary, reserves } = command
  const call = (node.planning?.calls ?? 0) + 1
  const to = emitter(state, envelope)
  to.emit(
    'plan-requested',
    {
      step: node.definition.name,
      attempt: command.attempt,
      call,
      revision,
      provider,
      model,
      prompt,
      contextDigest,
      vocabulary,
      boundsLeft: withTimeLeft(boundsLeft, state, node, envelope.nowMs),
      reserves,
      ...phaseEnd(node, envelope.nowMs),
    },
    node.lastEvent,
  )
  return accept(to.events)
}

const outOfTime = ({ bounds: { max_wall_clock_seconds: limit = 0 } }: TaskState): Decision =>
  refuse('bounds_exceeded', `the time of the task is up (max_wall_clock_seconds ${limit})`, {
    bound: 'max_wall_clock_seconds',
    limit,
    value: limit,
  })

/** With its first call the clock of the phase begins. */
const phaseEnd = (node: Node, nowMs: number): { readonly endsAtMs?: number } => {
  const seconds = givenBounds(node)?.max_wall_clock_seconds
  return seconds === undefined || node.planning?.clock.phase !== undefined ? {} : { endsAtMs: nowMs + seconds * 1000 }
}

export const proposeFragment = (state: TaskState, command: ProposeFragment, envelope: Envelope): Decision => {
  const running = runningAttempt(state, command.step, command.attempt)
  if (E.isLeft(running)) return running
  const node = running.right
  const call = node.planning?.outstanding?.call
  if (call === undefined) return refuse('no_proposal', `no call of ${node.definition.name} is under way`)
  const { reasoning, raw, fragment, digest, stopReason, stopDetails, model, tokens, spent, thinking } = command
  const to = emitter(state, envelope)
  to.emit(
    'fragment-proposed',
    {
      step: node.definition.name,
      attempt: command.attempt,
      call,
      reasoning,
      raw,
      fragment,
      digest,
      stopReason,
      model,
      tokens: { ...tokens },
      spent,
      ...(thinking === undefined ? {} : { thinking }),
      ...(stopDetails === undefined ? {} : { stopDetails }),
    },
    node.lastEvent,
  )
  return accept(to.events)
}

export const failPlan = (state: TaskState, command: FailPlan, envelope: Envelope): Decision => {
  const running = runningAttempt(state, command.step, command.attempt)
  if (E.isLeft(running)) return running
  const node = running.right
  const call = node.planning?.outstanding?.call
  if (call === undefined) return refuse('no_proposal', `no call of ${node.definition.name} is under way`)
  const { code, message, retryable, spent } = command
  const to = emitter(state, envelope)
  const ofCall = { step: node.definition.name, attempt: command.attempt, call }
  to.emit('plan-failed', { ...ofCall, code, message, retryable, spent }, node.lastEvent)
  return accept(to.events)
}
