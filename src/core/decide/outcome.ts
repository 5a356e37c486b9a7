/** What an attempt came to, as the events that follow from it. A result that cannot be accepted fails the step. */
import * as E from 'fp-ts/lib/Either.js'
import { createdByDecision } from '../graph/creation.js'
import { heldBy } from '../graph/held.js'
import type { Node } from '../graph/node.js'
import type { Json } from '../json.js'
import type { Completed, Decided, Failed, GateOpened, Outcome, Yielded } from '../outcome.js'
import { onExhausted } from '../planning-config.js'
import { retryDelayMs } from '../retry.js'
import type { TaskState } from '../state.js'
import { batch } from './batch.js'
import { accept, type Decision, refuse, runningAttempt } from './decision.js'
import { type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'
import { failStep } from './fail.js'
import { fanOut } from './fan-out.js'
import { convergeWithout } from './judge.js'
import { materialize } from './materialize.js'
import { askForMore } from './plan-gate.js'
import { withhold } from './publish.js'
import { requestChild, waiting } from './wait.js'

export interface ReportOutcome {
  readonly type: 'report-outcome'
  readonly step: number
  readonly attempt: number
  readonly outcome: Outcome
  /** Digest of what a gate shows; only for `gate-opened`. */
  readonly digest?: string
}

export interface SaveCheckpoint {
  readonly type: 'save-checkpoint'
  readonly step: number
  readonly attempt: number
  readonly checkpoint: Json
}

export interface RetryDue {
  readonly type: 'retry-due'
  readonly step: number
  readonly attempt: number
}

export const reportOutcome = (state: TaskState, command: ReportOutcome, envelope: Envelope): Decision => {
  const running = runningAttempt(state, command.step, command.attempt)
  if (E.isLeft(running)) return running
  const node = running.right
  const to = emitter(state, envelope)
  const { outcome, attempt } = command
  switch (outcome.kind) {
    case 'completed':
      completed(to, node, attempt, outcome)
      break
    case 'failed':
      failed(state, to, node, attempt, outcome, envelope)
      break
    case 'decided':
      decided(state, to, node, attempt, outcome)
      break
    case 'fanned-out':
      fanOut(state, to, node, attempt, outcome, envelope.nowMs)
      break
    case 'batched':
      batch(state, to, node, attempt, outcome, envelope.nowMs)
      break
    case 'gate-opened':
      gateOpened(to, node, attempt, outcome, command.digest ?? '', envelope.nowMs)
      break
    case 'yielded':
      yielded(to, node, attempt, outcome)
      break
    case 'waiting':
      waiting(state, to, node, attempt, outcome, envelope.nowMs)
      break
    case 'child-requested':
      requestChild(to, node, attempt, outcome)
      break
    default:
      return unknownOutcome(outcome)
  }
  return accept(to.events)
}

/** What a running attempt saves is there for the next one. */
export const saveCheckpoint = (state: TaskState, command: SaveCheckpoint, envelope: Envelope): Decision => {
  const running = runningAttempt(state, command.step, command.attempt)
  if (E.isLeft(running)) return running
  const to = emitter(state, envelope)
  const { name } = running.right.definition
  to.emit('step-checkpointed', { step: name, attempt: command.attempt, checkpoint: command.checkpoint })
  return accept(to.events)
}

export const retryDue = (state: TaskState, command: RetryDue, envelope: Envelope): Decision => {
  const node = state.nodes[command.step]
  if (node === undefined) return refuse('step_unknown', `the task has no step number ${command.step}`)
  if (state.phase.kind === 'paused')
    return refuse('task_paused', 'the task is paused; the retry follows when it is resumed')
  if (heldBy(state, node) !== undefined)
    return refuse('phase_held', `the phase of ${node.definition.name} stands still; the retry follows when it goes on`)
  if (node.state.kind !== 'waiting_for_retry' || node.state.attempt !== command.attempt) {
    return refuse('not_waiting', `${node.definition.name} does not wait for a retry of attempt ${command.attempt}`)
  }
  const to = emitter(state, envelope)
  const { name } = node.definition
  to.emit('step-enqueued', { step: name, attempt: node.attempt + 1, enqueue: node.enqueues + 1 }, node.lastEvent)
  return accept(to.events)
}

const completed = (to: Emitter, node: Node, attempt: number, { result, withheld }: Completed): void => {
  to.emit('step-completed', { step: node.definition.name, attempt, result }, node.lastEvent)
  withhold(to, node, attempt, 'success', withheld)
}

const yielded = (to: Emitter, node: Node, attempt: number, { checkpoint }: Yielded): void => {
  const step = node.definition.name
  const saved = to.emit('step-checkpointed', { step, attempt, checkpoint }, node.lastEvent)
  to.emit('step-enqueued', { step, attempt: attempt + 1, enqueue: node.enqueues + 1 }, saved)
}

const failed = (
  state: TaskState,
  to: Emitter,
  node: Node,
  attempt: number,
  outcome: Failed,
  { nowMs, random }: Envelope,
): void => {
  if (isExhausted(node, outcome)) {
    const policy = onExhausted(node.definition)
    if (policy === 'converge') return convergeWithout(state, to, node, attempt, outcome.error.message)
    if (policy === 'gate') return askForMore(to, node, attempt, outcome.error, nowMs)
  }
  const step = node.definition.name
  const delayMs = retryDelayMs(node.definition.retry, {
    failures: node.failures + 1,
    retryable: outcome.retryable,
    retryAfterMs: outcome.retryAfterMs,
    random,
  })
  const dueAtMs = delayMs === undefined ? null : nowMs + delayMs
  const { error, retryable } = outcome
  const attempted = to.emit('step-attempt-failed', { step, attempt, error, retryable, dueAtMs }, node.lastEvent)
  if (dueAtMs !== null) return withhold(to, node, attempt, 'retry', outcome.withheld)
  const exhausted = retryable && node.definition.retry?.retryable !== false
  to.emit('step-failed', { step, attempt, reason: exhausted ? 'attempts_exhausted' : 'permanent', error }, attempted)
  withhold(to, node, attempt, 'failure', outcome.withheld)
}

/** The decision, what it creates and the step's completion are one append; a refused decision fails the step. */
const decided = (state: TaskState, to: Emitter, node: Node, attempt: number, outcome: Decided): void => {
  const created = createdByDecision(state, node, outcome.create)
  if (E.isLeft(created)) {
    const { code, message, step, allowed } = created.left
    return failStep(to, node, attempt, 'refused_decision', { code, message, details: { step, allowed } })
  }
  const step = node.definition.name
  const made = to.emit('decision-made', { step, attempt, create: [...outcome.create] }, node.lastEvent)
  materialize(to, {
    origin: 'decision',
    by: step,
    decidedBy: made,
    steps: created.right.map((other) => other.definition),
    causation: made,
  })
  to.emit('step-completed', { step, attempt, result: outcome.result }, made)
  withhold(to, node, attempt, 'success', outcome.withheld)
}

/** No proposal was accepted, or the bounds allow no further call. */
const isExhausted = (node: Node, { error, retryable }: Failed): boolean =>
  node.definition.type === 'planning' &&
  !retryable &&
  (error.code === 'bounds_exceeded' || error.code === 'plan_rejected')

const gateOpened = (
  to: Emitter,
  node: Node,
  attempt: number,
  gate: GateOpened,
  digest: string,
  nowMs: number,
): void => {
  to.emit(
    'gate-opened',
    {
      step: node.definition.name,
      attempt,
      question: gate.question,
      groups: [...gate.groups],
      required: gate.required,
      context: gate.context,
      digest,
      ...(gate.timeoutMs === undefined ? {} : { timeoutAtMs: nowMs + gate.timeoutMs }),
      ...(gate.onTimeout === undefined ? {} : { onTimeout: gate.onTimeout }),
      ...(gate.escalateTo === undefined ? {} : { escalateTo: [...gate.escalateTo] }),
      ...(gate.escalateTimeoutMs === undefined ? {} : { escalateTimeoutMs: gate.escalateTimeoutMs }),
      ...(gate.remindEveryMs === undefined
        ? {}
        : { remindEveryMs: gate.remindEveryMs, remindAtMs: nowMs + gate.remindEveryMs }),
    },
    node.lastEvent,
  )
}

const unknownOutcome = (outcome: never): never => {
  throw new Error(`decide does not know the outcome ${JSON.stringify(outcome)}`)
}
