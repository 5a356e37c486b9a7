/**
 * The vocabulary: all handlers that a process knows, by callable, with the checks of what people and models write into
 * their configurations, and a digest of what planners are shown of it.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../src/core/canonical-json.js'
import type { Capability, Vocabulary } from '../src/core/capability.js'
import { capabilitySchema } from '../src/core/capability-schema.js'
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
    .update(canonicalJson(capabilitySchema(capabilities)), 'utf8')
    .digest('hex')
  return { digest: `sha256:${digest}`, capabilities, checkExpression, checkSchema }
}

/** The vocabulary as JSON: what planners are shown and `tasker catalog schema` prints. */
export const capabilitySchemaOf = (vocabulary: Vocabulary): JsonObject => capabilitySchema(vocabulary.capabilities)
