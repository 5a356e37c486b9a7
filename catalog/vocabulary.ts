/**
 * The vocabulary: all handlers that a process knows, by callable, with the checks of what people and models write into
 * their configurations. The capability schema is the same as JSON, for planners and for `tasker catalog schema`.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../src/core/canonical-json.js'
import type { Capability, Vocabulary } from '../src/core/capability.js'
import type { JsonObject } from '../src/core/json.js'
import type { Handler } from '../src/ports/handler.js'
import { checkExpression } from './expressions/check-expression.js'
import { checkSchema } from './expressions/check-schema.js'

/** Two handlers claim one callable: whichever ran would be chance. */
export class DuplicateHandler extends Error {
  readonly code = 'duplicate_handler'
  constructor(readonly callable: string) {
    super(`two handlers are called "${callable}"; give one of them another name`)
    this.name = 'DuplicateHandler'
  }
}

/** Throws `DuplicateHandler`. */
export const vocabularyOf = (handlers: ReadonlyArray<Handler>): Vocabulary => {
  const capabilities = new Map<string, Capability>()
  for (const { capability } of handlers) {
    if (capabilities.has(capability.callable)) throw new DuplicateHandler(capability.callable)
    capabilities.set(capability.callable, capability)
  }
  const digest = createHash('sha256')
    .update(canonicalJson(schemaOf(capabilities)), 'utf8')
    .digest('hex')
  return { digest: `sha256:${digest}`, capabilities, checkExpression, checkSchema }
}

/** The capability schema: the same handlers give the same JSON, whatever the order in which they were registered. */
export const capabilitySchemaOf = (vocabulary: Vocabulary): JsonObject => schemaOf(vocabulary.capabilities)

const CAPABILITY_SCHEMA_VERSION = '1.0'

const schemaOf = (capabilities: ReadonlyMap<string, Capability>): JsonObject => ({
  capability_schema_version: CAPABILITY_SCHEMA_VERSION,
  references: `Any value of config and inputs may instead be a string that is exactly one reference; it keeps its JSON type: \${steps.NAME.result.PATH}, \${task.context.PATH}, \${secrets.NAME} (only in the fields named under secrets) and, in what a fan-out runs, \${item.PATH}. PATH is JMESPath; quote identifiers with other characters than letters, digits and _.`,
  handlers: [...capabilities.values()].sort(byCallable).map(capabilitySchema),
})

const byCallable = (left: Capability, right: Capability): number => (left.callable < right.callable ? -1 : 1)

const capabilitySchema = (capability: Capability): JsonObject => ({
  handler: capability.callable,
  version: capability.version,
  summary: capability.summary,
  step_types: capability.stepTypes,
  config: capability.configSchema,
  inputs: capability.inputs,
  output: capability.output,
  errors: capability.errors.map(({ code, retryable, when }) => ({ code, retryable, when })),
  hints: { ...capability.hints },
  fields: {
    urls: capability.fields.urls,
    secrets: capability.fields.secrets,
    expressions: capability.fields.expressions,
    schemas: capability.fields.schemas,
    step_names: capability.fields.stepNames,
  },
})
