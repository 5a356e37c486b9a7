/**
 * A few connections for everything but appends. What runs here may run twice: it is repeated when a connection broke
 * under it, so a database that restarts is a pause and no fault.
 */
import pg from 'pg'
import type { Statement } from '../sql.js'
import { clientConfig, LogClosed, pageConfig, run, setPageSettings, setTimeouts } from './database.js'
import { patiently } from './patience.js'

export class Reader {
  readonly #pool: pg.Pool
  #isClosed = false

  /** `forPages`: for questions with many optional filters, and with times as text that loses nothing. */
  constructor(connectionString: string, connections: number, forPages = false) {
    this.#pool = new pg.Pool({
      ...(forPages ? pageConfig(connectionString) : clientConfig(connectionString)),
      max: connections,
      onConnect: async (client) => {
        await setTimeouts(client, 'tasker read')
        if (forPages) await setPageSettings(client)
      },
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
