/** What the HTTP side is built over: the library's own parts, and what is mounted beside the API. */
import type { Context, Hono, MiddlewareHandler } from 'hono'
import type { Provenance } from '../audit/provenance.js'
import type { Vocabulary } from '../core/capability.js'
import type { JsonObject } from '../core/json.js'
import type { Template } from '../core/template.js'
import type { DeadLetters } from '../engine/dead-letters.js'
import type { Explanations } from '../engine/explanations.js'
import type { Gates } from '../engine/gates.js'
import type { Keys } from '../engine/keys.js'
import type { Schedules } from '../engine/schedules.js'
import type { Tasks } from '../engine/tasks.js'
import type { Clock } from '../ports/clock.js'
import type { Log, StoredEvent } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Projections } from '../ports/projections.js'
import type { Queue } from '../ports/queue.js'
import type { EventSelection, SubscriptionAdministration } from '../ports/subscription.js'
import type { Templates } from '../templates/registry.js'
import type { HttpEnv } from './caller.js'
import type { HttpProblem } from './problem.js'
import type { RateLimits } from './rate.js'

/** A running Tasker, as routes and pages see it. */
export interface AppParts {
  readonly tasks: Tasks
  readonly gates: Gates
  readonly templates: Templates
  readonly schedules: Schedules
  readonly keys: Keys
  readonly deadLetters: DeadLetters
  readonly why: Explanations
  provenance(taskId: string, step: string): Promise<Provenance>
  /** A template as it is written, in the configured environment. Throws `TemplateInvalid`. */
  template(source: JsonObject): Promise<Template>
  readonly projections: Projections
  readonly subscriptions: SubscriptionAdministration
  readonly queue: Pick<Queue, 'depth' | 'own'>
  readonly vocabulary: Vocabulary
  readonly log: Log
  /** Events as they are stored; with `follow` on as the log grows, until the signal. It is read only as fast as asked. */
  events(selection: EventSelection): AsyncIterable<StoredEvent>
  readonly logger: Logger
  readonly clock: Clock
  /** What is measured, as text; absent where nothing is. */
  readonly metrics?: { readonly contentType: string; page(): Promise<string> }
  /** Tasker's own version. */
  readonly version: string
}

/** Pages or another thing that answers under a path. */
export interface Mount {
  /** `/ui`; what is below it is the app's. */
  readonly path: string
  readonly app: Hono<HttpEnv>
  /** How it says that something went wrong before it was asked (a form of an earlier visit); absent: as JSON. */
  readonly problem?: (problem: HttpProblem, context: Context<HttpEnv>) => Promise<Response>
}

export interface AppOptions {
  /** What answers to everybody, at the root: where one logs in. */
  readonly entrance?: Hono<HttpEnv>
  /** Puts the `Caller` into the context, or answers by itself; absent: whoever calls from this machine may do all. */
  readonly identify?: MiddlewareHandler<HttpEnv>
  /** Around everything, the first outermost: measuring, tracing. */
  readonly around?: ReadonlyArray<MiddlewareHandler<HttpEnv>>
  /** Who acts where nobody says so. */
  readonly actor?: string
  readonly mounts?: ReadonlyArray<Mount>
  /** How often one caller may ask; absent, as `limits.ts` says. */
  readonly rate?: RateLimits
  /** Aborted when the server closes: what streams, ends. */
  readonly closing?: AbortSignal
}
