/** All routes there are. Adding one: its definition in the file of its resource, and that file's list here. */
import type { Route } from './route.js'
import { healthRoutes } from './routes/health.js'

/** At the root, open to everybody. */
export const PROBE_ROUTES: ReadonlyArray<Route> = healthRoutes

/** Below `/api/v1`. */
export const API_ROUTES: ReadonlyArray<Route> = []
