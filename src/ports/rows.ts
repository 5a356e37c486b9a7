/** Rows of a database that is not ours. What may be written there was decided before; here it is only done. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { JsonObject } from '../core/json.js'
import type { RowOperation } from './connections.js'

export interface RowChange {
  readonly operation: RowOperation
  /** `orders`, or `shop.orders` with its schema. */
  readonly table: string
  /** Columns that every row has; for `delete`, those of the key. */
  readonly columns: ReadonlyArray<string>
  /** What a row conflicts in; empty where an insert has nothing to go by. */
  readonly key: ReadonlyArray<string>
  readonly rows: ReadonlyArray<JsonObject>
}

export interface RowFault {
  /** `rows_refused`: the database will never take these rows. `database_unreachable`, `database_busy`: not now. */
  readonly code: 'rows_refused' | 'database_unreachable' | 'database_busy'
  /** Never holds the connection's URL. */
  readonly message: string
  readonly retryable: boolean
  readonly cause?: unknown
}

export interface RowStore {
  /** One statement, one transaction: all rows or none. The number of rows that it inserted, changed or removed. */
  write(url: string, change: RowChange): Promise<Either<RowFault, number>>
  close(): Promise<void>
}
