/** What handlers of the catalog use besides their call. Each is started by its first use, not by being made. */
import type { Connections } from '../src/ports/connections.js'
import type { Expressions } from '../src/ports/expressions.js'
import type { RowStore } from '../src/ports/rows.js'
import type { HttpClient } from './http/http-client.js'
import type { MailClient } from './mail/mail-client.js'

export interface CatalogTools {
  readonly expressions: Expressions
  readonly http: HttpClient
  readonly mail: MailClient
  readonly rows: RowStore
  /** The operator's own, by name. */
  readonly connections: Connections
}
