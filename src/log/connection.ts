/**
 * One dedicated connection that is made when it is first needed and made anew after it broke. It never repeats a
 * statement: whether it may be repeated only the caller can tell.
 *
 * absent → (somebody asks) connecting → ready → (error or end) absent; closed from anywhere, for good.
 */
import pg from 'pg'
import { clientConfig, isConnectionLoss, LogClosed, run, setTimeouts } from './database.js'
import type { Statement } from './sql.js'

export interface Connection {
  query<Row extends pg.QueryResultRow>(
    statement: Statement,
    values: ReadonlyArray<unknown>,
  ): Promise<ReadonlyArray<Row>>
  /** Makes the connection if there is none. */
  open(): Promise<void>
  close(): Promise<void>
}

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

export const createConnection = (options: ConnectionOptions): Connection => {
  let state: State = { kind: 'absent' }
  // A client takes one statement at a time.
  let previous: Promise<unknown> = Promise.resolve()

  const lose = (client: pg.Client): void => {
    if (state.kind !== 'ready' || state.client !== client) return
    state = { kind: 'absent' }
    client.end().catch(() => undefined)
    options.onLoss?.()
  }

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(clientConfig(options.connectionString))
    // Without a listener an error of an idle connection would end the process.
    client.on('error', () => lose(client))
    client.on('end', () => lose(client))
    try {
      await client.connect()
      await setTimeouts(client, `tasker ${options.purpose}`)
      await options.prepare?.(client)
    } catch (error) {
      if (state.kind === 'connecting') state = { kind: 'absent' }
      client.end().catch(() => undefined)
      throw error
    }
    if (state.kind === 'closed') {
      await client.end()
      throw new LogClosed()
    }
    state = { kind: 'ready', client }
    return client
  }

  const take = (): pg.Client | Promise<pg.Client> => {
    switch (state.kind) {
      case 'ready':
        return state.client
      case 'connecting':
        return state.client
      case 'closed':
        throw new LogClosed()
      case 'absent': {
        const client = connect()
        state = { kind: 'connecting', client }
        return client
      }
    }
  }

  const query = async <Row extends pg.QueryResultRow>(statement: Statement, values: ReadonlyArray<unknown>) => {
    const taken = take()
    const client = taken instanceof Promise ? await taken : taken
    try {
      return await run<Row>(client, statement, values)
    } catch (error) {
      if (isConnectionLoss(error)) lose(client)
      throw error
    }
  }

  return {
    query: <Row extends pg.QueryResultRow>(statement: Statement, values: ReadonlyArray<unknown>) => {
      const answer = previous.then(() => query<Row>(statement, values))
      previous = answer.catch(() => undefined)
      return answer
    },
    open: async () => {
      await take()
    },
    close: async () => {
      const last = state
      state = { kind: 'closed' }
      if (last.kind === 'ready') await last.client.end().catch(() => undefined)
      if (last.kind === 'connecting') await last.client.catch(() => undefined)
    },
  }
}
