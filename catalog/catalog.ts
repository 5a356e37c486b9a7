/**
 * The catalog: the handlers that come with the system, one file each, made once for a process with the tools that they
 * share. Nothing is started by making it, so that it may be made to be read.
 */
import { CATALOG_PREFIX } from '../src/core/step.js'
import type { Connections } from '../src/ports/connections.js'
import type { Expressions } from '../src/ports/expressions.js'
import type { Handler } from '../src/ports/handler.js'
import type { RowStore } from '../src/ports/rows.js'
import { aggregate } from './aggregate.js'
import { decide } from './decide.js'
import { createExpressions } from './expressions/evaluator.js'
import { fanOut } from './fan-out.js'
import { gate } from './gate.js'
import { createHttpClient, type HttpClient } from './http/http-client.js'
import { httpRequest } from './http-request.js'
import { createMailClient, type MailClient } from './mail/mail-client.js'
import { notify } from './notify.js'
import { persist } from './persist.js'
import { plan } from './plan.js'
import { transform } from './transform.js'
import { validate } from './validate.js'
import { wait } from './wait.js'

export interface Catalog {
  readonly handlers: ReadonlyArray<Handler>
  readonly expressions: Expressions
  readonly http: HttpClient
  close(): Promise<void>
}

/** All of it may be left out where the catalog is only read. */
export interface CatalogOptions {
  readonly expressions?: Expressions
  readonly http?: HttpClient
  readonly mail?: MailClient
  readonly rows?: RowStore
  readonly connections?: Connections
}

export const createCatalog = (options: CatalogOptions = {}): Catalog => {
  const { expressions = createExpressions(), http = createHttpClient(), mail = createMailClient() } = options
  const shared = { expressions, http, mail, rows: options.rows ?? NO_ROWS, connections: options.connections ?? {} }
  const names = new Set<string>()
  const handlers = [
    aggregate(shared),
    decide(shared),
    fanOut((name) => names.has(name)),
    gate(),
    httpRequest(shared),
    notify(shared),
    persist(shared),
    plan(),
    transform(shared),
    validate(shared),
    wait(),
  ]
  for (const { capability } of handlers) names.add(capability.callable.slice(CATALOG_PREFIX.length))
  return {
    handlers,
    expressions,
    http,
    close: async () => {
      await Promise.all([expressions.close(), http.close(), shared.rows.close()])
    },
  }
}

/** Who gives no store has no connections, so that nothing is ever asked of this one. */
const NO_ROWS: RowStore = {
  write: () => Promise.reject(new Error('this catalog was made without a store of rows')),
  close: async () => undefined,
}
