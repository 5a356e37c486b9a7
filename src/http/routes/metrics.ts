/** The page of metrics, for whoever may read them. */
import { HttpProblem } from '../problem.js'
import { type Route, route } from '../route.js'

export const metricsRoutes: ReadonlyArray<Route> = [
  route({
    id: 'getMetrics',
    method: 'get',
    path: '/metrics',
    tag: 'health',
    summary: 'Metrics in the text format of Prometheus',
    permission: 'metrics:read',
    produces: 'text/plain',
    refuses: ['metrics_off'],
    handle: async (_, { metrics }) => {
      if (metrics === undefined)
        throw new HttpProblem({ status: 404, code: 'metrics_off', detail: 'nothing is measured' })
      return new Response(await metrics.page(), { headers: { 'content-type': metrics.contentType } })
    },
  }),
]
