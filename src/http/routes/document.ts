/** The OpenAPI document of everything that answers here. */
import * as t from 'io-ts'
import { openApiDocument } from '../openapi.js'
import { ok, type Route, route } from '../route.js'

/** `all` gives every route with its base, this one among them. */
export const documentRoute = (all: () => ReadonlyArray<{ readonly base: string; readonly route: Route }>): Route => {
  let made: { readonly version: string; readonly document: Record<string, unknown> } | undefined
  return route({
    id: 'getOpenApi',
    method: 'get',
    path: '/openapi.json',
    tag: 'health',
    summary: 'This document',
    answer: t.UnknownRecord,
    handle: async (_, { version }) => {
      if (made?.version !== version) made = { version, document: { ...openApiDocument({ version, routes: all() }) } }
      return ok(made.document)
    },
  })
}
