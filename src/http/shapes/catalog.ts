/** Handlers as planners are shown them, and how much each is used. */
import * as t from 'io-ts'
import { list, named } from '../shape.js'

export const capability = named(
  'Capability',
  t.type({
    handler: t.string,
    version: t.string,
    summary: t.string,
    step_types: list(t.string),
    config: t.UnknownRecord,
    inputs: t.UnknownRecord,
    output: t.UnknownRecord,
    errors: list(t.type({ code: t.string, retryable: t.boolean, when: t.string })),
    hints: t.UnknownRecord,
    fields: t.UnknownRecord,
  }),
)

const handlerLine = t.type({ handler: t.string, version: t.string, summary: t.string, step_types: list(t.string) })

export const catalog = named('Catalog', t.type({ digest: t.string, items: list(handlerLine) }))

export const schema = named(
  'CapabilitySchema',
  t.type({ capability_schema_version: t.string, references: t.string, handlers: list(capability) }),
)

export const usage = t.type({
  handler: t.string,
  handler_version: t.string,
  attempts: t.number,
  completed: t.number,
  handed_back: t.number,
  retried: t.number,
  failed: t.number,
  lost: t.number,
  cancelled: t.number,
  latency_ms: t.number,
  queued_ms: t.number,
})

export const catalogUsage = named('CatalogUsage', t.type({ items: list(usage) }))
