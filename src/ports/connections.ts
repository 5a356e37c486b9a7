/**
 * Connections that the operator's configuration names: a database whose tables may be written, a mail server. A step says
 * only the name; what may be done with it stands here, and the URL, which holds a password, is read when it is used.
 */
export interface Connection {
  /** Rejects where the variable or file that holds it is not there. */
  url(): Promise<string>
  /** By the name that a step writes: `orders`, or `shop.orders` with its schema. */
  readonly tables?: Readonly<Record<string, WritableTable>>
  readonly mail?: MailPolicy
}

export type RowOperation = 'insert' | 'upsert' | 'delete'

export interface WritableTable {
  readonly operations: ReadonlyArray<RowOperation>
  /** Columns that a step may set. */
  readonly columns: ReadonlyArray<string>
  /** Columns that tell one row from another, under a unique constraint. `upsert` and `delete` need it. */
  readonly key?: ReadonlyArray<string>
  /** A unique column that each inserted row's idempotency key is put into, so that no attempt inserts it twice. */
  readonly idempotency_column?: string
}

export interface MailPolicy {
  /** The sender of every mail. */
  readonly from: string
  /** Whole addresses, or `@` with a domain for everybody there. */
  readonly recipients: ReadonlyArray<string>
}

export type Connections = Readonly<Record<string, Connection>>
