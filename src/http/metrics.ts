/** The page of metrics among the other paths: for whoever may call at all. */
import { Hono } from 'hono'
import type { HttpEnv } from './caller.js'

/** As much of the metrics as is shown. */
export interface MetricsPage {
  readonly contentType: string
  page(): Promise<string>
}

export const metricsApp = (metrics: MetricsPage): Hono<HttpEnv> =>
  new Hono<HttpEnv>().get('/', async (context) =>
    context.body(await metrics.page(), 200, { 'content-type': metrics.contentType }),
  )
