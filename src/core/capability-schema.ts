/**
 * The capability schema: all handlers as one piece of JSON, which planners are shown, people read, and the vocabulary's
 * digest is made of. The same handlers give the same JSON, in whatever order they were registered.
 */
import type { Capability } from './capability.js'
import type { JsonObject } from './json.js'

const CAPABILITY_SCHEMA_VERSION = '1.0'

const REFERENCES = `Any value of config and inputs may instead be a string that is exactly one reference; it keeps its JSON type: \${steps.NAME.result.PATH}, \${task.context.PATH}, \${secrets.NAME} (only in the fields named under secrets) and, in what a fan-out runs, \${item.PATH}. PATH is JMESPath; quote identifiers with other characters than letters, digits and _.`

export const capabilitySchema = (capabilities: ReadonlyMap<string, Capability>): JsonObject => ({
  capability_schema_version: CAPABILITY_SCHEMA_VERSION,
  references: REFERENCES,
  handlers: [...capabilities.values()].sort(byCallable).map(described),
})

const byCallable = (left: Capability, right: Capability): number => (left.callable < right.callable ? -1 : 1)

const described = (capability: Capability): JsonObject => ({
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
    connections: capability.fields.connections,
    expressions: capability.fields.expressions,
    schemas: capability.fields.schemas,
    step_names: capability.fields.stepNames,
  },
})
