/**
 * The normal form of a step, as `steps-materialized` records it. Templates and fragments are translated into it once,
 * at the border; from then on nobody asks where a step came from in order to run it.
 */
import type { Bounds } from './bounds.js'
import type { Json, JsonObject } from './json.js'

export type StepType =
  | 'standard'
  | 'decision'
  | 'deferred_convergence'
  | 'batchable'
  | 'batch_worker'
  | 'planning'
  | 'gate'

export type Backoff = 'none' | 'linear' | 'exponential' | 'fibonacci'

/** Every key is optional in an event: an absent one means the default named in `limits.ts`. */
export interface RetryPolicy {
  readonly retryable?: boolean
  readonly maxAttempts?: number
  readonly maxLosses?: number
  readonly backoff?: Backoff
  readonly baseMs?: number
  readonly capMs?: number
  /** A share of the delay, 0 to 1, by which it may vary at random. */
  readonly jitter?: number
}

export type Requires = 'all' | 'any' | { readonly quorum: number }

export interface BatchPolicy {
  readonly workerTemplate?: string
  readonly batchSize?: number
  readonly parallelism?: number
  readonly cursorField?: string
  readonly failureStrategy?: 'continue_on_failure' | 'fail_fast' | 'isolate'
}

/** What undoes a completed step when its task fails or is cancelled: run once, with the step's name and result as input. */
export interface Compensation {
  readonly handler: string
  readonly method?: string
  readonly config?: JsonObject
  readonly retry?: RetryPolicy
  readonly timeoutMs?: number
}

/** Which of a step's ends publish an event: in Tasker Core's words, and with its meaning. */
export type PublicationCondition = 'success' | 'failure' | 'retryable_failure' | 'permanent_failure' | 'always'

/** A domain event that a step publishes: its result, or its error, under a name that others know. */
export interface Publication {
  readonly name: string
  readonly description?: string
  readonly condition: PublicationCondition
  /** JSON Schema of the payload. */
  readonly schema?: JsonObject
  /** As the template says; every event is durable, for it stands in the log. */
  readonly deliveryMode?: 'durable' | 'fast' | 'broadcast'
}

export interface StepDefinition {
  readonly name: string
  readonly type: StepType
  /** A user's callable, or `catalog:<name>`. */
  readonly handler: string
  readonly method?: string
  /** What its author says of it, to people and to planners. */
  readonly description?: string
  /** The system outside that it uses: an operator's limit of that name holds for it. */
  readonly system?: string
  readonly dependencies: ReadonlyArray<string>
  readonly config?: JsonObject
  /** Names of the handler's input contract to references. */
  readonly inputs?: JsonObject
  readonly retry?: RetryPolicy
  readonly timeoutMs?: number
  /** For a convergence step; absent means `all`. */
  readonly requires?: Requires
  readonly tolerateFailures?: boolean
  readonly onEmpty?: 'run' | 'skip'
  readonly batch?: BatchPolicy
  /** For a planning step: what its phase may use at most. */
  readonly bounds?: Bounds
  /** The operator's limit that holds for this step beside its queue's, and the path in the input by whose value it counts. */
  readonly limitKey?: string
  readonly limitPer?: string
  readonly resultSchema?: JsonObject
  readonly onFailure?: Compensation
  readonly onCancel?: Compensation
  readonly publishes?: ReadonlyArray<Publication>
  /** The fan-out or batch step whose instance this is. */
  readonly instanceOf?: string
  /** What `${item…}` stands for in an instance: an element, a chunk or a cursor. */
  readonly item?: Json
}

/** The method of a handler where its step names none, as in Tasker Core. */
export const DEFAULT_METHOD = 'call'

export const CATALOG_NAMESPACE = 'catalog'
export const CATALOG_PREFIX = 'catalog:'

export const isCatalogHandler = (handler: string): boolean => handler.startsWith(CATALOG_PREFIX)

/** The namespace whose queue carries a step: `catalog` for catalog handlers, else the task's own. */
export const queueOf = (handler: string, namespace: string): string =>
  isCatalogHandler(handler) ? CATALOG_NAMESPACE : namespace
