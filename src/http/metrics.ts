/** The page of metrics among the other paths: for whoever may read them. */
import { Hono } from 'hono'
import { type HttpEnv, mayDo } from './caller.js'
import { HttpProblem } from './problem.js'

/** As much of the metrics as is shown. */
export interface MetricsPage {
  readonly contentType: string
  page(): Promise<string>
}

export const metricsApp = (metrics: MetricsPage): Hono<HttpEnv> =>
  new Hono<HttpEnv>().get('/', async (context) => {
    const caller = context.get('caller')
    if (!mayDo(caller, 'metrics:read')) {
      throw new HttpProblem({ status: 403, code: 'forbidden', detail: `${caller.actor} has no metrics:read` })
    }
    return context.body(await metrics.page(), 200, { 'content-type': metrics.contentType })
  })
