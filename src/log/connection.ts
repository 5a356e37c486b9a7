/**
 * One dedicated connection that is made when it is first needed and made anew after it broke. It never repeats a
 * statement: whether it may be repeated only the caller can tell.
 *
 * absent → (somebody asks) connecting → ready → (error or end) absent; closed from anywhere, for good.
 */
import pg from 'pg'
import type { Statement } from '../sql.js'
import { clientConfig, isConnectionLoss, LogClosed, run, setTimeouts } from './database.js'

export interface ConnectionOptions {
  readonly connectionString: string
  /** What the connection is for, as `pg_stat_activity` shows it. */
  readonly purpose: string
  /** Runs on each new connection before anybody uses it. */
  readonly prepare?: (client: pg.Client) => Promise<void>
  readonly onLoss?: () => void
}

type State =
  | { readonly kind: 'absent' }
  | { readonly kind: 'connecting'; readonly client: Promise<pg.Client> }
  | { readonly kind: 'ready'; readonly client: pg.Client }
  | { readonly kind: 'closed' }

export class Connection {
  readonly #options: ConnectionOptions
  #state: State = { kind: 'absent' }
  /** A client takes one statement at a time. */
  #previous: Promise<unknown> = Promise.resolve()

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  query<Row extends pg.QueryResultRow>(
    statement: Statement,
    values: ReadonlyArray<unknown>,
  ): Promise<ReadonlyArray<Row>> {
    const answer = this.#previous.then(() => this.#query<Row>(statement, values))
    this.#previous = answer.catch(() => undefined)
    return answer
  }

  /** Makes the connection if there is none. */
  async open(): Promise<void> {
    await this.#take()
  }

  async close(): Promise<void> {
    const last = this.#state
    this.#state = { kind: 'closed' }
    if (last.kind === 'ready') await last.client.end().catch(() => undefined)
    if (last.kind === 'connecting') await last.client.catch(() => undefined)
  }

  async #query<Row extends pg.QueryResultRow>(statement: Statement, values: ReadonlyArray<unknown>) {
    const client = await this.#take()
    try {
      return await run<Row>(client, statement, values)
    } catch (error) {
      if (isConnectionLoss(error)) this.#lose(client)
      throw error
    }
  }

  async #take(): Promise<pg.Client> {
    switch (this.#state.kind) {
      case 'ready':
      case 'connecting':
        return this.#state.client
      case 'closed':
        throw new LogClosed()
      case 'absent': {
        const client = this.#connect()
        this.#state = { kind: 'connecting', client }
        return client
      }
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(clientConfig(this.#options.connectionString))
    let isBroken = false
    const onBreak = (): void => {
      isBroken = true
      this.#lose(client)
    }
    // Without a listener an error of an idle connection would end the process.
    client.on('error', onBreak)
    client.on('end', onBreak)
    try {
      await client.connect()
      await setTimeouts(client, `tasker ${this.#options.purpose}`)
      await this.#options.prepare?.(client)
      if (this.#isClosed()) throw new LogClosed()
      if (isBroken) throw new Error(`the connection for ${this.#options.purpose} broke while it was made`)
    } catch (error) {
      if (!this.#isClosed()) this.#state = { kind: 'absent' }
      client.end().catch(() => undefined)
      throw error
    }
    this.#state = { kind: 'ready', client }
    return client
  }

  // A method, because the compiler does not see that the state may change while something is awaited.
  #isClosed(): boolean {
    return this.#state.kind === 'closed'
  }

  #lose(client: pg.Client): void {
    if (this.#state.kind !== 'ready' || this.#state.client !== client) return
    this.#state = { kind: 'absent' }
    client.end().catch(() => undefined)
    this.#options.onLoss?.()
  }
}
