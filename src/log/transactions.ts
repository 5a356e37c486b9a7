/**
 * Transactions in which a user's own SQL and ours commit together or not at all. Nothing here is repeated: what a user
 * wrote may only run again where its caller knows that it did not count.
 */
import pg from 'pg'
import { DATABASE_CONNECT_TIMEOUT_MS } from '../core/limits.js'
import { LogClosed, run, setTimeouts } from './database.js'
import { loadStatements, type Statement } from './sql.js'

const SQL = loadStatements('src/log/transaction.sql', ['begin', 'commit', 'rollback'])

/** As much of a `pg` client as its type can show without that package; the object is one, for tools that want it. */
export interface SqlClient {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ readonly rows: ReadonlyArray<Record<string, unknown>>; readonly rowCount: number | null }>
}

export interface Transaction {
  /** For the user's own SQL, which must leave the transaction open. */
  readonly client: SqlClient
  query<Row extends pg.QueryResultRow>(
    statement: Statement,
    values: ReadonlyArray<unknown>,
  ): Promise<ReadonlyArray<Row>>
}

/** Thrown where the transaction itself failed, and not what ran in it: whether it was committed nobody knows. */
export class TransactionBroken extends Error {
  readonly code = 'transaction_broken'
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'TransactionBroken'
  }
}

/** Thrown where what ran in a transaction ended it: what it wrote is committed or gone, without us. */
export class TransactionEnded extends Error {
  readonly code = 'transaction_ended_from_within'
  readonly retryable = false
  constructor() {
    super('the transaction was committed or rolled back by what ran in it')
    this.name = 'TransactionEnded'
  }
}

export class Transactions {
  readonly #pool: pg.Pool
  #isClosed = false

  /** Bigints come as text here, as `pg` gives them: they are the user's. */
  constructor(connectionString: string, connections: number, purpose: string) {
    this.#pool = new pg.Pool({
      connectionString,
      connectionTimeoutMillis: DATABASE_CONNECT_TIMEOUT_MS,
      keepAlive: true,
      max: connections,
      onConnect: (client) => setTimeouts(client, `tasker ${purpose}`),
    })
    // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
    this.#pool.on('error', () => undefined)
  }

  /** What `body` throws rolls back and is thrown on; a transaction that fails by itself throws `TransactionBroken`. */
  async run<A>(body: (transaction: Transaction) => Promise<A>): Promise<A> {
    if (this.#isClosed) throw new LogClosed()
    const client = await this.#pool.connect().catch(broken('no connection for a transaction'))
    let isLost = false
    const onError = (): void => {
      isLost = true
    }
    client.on('error', onError)
    try {
      await client.query(SQL.begin.text).catch(broken('a transaction could not begin'))
      const answer = await this.#inside(client, body, () => isLost)
      await client.query(SQL.commit.text).catch(broken('a transaction could not be committed'))
      return answer
    } catch (error) {
      isLost ||= error instanceof TransactionBroken
      throw error
    } finally {
      client.off('error', onError)
      client.release(isLost)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#pool.end()
  }

  async #inside<A>(
    client: pg.PoolClient,
    body: (transaction: Transaction) => Promise<A>,
    isLost: () => boolean,
  ): Promise<A> {
    try {
      const answer = await body({ client, query: (statement, values) => run(client, statement, values) })
      if (client.getTransactionStatus() !== 'T') throw new TransactionEnded()
      return answer
    } catch (error) {
      if (isLost()) throw new TransactionBroken('the connection broke inside a transaction', error)
      await client.query(SQL.rollback.text).catch(broken('a transaction could not be rolled back'))
      throw error
    }
  }
}

const broken =
  (message: string) =>
  (cause: unknown): never => {
    throw new TransactionBroken(message, cause)
  }
