/**
 * Transactions in which a user's own SQL and ours commit together or not at all. Nothing here is repeated: what a user
 * wrote may only run again where its caller knows that it did not count.
 */
import pg from 'pg'
import { DATABASE_CONNECT_TIMEOUT_MS } from '../core/limits.js'
import { loadStatements, type Statement } from '../sql.js'
import { isConnectionLoss, LogClosed, run, setTimeouts } from './database.js'

const SQL = loadStatements('src/log/transaction.sql', ['begin', 'commit', 'rollback'])

/** As much of a `pg` client as its type can show without that package; the object is one, for tools that want it. */
export interface SqlClient {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ readonly rows: ReadonlyArray<Record<string, unknown>>; readonly rowCount: number | null }>
}

/** As the protocol says it. */
const STATES = { I: 'ended', T: 'open', E: 'aborted' } as const

export interface Transaction {
  /** For the user's own SQL, which must leave the transaction open. */
  readonly client: SqlClient
  /** `aborted` after a statement failed; `ended` after somebody committed or rolled back. */
  state(): 'open' | 'aborted' | 'ended'
  query<Row extends pg.QueryResultRow>(
    statement: Statement,
    values: ReadonlyArray<unknown>,
  ): Promise<ReadonlyArray<Row>>
}

/** Thrown where a transaction did not come about, or may have: nobody knows whether it was committed. */
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

  /**
   * What `body` throws rolls back and is thrown on, as is what the database has against the commit. Where nobody knows
   * whether it was committed, and where it could not begin, `TransactionBroken` is thrown.
   */
  async run<A>(body: (transaction: Transaction) => Promise<A>): Promise<A> {
    if (this.#isClosed) throw new LogClosed()
    const client = await this.#pool.connect().catch(broken('no connection for a transaction'))
    let isLost = false
    const lose = (): void => {
      isLost = true
    }
    client.on('error', lose)
    try {
      await client.query(SQL.begin.text).catch(broken('a transaction could not begin'))
      const answer = await inside(client, body, lose)
      await client.query(SQL.commit.text).catch((error: unknown) => {
        if (isConnectionLoss(error))
          throw new TransactionBroken('nobody knows whether a transaction was committed', error)
        throw error
      })
      return answer
    } catch (error) {
      if (error instanceof TransactionBroken) lose()
      throw error
    } finally {
      client.off('error', lose)
      client.release(isLost)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#pool.end()
  }
}

const inside = async <A>(
  client: pg.PoolClient,
  body: (transaction: Transaction) => Promise<A>,
  lose: () => void,
): Promise<A> => {
  try {
    const state = (): ReturnType<Transaction['state']> => STATES[client.getTransactionStatus() ?? 'I']
    const answer = await body({ client, state, query: (statement, values) => run(client, statement, values) })
    if (state() === 'ended') throw new TransactionEnded()
    return answer
  } catch (error) {
    // A connection that cannot roll back is gone, and its transaction with it.
    await client.query(SQL.rollback.text).catch(lose)
    throw error
  }
}

const broken =
  (message: string) =>
  (cause: unknown): never => {
    throw new TransactionBroken(message, cause)
  }
