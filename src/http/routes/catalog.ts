/** The catalog: every handler as planners are shown it, and how much each is used. */
import type * as t from 'io-ts'
import { capabilitySchema } from '../../core/capability-schema.js'
import { didYouMean } from '../../core/near-names.js'
import { capabilityOf } from '../../core/validation/handler-names.js'
import { HttpProblem } from '../problem.js'
import { ok, type Route, route } from '../route.js'
import { shaped } from '../shape.js'
import { capability, catalog, catalogUsage, schema, usage } from '../shapes/catalog.js'

const common = { method: 'get', tag: 'catalog', permission: 'catalog:read' } as const

export const catalogRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'listCatalog',
    path: '/catalog',
    summary: 'Every handler in a line, with the digest of all of them',
    answer: catalog,
    handle: async (_, { vocabulary }) => {
      const all = [...vocabulary.capabilities.values()].sort((left, right) => (left.callable < right.callable ? -1 : 1))
      const items = all.map(({ callable, version, summary, stepTypes }) => ({
        handler: callable,
        version,
        summary,
        step_types: stepTypes,
      }))
      return ok({ digest: vocabulary.digest, items })
    },
  }),
  route({
    ...common,
    id: 'getCatalogSchema',
    path: '/catalog/schema',
    summary: 'The capability schema: all handlers as planners are shown them',
    answer: schema,
    handle: async (_, { vocabulary }) => ok(known(schema, capabilitySchema(vocabulary.capabilities))),
  }),
  route({
    ...common,
    id: 'getCatalogUsage',
    path: '/catalog/usage',
    summary: 'How often each handler was used, and what came of it',
    answer: catalogUsage,
    refuses: ['projection_absent'],
    handle: async (_, { projections }) => {
      const all = await projections.read.catalogUsage()
      return ok({ items: all.map((one) => shaped(usage, one)) })
    },
  }),
  route({
    ...common,
    id: 'getHandler',
    path: '/catalog/handlers/:handler',
    summary: 'One handler: configuration, inputs, result and errors',
    answer: capability,
    refuses: ['unknown_handler'],
    handle: async ({ params }, { vocabulary }) => {
      const found = capabilityOf(vocabulary, params.handler)
      if (found === undefined) {
        const names = [...vocabulary.capabilities.keys()].flatMap((name) => [name, name.replace(/^catalog:/, '')])
        const detail = `there is no handler "${params.handler}"${didYouMean(params.handler, names)}`
        throw new HttpProblem({ status: 404, code: 'unknown_handler', detail })
      }
      const { handlers } = capabilitySchema(new Map([[found.callable, found]]))
      const [shown] = Array.isArray(handlers) ? handlers : []
      return ok(known(capability, shown))
    },
  }),
]

/** The capability schema is JSON already; it is what the codec says, or there is a fault of ours. */
const known = <A>(codec: t.Type<A, A, unknown>, value: unknown): A => {
  if (codec.is(value)) return value
  throw new Error(`the capability schema is no ${codec.name}`)
}
