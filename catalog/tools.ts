/** What handlers of the catalog use besides their call. Both are started by the first use, not by being made. */
import type { Expressions } from '../src/ports/expressions.js'
import type { HttpClient } from './http/http-client.js'

export interface CatalogTools {
  readonly expressions: Expressions
  readonly http: HttpClient
}
