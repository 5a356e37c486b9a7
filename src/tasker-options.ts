/** What a program says when it makes a Tasker: where its log and queue are, what it runs, and who plans. */
import type { Projection } from '../projections/projection.js'
import type { ConfiguredLimits } from './engine/configured-limits.js'
import type { Prices } from './planner/prices.js'
import type { Clock } from './ports/clock.js'
import type { Connections } from './ports/connections.js'
import type { Handler } from './ports/handler.js'
import type { Logger } from './ports/logger.js'
import type { Planner } from './ports/planner.js'
import type { Metrics } from './telemetry/metrics.js'
import type { SecretsProvider } from './worker/resolve.js'

export interface TaskerOptions {
  /** Postgres: a direct connection or session pooling. The schema must be current (`tasker migrate`). */
  readonly databaseUrl: string
  /** Redis for BullMQ; absent, BullMQ's Postgres backend in a database beside the log's. */
  readonly redisUrl?: string
  /** Before every key in Redis; absent, a name of the database's own, so that several installations may share one Redis. */
  readonly queuePrefix?: string
  /** The namespace whose steps this process runs beside the catalog's. */
  readonly namespace?: string
  readonly handlers?: ReadonlyArray<Handler>
  /** `all` runs the namespace's and the catalog's steps, `catalog` the catalog's alone, `none` only decides. */
  readonly serves?: 'all' | 'catalog' | 'none'
  /** Attempts that run at a time, of each queue. */
  readonly concurrency?: number
  /** Of attempts, over all processes together; the same in every process. Throws `LimitsInvalid`. */
  readonly limits?: ConfiguredLimits
  /** Whether this process may lead the sweeper; absent, it may. */
  readonly sweeps?: boolean
  /** Whether this process keeps the projections up with the log where no other one does, and which beside Tasker's own. */
  readonly projections?: boolean | ReadonlyArray<Projection>
  readonly planner?: Planner
  /** The model of planning steps that name none. */
  readonly plannerModel?: string
  readonly prices?: Prices
  readonly secrets?: SecretsProvider
  /** Databases and mail servers that steps may use by name. */
  readonly connections?: Connections
  /** Exact `host:port` that may be private or loopback. */
  readonly privateHosts?: ReadonlyArray<string>
  /** Who is in which group, for gates. */
  readonly groups?: Readonly<Record<string, ReadonlyArray<string>>>
  /** Which of a template's environments applies; absent, none. */
  readonly environment?: string
  readonly logger?: Logger
  /** Counts what this process does, for a page that Prometheus reads: `taskerMetrics()`. */
  readonly metrics?: Metrics
  readonly clock?: Clock
}
