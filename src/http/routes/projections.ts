/** Projections: how far each is, folding one anew beside the one that serves, and comparing one with a fresh fold. */
import { closed } from '../../core/closed.js'
import { integer } from '../../core/described.js'
import { MAX_WAIT_SECONDS } from '../limits.js'
import { ok, type Route, route } from '../route.js'
import { shaped } from '../shape.js'
import { projectionStatus, projections, rebuilt, verification } from '../shapes/operations.js'

const common = { tag: 'projections', permission: 'projections:read' } as const

/** A refusal comes at once; a rebuild that goes on is not waited for longer than this where nobody says so. */
const SHORT_WAIT_SECONDS = 1

export const projectionRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'listProjections',
    method: 'get',
    path: '/projections',
    summary: 'Every projection with its health and how far it is behind',
    answer: projections,
    handle: async (_, parts) => {
      const all = await parts.projections.list()
      return ok({ items: all.map((one) => shaped(projectionStatus, one)) })
    },
  }),
  route({
    ...common,
    id: 'rebuildProjection',
    method: 'post',
    path: '/projections/:name/rebuild',
    summary: 'Fold a projection anew beside the one that serves; answered with 202 where that goes on',
    permission: 'projections:rebuild',
    body: closed({}, { wait_seconds: integer({ min: 0, max: MAX_WAIT_SECONDS }) }),
    answer: rebuilt,
    statuses: [200, 202],
    refuses: ['projection_unknown', 'rebuild_under_way'],
    handle: async ({ params, body, closing }, { projections, logger, clock }) => {
      const { name } = params
      const rebuild = projections.rebuild(name, { signal: closing })
      rebuild.catch((error) => logger.warn('a rebuild has ended', { projection: name, error: String(error) }))
      const waited = new Promise<null>((resolve) => {
        clock.after((body.wait_seconds ?? SHORT_WAIT_SECONDS) * 1_000, () => resolve(null))
      })
      const position = await Promise.race([rebuild, waited])
      return { status: position === null ? 202 : 200, body: { name, position } }
    },
  }),
  route({
    ...common,
    id: 'verifyProjection',
    method: 'post',
    path: '/projections/:name/verify',
    summary: 'Compare a projection with a fresh fold of the log: the first row that differs, or null',
    answer: verification,
    refuses: ['projection_unknown', 'projection_absent'],
    handle: async ({ params, signal }, { projections }) => {
      const { difference, ...verified } = await projections.verify(params.name, { signal })
      return ok({ ...verified, difference: difference === null ? null : { ...difference } })
    },
  }),
]
