/** Projections: how far each is, folding one anew beside the one that serves, and comparing one with a fresh fold. */
import { closed } from '../../core/closed.js'
import { integer } from '../../core/described.js'
import type { AppParts } from '../app-parts.js'
import { MAX_WAIT_SECONDS } from '../limits.js'
import { HttpProblem } from '../problem.js'
import { ok, type Route, route } from '../route.js'
import { shaped } from '../shape.js'
import { cancelAsked, projectionStatus, projections, rebuilt, verification } from '../shapes/operations.js'

const common = { tag: 'projections', permission: 'projections:read' } as const

/** A refusal comes at once; a rebuild that goes on is not waited for longer than this where nobody says so. */
const SHORT_WAIT_SECONDS = 1

export const projectionRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'listProjections',
    method: 'get',
    path: '/projections',
    summary: 'Every projection with its health, how far it is behind, and its last rebuild: state, progress, end',
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
    refuses: ['projection_unknown', 'rebuild_under_way', 'rebuild_cancelled', 'rebuild_failed'],
    handle: async ({ params, body, closing }, { projections, logger, clock }) => {
      const { name } = params
      const { begun, ended } = beginning(projections, name, closing)
      ended.catch((error) => logger.warn('a rebuild has ended', { projection: name, error: String(error) }))
      const build = await begun
      const waited = new Promise<null>((resolve) => {
        clock.after((body.wait_seconds ?? SHORT_WAIT_SECONDS) * 1_000, () => resolve(null))
      })
      const position = await Promise.race([ended.catch(failed(projections, name, build)), waited])
      return { status: position === null ? 202 : 200, body: { name, build, position } }
    },
  }),
  route({
    ...common,
    id: 'cancelRebuild',
    method: 'delete',
    path: '/projections/:name/rebuild',
    summary: 'Ask the process that rebuilds a projection to end that; the one that serves is not touched',
    permission: 'projections:rebuild',
    answer: cancelAsked,
    statuses: [202],
    refuses: ['projection_unknown', 'no_rebuild'],
    handle: async ({ params: { name } }, { projections }) => {
      await projections.cancelRebuild(name)
      return { status: 202, body: { name } }
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

/** `begun` is the number of the build; refused is what is refused before there is one. */
const beginning = (projections: AppParts['projections'], name: string, signal: AbortSignal) => {
  let begin = (_: number): void => undefined
  const number = new Promise<number>((resolve) => {
    begin = resolve
  })
  const ended = projections.rebuild(name, { signal, onBegin: (build) => begin(build) })
  // It ends before it has begun only by a refusal.
  return { ended, begun: Promise.race([number, ended]) }
}

/** What a fold met is no fault of the process that was asked: it answers with what stands in the list, too. */
const failed =
  (projections: AppParts['projections'], name: string, build: number) =>
  async (error: unknown): Promise<never> => {
    const found = (await projections.list()).find((one) => one.name === name)?.rebuild
    if (found?.build !== build || found.error === null) throw error
    const { code, message } = found.error
    throw new HttpProblem({ status: 409, code: 'rebuild_failed', detail: `${name}: ${message} (${code})` })
  }
