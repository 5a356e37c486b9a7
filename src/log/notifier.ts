/**
 * Tells other processes the newest position, after the commit and on a connection of its own, never more often than the
 * interval: NOTIFY takes a lock on the whole cluster, and inside the append it would cost two thirds of its speed. A
 * notification is a hint; one that fails is left to their own looking.
 */
import { LOG_NOTIFY_INTERVAL_MS } from '../core/limits.js'
import { loadStatements } from '../sql.js'
import { Connection } from './connection.js'

const SQL = loadStatements('src/log/notifications.sql', ['listen', 'notify', 'forgiveCommits'])

export const LISTEN = SQL.listen

export class Notifier {
  readonly #connection: Connection
  #newest = 0
  #told = 0
  #timer: NodeJS.Timeout | undefined
  #telling: Promise<void> | undefined

  constructor(connectionString: string) {
    this.#connection = new Connection({
      connectionString,
      purpose: 'notify',
      prepare: async (client) => {
        await client.query(SQL.forgiveCommits.text)
      },
    })
  }

  notify(position: number): void {
    this.#newest = Math.max(this.#newest, position)
    this.#arm()
  }

  /** Tells what has not been told yet, and ends. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#telling
    if (this.#told < this.#newest) await this.#tell()
    clearTimeout(this.#timer)
    await this.#connection.close()
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#telling !== undefined || this.#told >= this.#newest) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#tell()
    }, LOG_NOTIFY_INTERVAL_MS)
  }

  #tell(): Promise<void> {
    this.#told = this.#newest
    const done = (): void => {
      this.#telling = undefined
      this.#arm()
    }
    this.#telling = this.#connection.query(SQL.notify, [`${this.#told}`]).then(done, done)
    return this.#telling
  }
}
