/**
 * The catalog: the handlers that come with the system, one file each, made once for a process with the tools that they
 * share. Nothing is started by making it, so that it may be made to be read.
 */
import { CATALOG_PREFIX } from '../src/core/step.js'
import type { Expressions } from '../src/ports/expressions.js'
import type { Handler } from '../src/ports/handler.js'
import { aggregate } from './aggregate.js'
import { decide } from './decide.js'
import { createExpressions } from './expressions/evaluator.js'
import { fanOut } from './fan-out.js'
import { gate } from './gate.js'
import { createHttpClient, type HttpClient } from './http/http-client.js'
import { httpRequest } from './http-request.js'
import { plan } from './plan.js'
import { transform } from './transform.js'
import { validate } from './validate.js'

export interface Catalog {
  readonly handlers: ReadonlyArray<Handler>
  readonly expressions: Expressions
  readonly http: HttpClient
  close(): Promise<void>
}

export const createCatalog = (
  tools: { readonly expressions?: Expressions; readonly http?: HttpClient } = {},
): Catalog => {
  const expressions = tools.expressions ?? createExpressions()
  const http = tools.http ?? createHttpClient()
  const shared = { expressions, http }
  const names = new Set<string>()
  const handlers = [
    aggregate(shared),
    decide(shared),
    fanOut((name) => names.has(name)),
    gate(),
    httpRequest(shared),
    plan(),
    transform(shared),
    validate(shared),
  ]
  for (const { capability } of handlers) names.add(capability.callable.slice(CATALOG_PREFIX.length))
  return {
    handlers,
    expressions,
    http,
    close: async () => {
      await Promise.all([expressions.close(), http.close()])
    },
  }
}
