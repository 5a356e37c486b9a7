/** The HTTP side of a running Tasker, put together: the API, and whatever pages and measurements stand beside it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AppOptions, AppParts } from './http/app-parts.js'
import { metricsApp } from './http/metrics.js'
import { type HttpServer, type ListenOptions, startServer } from './http/server.js'
import type { Tasker } from './main.js'
import { packageRoot } from './package-root.js'
import type { Clock } from './ports/clock.js'
import { type Logger, silentLogger } from './ports/logger.js'
import { listEvents } from './subscriptions/event-listing.js'
import { systemClock } from './system-clock.js'

export interface WebOptions extends ListenOptions {
  /** Who acts where a caller does not say so. */
  readonly actor?: string
  readonly logger?: Logger
  readonly clock?: Clock
}

/** Listens for a Tasker that is open, and stops before it is closed. Throws `ListenRefused`. */
export const openWeb = (tasker: Tasker, options: WebOptions): Promise<HttpServer> => {
  const parts = partsOf(tasker, options)
  return startServer(parts, options, optionsOf(tasker, options))
}

const partsOf = (tasker: Tasker, { logger = silentLogger, clock = systemClock }: WebOptions): AppParts => ({
  ...tasker,
  logger,
  clock,
  events: (selection) => listEvents({ log: tasker.log, clock, logger }, selection),
  version: String(JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version),
})

/** Where middleware of `auth` and of measurements, pages and `/metrics` are hung in. */
const optionsOf = ({ metrics }: Tasker, { actor }: WebOptions): AppOptions => ({
  ...(actor === undefined ? {} : { actor }),
  mounts: metrics === undefined ? [] : [{ path: '/metrics', app: metricsApp(metrics) }],
})
