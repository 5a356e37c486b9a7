/** The HTTP side of a running Tasker, put together: the API, and whatever pages and measurements stand beside it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dashboard, frontDoor } from './dashboard/dashboard.js'
import type { AppOptions, AppParts } from './http/app-parts.js'
import { type Access, openAccess } from './http/auth/access.js'
import { observed } from './http/observed.js'
import type { RateLimits } from './http/rate.js'
import { type HttpServer, type ListenOptions, startServer } from './http/server.js'
import type { Tasker } from './main.js'
import { packageRoot } from './package-root.js'
import type { AccessRules } from './ports/access.js'
import type { Clock } from './ports/clock.js'
import { type Logger, silentLogger } from './ports/logger.js'
import { noMeasures } from './ports/measures.js'
import { listEvents } from './subscriptions/event-listing.js'
import { systemClock } from './system-clock.js'
import { createTraces } from './telemetry/traces.js'

export interface WebOptions extends ListenOptions {
  /** Who acts where a caller does not say so. */
  readonly actor?: string
  /** Who may come in; absent: whoever is on this machine, where only it can reach the server. */
  readonly access?: AccessRules
  /** How often one caller may ask this process. */
  readonly rate?: RateLimits
  readonly logger?: Logger
  readonly clock?: Clock
}

/** Listens for a Tasker that is open, and stops before it is closed. Throws `ListenRefused`, `AccessRefused`. */
export const openWeb = async (tasker: Tasker, options: WebOptions): Promise<HttpServer> => {
  const parts = partsOf(tasker, options)
  const { host, actor = 'somebody', access: rules } = options
  const { keys, log: store } = tasker
  const { logger, clock } = parts
  const access = await openAccess({
    keys,
    store,
    clock,
    logger,
    host,
    actor,
    ...(rules === undefined ? {} : { rules }),
  })
  return startServer(parts, options, {
    ...optionsOf(tasker, parts, access),
    ...(options.rate === undefined ? {} : { rate: options.rate }),
  })
}

const partsOf = (tasker: Tasker, { logger = silentLogger, clock = systemClock }: WebOptions): AppParts => ({
  ...tasker,
  logger,
  clock,
  events: (selection) => listEvents({ log: tasker.log, clock, logger }, selection),
  version: String(JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version),
})

/** Where middleware of `auth` and of measurements, and pages, are hung in. */
const optionsOf = ({ metrics }: Tasker, parts: AppParts, access: Access): AppOptions => ({
  around: [observed(createTraces(), metrics?.measures ?? noMeasures), ...access.around],
  entrance: access.entrance,
  identify: access.identify,
  mounts: [dashboard(parts, { session: access.session }), frontDoor()],
})
