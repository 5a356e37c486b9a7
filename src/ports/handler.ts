/**
 * A handler: the function behind a callable, with its capability. The worker resolves references and secrets, decodes
 * the configuration, calls `run`, and turns what comes back into an outcome. A handler returns plain JSON, or one of
 * the special outcomes by `outcome(…)`; it fails by throwing a `StepFailure`. Anything else that it throws is a
 * retryable `handler_error`.
 */
import type { Capability } from '../core/capability.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Outcome } from '../core/outcome.js'
import type { Settlement } from '../core/settlement.js'
import type { BatchPolicy } from '../core/step.js'
import type { Span, SpanAsked } from './traces.js'

export interface Handler {
  readonly capability: Capability
  run(call: HandlerCall): Promise<Json | SpecialOutcome>
}

export interface HandlerCall {
  /** References and secrets resolved, decoded by the capability's codec. */
  readonly config: JsonObject
  readonly inputs: JsonObject
  readonly context: HandlerContext
  /** Which of the handler's methods the step names; `call` where it names none. */
  readonly method: string
}

export interface HandlerContext {
  readonly task: { readonly id: string; readonly namespace: string; readonly input: Json; readonly correlation: string }
  readonly step: { readonly name: string; readonly attempt: number }
  /** The same for every attempt of a step until it is reset: (task, step, reset generation). */
  readonly idempotencyKey: string
  /** Aborted by the step's time-out, by cancellation and when the session is lost. */
  readonly signal: AbortSignal
  /** How each dependency settled, by the name under which the step declared it. */
  readonly dependencies: Readonly<Record<string, DependencyView>>
  readonly item?: Json
  /** `batch_config` of a batchable step or of a batch worker, for the handler that makes the cursors or follows one. */
  readonly batch?: BatchPolicy
  /** What this step saved last, over all attempts. */
  readonly checkpoint?: Json
  saveCheckpoint(checkpoint: Json): Promise<void>
  /** Who may be reached, from the bounds of the task and the operator's configuration. */
  readonly network: NetworkPolicy
  /** Values of the secrets that were resolved for this call, to be masked in whatever leaves the handler. */
  readonly mask: (text: string) => string
  /** The same of any value: for what is looked into before it becomes a result. */
  readonly maskJson: (value: Json) => Json
  /** Where this call stands in the task's trace, for what it calls itself; absent where nobody traces. */
  readonly trace?: HandlerTrace
}

export interface HandlerTrace {
  /** To be sent along: the W3C header of that name. */
  readonly traceparent: string
  /** A span below the handler's. It has to be ended. */
  start(asked: Omit<SpanAsked, 'parent'>): Span
}

export interface DependencyView {
  readonly settlement: Settlement
  readonly result: Json
  readonly error?: { readonly code: string; readonly message: string }
  /** For a fan-out or a batch: its instances in order. */
  readonly instances?: ReadonlyArray<{
    readonly name: string
    readonly settlement: Settlement
    readonly result: Json
    readonly error?: { readonly code: string; readonly message: string }
  }>
}

export interface NetworkPolicy {
  /** Exact hosts with an optional port; undefined where the template has no bounds of hosts (user-written steps). */
  readonly allowedHosts: ReadonlyArray<string> | undefined
  /** Exact `host:port` that may be private or loopback, from the operator's configuration alone. */
  readonly privateHosts: ReadonlyArray<string>
  /** Hosts of each secret that was resolved into this call; the request's host must be in all of them. */
  readonly secretHosts: ReadonlyArray<ReadonlyArray<string>>
}

const OUTCOME = Symbol('outcome')

export interface SpecialOutcome {
  readonly [OUTCOME]: Exclude<Outcome, { kind: 'completed' | 'failed' }>
}

export const outcome = (special: Exclude<Outcome, { kind: 'completed' | 'failed' }>): SpecialOutcome => ({
  [OUTCOME]: special,
})

export const specialOutcomeOf = (value: Json | SpecialOutcome): SpecialOutcome[typeof OUTCOME] | undefined =>
  typeof value === 'object' && value !== null && OUTCOME in value ? value[OUTCOME] : undefined

/** The one way in which a handler says that it failed, and whether trying again can help. */
export class StepFailure extends Error {
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly details: Json | undefined
  constructor(
    readonly code: string,
    message: string,
    options: {
      readonly retryable: boolean
      readonly retryAfterMs?: number | undefined
      readonly details?: Json | undefined
      readonly cause?: unknown
    },
  ) {
    super(message, { cause: options.cause })
    this.name = 'StepFailure'
    this.retryable = options.retryable
    this.retryAfterMs = options.retryAfterMs
    this.details = options.details
  }
}
