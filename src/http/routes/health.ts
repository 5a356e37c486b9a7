/** Whether this process lives, and whether it can work: for whoever restarts it, and for whoever sends it callers. */
import * as t from 'io-ts'
import { closed } from '../../core/closed.js'
import { ok, type Route, route } from '../route.js'

const health = closed({ status: t.literal('ok'), version: t.string })
const readiness = closed({ status: t.union([t.literal('ready'), t.literal('not_ready')]), log: t.boolean })

export const healthRoutes: ReadonlyArray<Route> = [
  route({
    id: 'health',
    method: 'get',
    isProbe: true,
    path: '/health',
    tag: 'health',
    summary: 'Whether this process answers',
    answer: health,
    handle: async (_, { version }) => ok({ status: 'ok' as const, version }),
  }),
  route({
    id: 'ready',
    method: 'get',
    isProbe: true,
    path: '/ready',
    tag: 'health',
    summary: 'Whether this process reaches the log',
    answer: readiness,
    statuses: [200, 503],
    handle: async (_, { log }) => {
      const reached = await log.position().then(
        () => true,
        () => false,
      )
      return reached
        ? ok({ status: 'ready' as const, log: true })
        : { status: 503, body: { status: 'not_ready' as const, log: false } }
    },
  }),
]
