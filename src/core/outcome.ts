/**
 * What one attempt of a step came to. A worker reports exactly one of these; `decide` turns it into events. Handlers
 * of users return plain values, which the worker wraps as `completed`.
 */
import type { Content } from './content.js'
import type { Json, JsonObject } from './json.js'
import type { BatchPolicy, PublicationCondition, RetryPolicy } from './step.js'

export type Outcome =
  | Completed
  | Decided
  | FannedOut
  | Batched
  | GateOpened
  | Yielded
  | Waiting
  | ChildRequested
  | Failed

export interface Completed extends Ending {
  readonly kind: 'completed'
  readonly result: Content
}

/** What the worker found when it held the end of an attempt against what its step publishes. */
interface Ending {
  readonly withheld?: ReadonlyArray<WithheldEvent>
}

/** A domain event whose payload does not fit the schema that it promises. */
export interface WithheldEvent {
  readonly name: string
  readonly condition: PublicationCondition
  readonly message: string
}

/** A decision step names the descendants that are to be created; an empty list is `no_branches`. */
export interface Decided extends Ending {
  readonly kind: 'decided'
  readonly create: ReadonlyArray<string>
  readonly result: Content
}

/** A fan-out step: one instance an item, each running `handler` with `config` in which `${item…}` is the item. */
export interface FannedOut {
  readonly kind: 'fanned-out'
  readonly items: ReadonlyArray<Json>
  readonly handler: string
  readonly config: JsonObject
  readonly inputs?: JsonObject
  readonly parallelism?: number
  readonly retry?: RetryPolicy
  readonly timeoutMs?: number
}

/** A batchable step: the cursors of its workers; none is `no_batches`. */
export interface Batched {
  readonly kind: 'batched'
  readonly workerTemplate: string
  readonly cursors: ReadonlyArray<{ readonly id: string; readonly cursor: Json }>
  readonly totalItems: number
  readonly policy: BatchPolicy
}

/** A gate step: the worker is done, people are asked. */
export interface GateOpened {
  readonly kind: 'gate-opened'
  readonly question: string
  readonly groups: ReadonlyArray<string>
  readonly required: number
  readonly timeoutMs?: number
  readonly onTimeout?: 'approve' | 'reject' | 'escalate'
  readonly escalateTo?: ReadonlyArray<string>
  /** How long those may take to whom it was escalated; absent, as long as they like. */
  readonly escalateTimeoutMs?: number
  /** The people are reminded so often while the gate is open. */
  readonly remindEveryMs?: number
  /** What the person is shown, beside the question. */
  readonly context: Content
}

/** The attempt hands the step back before it is done: another one goes on from the checkpoint, and nothing has failed. */
export interface Yielded {
  readonly kind: 'yielded'
  readonly checkpoint: Json
}

/** The step waits without a worker: until a time, for a signal, or for whichever comes first. */
export interface Waiting {
  readonly kind: 'waiting'
  /** Milliseconds since the epoch. */
  readonly untilMs?: number
  /** Milliseconds from when this is recorded, where the handler knows no clock. */
  readonly forMs?: number
  readonly signal?: string
}

/** The step starts another task and waits for its end. The child's id is the caller's to make, once an attempt. */
export interface ChildRequested {
  readonly kind: 'child-requested'
  /** uuid v7 of the task that is to be. */
  readonly child: string
  /** The template in its normal form, and the input. */
  readonly template: Content
  readonly input: Content
  /** What the child's failure means: the step fails with it, or completes and says so. */
  readonly onFailure: 'fail' | 'continue'
}

export interface Failed extends Ending {
  readonly kind: 'failed'
  readonly error: StepError
  readonly retryable: boolean
  /** A hint from the other side (`Retry-After`) or from the handler; it wins over the backoff, up to its cap. */
  readonly retryAfterMs?: number
}

export interface StepError {
  /** The class of the fault in the words of the handler's contract, e.g. `http_status`, `timeout`. */
  readonly code: string
  readonly message: string
  readonly details?: Json
}
