/**
 * A few connections for everything but appends. What runs here may run twice: it is repeated when a connection broke
 * under it, so a database that restarts is a pause and no fault.
 */
import pg from 'pg'
import type { Statement } from '../sql.js'
import { clientConfig, LogClosed, run, setTimeouts } from './database.js'
import { patiently } from './patience.js'

export class Reader {
  readonly #pool: pg.Pool
  #isClosed = false

  constructor(connectionString: string, connections: number) {
    this.#pool = new pg.Pool({
      ...clientConfig(connectionString),
      max: connections,
      onConnect: (client) => setTimeouts(client, 'tasker read'),
    })
    // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
    this.#pool.on('error', () => undefined)
  }

  async query<Row extends pg.QueryResultRow>(
    statement: Statement,
    values: ReadonlyArray<unknown>,
  ): Promise<ReadonlyArray<Row>> {
    const ask = (): Promise<ReadonlyArray<Row>> => {
      if (this.#isClosed) throw new LogClosed()
      return run<Row>(this.#pool, statement, values)
    }
    return (
      await patiently(
        async () => ask(),
        () => this.#isClosed,
      )
    ).answer
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#pool.end()
  }
}
