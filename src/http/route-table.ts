/** All routes there are. Adding one: its definition in the file of its resource, and that file's list here. */
import type { Route } from './route.js'
import { catalogRoutes } from './routes/catalog.js'
import { deadLetterRoutes } from './routes/dead-letters.js'
import { documentRoute } from './routes/document.js'
import { eventRoutes } from './routes/events.js'
import { gateRoutes } from './routes/gates.js'
import { healthRoutes } from './routes/health.js'
import { keyRoutes } from './routes/keys.js'
import { metricsRoutes } from './routes/metrics.js'
import { overviewRoutes } from './routes/overview.js'
import { planRoutes } from './routes/plans.js'
import { projectionRoutes } from './routes/projections.js'
import { scheduleRoutes } from './routes/schedules.js'
import { streamRoutes } from './routes/streams.js'
import { subscriptionRoutes } from './routes/subscriptions.js'
import { taskCreateRoutes } from './routes/task-create.js'
import { taskHandRoutes } from './routes/task-hands.js'
import { taskListRoutes } from './routes/task-lists.js'
import { taskReadingRoutes } from './routes/task-reading.js'
import { taskStoryRoutes } from './routes/task-stories.js'
import { templateRoutes } from './routes/templates.js'

/** At the root, open to everybody. */
export const PROBE_ROUTES: ReadonlyArray<Route> = healthRoutes

/** At the root, for those who may. */
export const ROOT_ROUTES: ReadonlyArray<Route> = metricsRoutes

export const API = '/api/v1'

/** Below `/api/v1`. */
export const API_ROUTES: ReadonlyArray<Route> = [
  ...taskListRoutes,
  // Before the routes of one task: `/tasks/counts` is no id.
  ...overviewRoutes,
  ...taskCreateRoutes,
  ...taskReadingRoutes,
  ...taskStoryRoutes,
  ...taskHandRoutes,
  ...gateRoutes,
  ...deadLetterRoutes,
  ...templateRoutes,
  ...scheduleRoutes,
  ...planRoutes,
  ...catalogRoutes,
  ...eventRoutes,
  ...streamRoutes,
  ...projectionRoutes,
  ...subscriptionRoutes,
  ...keyRoutes,
  documentRoute(() => ROUTES),
]

/** Every route with where it hangs. */
export const ROUTES: ReadonlyArray<{ readonly base: string; readonly route: Route }> = [
  ...[...PROBE_ROUTES, ...ROOT_ROUTES].map((route) => ({ base: '', route })),
  ...API_ROUTES.map((route) => ({ base: API, route })),
]
