/** Runs a handler as a worker would once references are resolved: decodes its configuration, calls it, reads the answer. */
import * as E from 'fp-ts/lib/Either.js'
import { type Catalog, createCatalog } from '../../catalog/catalog.js'
import { decode } from '../../src/core/closed.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import {
  type DependencyView,
  type Handler,
  type HandlerContext,
  StepFailure,
  specialOutcomeOf,
} from '../../src/ports/handler.js'

export const handlerOf = (catalog: Catalog, name: string): Handler => {
  const found = catalog.handlers.find(({ capability }) => capability.callable === `catalog:${name}`)
  if (found === undefined) throw new Error(`the catalog has no ${name}`)
  return found
}

export const contextOf = (others: Partial<HandlerContext> = {}): HandlerContext => ({
  task: { id: 'task', namespace: 'tests', input: {}, correlation: 'c' },
  step: { name: 'step', attempt: 1 },
  idempotencyKey: 'task:1:0',
  signal: new AbortController().signal,
  dependencies: {},
  saveCheckpoint: async () => undefined,
  network: { allowedHosts: undefined, privateHosts: [], secretHosts: [] },
  mask: (text) => text,
  maskJson: (value) => value,
  ...others,
})

export const satisfied = (result: Json): DependencyView => ({ settlement: 'satisfied', result })

export interface Run {
  readonly config: JsonObject
  readonly inputs?: JsonObject
  readonly context?: Partial<HandlerContext>
}

/** The result, or the special outcome, as plain data. */
export const run = async (handler: Handler, { config, inputs = {}, context }: Run): Promise<unknown> => {
  const problems = problemsOf(handler, config)
  if (problems.length > 0) throw new Error(problems.join('; '))
  const returned = await handler.run({ config, inputs, context: contextOf(context), method: 'call' })
  return specialOutcomeOf(returned) ?? returned
}

/** What the handler's codec has against a configuration, as `path: message`. */
export const problemsOf = (handler: Handler, config: Json): ReadonlyArray<string> => {
  const decoded = decode(handler.capability.config, config)
  return E.isRight(decoded) ? [] : decoded.left.map(({ path, message }) => `${path}: ${message}`)
}

/** The failure that a run comes to. */
export const failureOf = async (running: Promise<unknown>): Promise<StepFailure> => {
  try {
    await running
  } catch (error) {
    if (error instanceof StepFailure) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** A catalog for one test, closed when it is over. */
export const withCatalog = (body: (catalog: Catalog) => Promise<void>) => async (): Promise<void> => {
  const catalog = createCatalog()
  try {
    await body(catalog)
  } finally {
    await catalog.close()
  }
}
