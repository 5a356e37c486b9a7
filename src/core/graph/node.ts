/**
 * A node of the graph: one declared step, how it stands, and what the settlement of its dependencies has come to.
 * Steps that a decision has yet to create are nodes too, so that settlement is one fold over one graph.
 */
import type { Bounds, Usage } from '../bounds.js'
import type { Content } from '../content.js'
import type { EventData } from '../event.js'
import type { Finding } from '../finding.js'
import type { Json } from '../json.js'
import type { StepError } from '../outcome.js'
import type { Settlement } from '../settlement.js'
import type { BatchPolicy, StepDefinition, StepType } from '../step.js'

/** Why a step failed for good, as `step-failed` says it. */
export type StepFailureReason = EventData<'step-failed'>['reason']

export type StepState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'enqueued'; readonly attempt: number; readonly enqueue: number }
  | {
      readonly kind: 'in_progress'
      readonly attempt: number
      readonly session: number
      /** Under which it holds a slot. */
      readonly limits?: ReadonlyArray<string>
    }
  | {
      readonly kind: 'waiting_for_retry'
      readonly attempt: number
      readonly dueAtMs: number
      readonly error: StepError
    }
  | { readonly kind: 'waiting_for_approval'; readonly attempt: number; readonly gate: GateState }
  /** Without a worker: shown as `in_progress`. */
  | { readonly kind: 'waiting'; readonly attempt: number; readonly wait: Wait }
  | { readonly kind: 'complete'; readonly result: Content }
  | { readonly kind: 'error'; readonly error: StepError; readonly reason: StepFailureReason }
  | { readonly kind: 'cancelled'; readonly reason?: string }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'resolved_manually' }

export interface Wait {
  readonly untilMs: number | undefined
  readonly signal: string | undefined
  readonly child: ChildState | undefined
}

export interface ChildState {
  readonly task: string
  readonly onFailure: 'fail' | 'continue'
  readonly template: Content
  readonly input: Content
}

export interface Reminders {
  readonly everyMs: number
  readonly nextAtMs: number
  /** So many were sent. */
  readonly count: number
}

export interface GateState {
  readonly about: 'plan' | 'exhausted' | undefined
  readonly question: string
  readonly groups: ReadonlyArray<string>
  readonly required: number
  readonly digest: string
  readonly context: Content
  readonly timeoutAtMs: number | undefined
  readonly onTimeout: 'approve' | 'reject' | 'escalate' | undefined
  readonly escalateTo: ReadonlyArray<string>
  readonly escalateTimeoutMs: number | undefined
  readonly reminders: Reminders | undefined
  readonly approvals: ReadonlyArray<{ readonly actor: string; readonly comment: string | null }>
}

/** Which event created a step, and which step decided it. */
export interface CreatedBy {
  readonly event: string
  readonly origin: string
  readonly step: string | null
}

export type FailureStrategy = NonNullable<BatchPolicy['failureStrategy']>

/** Instances of a fan-out or of a batch: for those that wait, they and their parent are one dependency. */
export interface Group {
  readonly instances: number[]
  /** Instances that have not settled, their own instances included. */
  open: number
  readonly parallelism: number
  /** What one instance's failure means for the others, and for those that wait for the group. */
  readonly failureStrategy: FailureStrategy
  /** Instances that were let through to the ready list and have not settled. */
  inFlight: number
  /** Instances that wait for the window of `parallelism`. */
  readonly backlog: number[]
  backlogHead: number
}

export interface Approval {
  readonly id: string
  readonly digest: string
  readonly raw: Content
  readonly fragment: Content | null
  readonly stopReason: string
  readonly takes: Usage
}

export type TimedLevel = 'phase' | 'fragment'

export type PhaseClock = { readonly [level in TimedLevel]?: number }

export interface HeldPhase {
  /** Whose time it was. */
  readonly level: TimedLevel | 'task'
  readonly gate: string
  readonly sinceMs: number
  /** The time that was up. */
  readonly seconds: number
}

export interface PlanningState {
  calls: number
  /** The call under way: what it reserved stays charged if no answer is ever recorded. */
  outstanding: { readonly call: number; readonly reserves: Usage } | undefined
  /** The proposal that waits to be judged. */
  proposal:
    | {
        readonly id: string
        readonly digest: string
        readonly raw: Content
        readonly fragment: Content | null
        readonly stopReason: string
      }
    | undefined
  readonly rejected: { readonly raw: Content; readonly findings: ReadonlyArray<Finding>; readonly stopReason: string }[]
  /** Proposals recorded, over all attempts. */
  answers: number
  /** Where the terminals of the accepted fragment were attached. */
  convergence: string | undefined
  /** What the accepted fragment allows itself, and what its phase had used before it. */
  accepted: { readonly bounds: Bounds; readonly before: Usage } | undefined
  /** An accepted fragment that waits for its approval; what it will take is promised to it. */
  approval: Approval | undefined
  /** So many proposals were rejected before people let the step go on. */
  forgiven: number
  /** What people raised of the bounds that this phase and its fragment were given. */
  raised: Bounds | undefined
  /** When the phase, and the fragment that was accepted, must have ended. */
  clock: PhaseClock
  /** The phase stands still until people have decided. */
  held: HeldPhase | undefined
  /** How often people were asked for more time. */
  timeGates: number
  /** What this phase, with the phases inside it, has used. */
  used: Usage
}

export interface Node {
  readonly id: number
  readonly definition: StepDefinition
  createdBy: CreatedBy | undefined
  /** Declared and attached dependencies, by number. */
  readonly dependencies: number[]
  readonly dependents: number[]
  /** The nearest decision or planning steps above, any of which may create this step. */
  readonly creators: ReadonlyArray<number>
  /** Dependencies that have not settled; those among them that a decision may leave out. */
  open: number
  openWithheld: number
  /** A dependency failed; one that a decision could have left out did. */
  failedDependency: boolean
  failedWithheld: boolean
  /** How the step itself settled, and how it settled with all its instances, which is what dependants see. */
  own: Settlement | undefined
  settlement: Settlement | undefined
  group: Group | undefined
  parent: number | undefined

  state: StepState
  attempt: number
  /** Failed and lost attempts since the last reset. */
  failures: number
  losses: number
  enqueues: number
  /** How often the step was reset: part of its idempotency key. */
  generation: number
  checkpoint: Json | undefined
  /** The child that was requested last. */
  child: ChildState | undefined
  planning: PlanningState | undefined
  /** The step's own part of the task's trace, once an attempt has told of one. */
  trace: string | undefined
  lastEvent: string
}

/** An isolated failure is nobody else's: whoever waits for the group sees an instance that is not there. */
export const asSeen = (group: Group, settlement: Settlement | undefined): Settlement | undefined =>
  settlement === 'failed' && group.failureStrategy === 'isolate' ? 'absent' : settlement

/** Steps that decide which of their descendants are created. */
export const isDeciderType = (type: StepType): boolean => type === 'decision' || type === 'planning'

export const isDecider = (node: Node): boolean => isDeciderType(node.definition.type)

/**
 * What a convergence waits for and does not count: who decides, and a gate that the engine itself put in the place of a
 * phase, or beside it. A `~` stands in no name that people or models write.
 */
export const isNoBranch = (node: Node): boolean =>
  isDecider(node) || (node.definition.type === 'gate' && node.definition.name.includes('~'))

export const isConvergence = (node: Node): boolean => node.definition.type === 'deferred_convergence'

/** May this dependency be left out of the graph by a decision above it, or is it such a decision? */
export const isWithheldDependency = (node: Node): boolean => isDecider(node) || node.creators.length > 0

/** A batch worker as it was declared: the pattern of its instances, never a step that runs itself. */
export const isWorkerTemplate = (node: Node): boolean =>
  node.definition.type === 'batch_worker' && node.definition.instanceOf === undefined

export const isCreated = (node: Node): boolean => node.createdBy !== undefined

/** A step that undoes another one, after the end of its task. */
export const isCompensation = (node: Node): boolean => node.createdBy?.origin === 'compensation'

export const hasStarted = (node: Node): boolean => node.state.kind !== 'pending' && node.state.kind !== 'enqueued'
