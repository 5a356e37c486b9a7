/**
 * Writes rows into a user's own Postgres. No text of a step ever becomes SQL: names come from the operator's allow-list
 * and are quoted, values travel as one parameter. Nothing here is part of the log, and the log's own connections are not
 * used for it.
 */
import * as E from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { ROW_CONNECTIONS } from '../core/limits.js'
import type { RowChange, RowFault, RowStore } from '../ports/rows.js'
import { loadStatements, type Statement } from '../sql.js'
import { clientConfig, isPassing, setTimeouts, violationOf } from './database.js'

const SQL = loadStatements('src/log/rows.sql', ['insertRows', 'insertNewRows', 'upsertRows', 'deleteRows'])

export const createRowStore = (): RowStore => {
  const pools = new Map<string, pg.Pool>()
  const poolOf = (url: string): pg.Pool => {
    const known = pools.get(url)
    if (known !== undefined) return known
    const pool = new pg.Pool({ ...clientConfig(url), max: ROW_CONNECTIONS, allowExitOnIdle: true })
    // A connection that breaks while nobody uses it is made anew by the next one who does.
    pool.on('error', () => undefined)
    pools.set(url, pool)
    return pool
  }
  return {
    write: async (url, change) => {
      if (change.rows.length === 0) return E.right(0)
      try {
        const client = await poolOf(url).connect()
        try {
          await setTimeouts(client, 'tasker persist')
          const { rowCount } = await client.query(statementOf(change), [JSON.stringify(change.rows)])
          client.release()
          return E.right(rowCount ?? 0)
        } catch (error) {
          // Whatever the failure left on the connection goes with it.
          client.release(true)
          throw error
        }
      } catch (error) {
        return E.left(faultOf(error))
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end()))
      pools.clear()
    },
  }
}

const statementOf = ({ operation, table, columns, key }: RowChange): string => {
  const names: Readonly<Record<string, string>> = {
    table: table.split('.').map(quoted).join('.'),
    columns: listed(columns),
    key: listed(key),
    excluded: listed(columns, 'excluded'),
    standing: listed(key, 'standing'),
    given: listed(key, 'given'),
  }
  return templateOf(operation, key).text.replace(/:"(\w+)"/g, (_, name: string) => {
    const found = names[name]
    if (found === undefined) throw new Error(`rows.sql asks for ${name}, which is nothing`)
    return found
  })
}

const templateOf = (operation: RowChange['operation'], key: ReadonlyArray<string>): Statement => {
  switch (operation) {
    case 'insert':
      return key.length === 0 ? SQL.insertRows : SQL.insertNewRows
    case 'upsert':
      return SQL.upsertRows
    case 'delete':
      return SQL.deleteRows
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const listed = (names: ReadonlyArray<string>, of?: string): string =>
  names.map((name) => (of === undefined ? quoted(name) : `${of}.${quoted(name)}`)).join(', ')

/** Errors of a connection may quote what it was given; only a refused statement is told in the database's own words. */
const faultOf = (cause: unknown): RowFault => {
  if (cause instanceof pg.DatabaseError && isPassing(cause)) {
    return {
      code: 'database_busy',
      message: `the database could not do it now (${cause.code})`,
      retryable: true,
      cause,
    }
  }
  const violated = violationOf(cause)
  if (cause instanceof pg.DatabaseError && (violated !== undefined || isOfTheStatement(cause))) {
    const message = `the database refuses the rows: ${cause.message} (${violated ?? cause.code})`
    return { code: 'rows_refused', message, retryable: false, cause }
  }
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined
  const message = `the database cannot be reached${typeof code === 'string' ? ` (${code})` : ''}`
  return { code: 'database_unreachable', message, retryable: true, cause }
}

/** Tables, columns and permissions that are not there (class 42, 0A) will not be there in a moment either. */
const isOfTheStatement = ({ code = '' }: pg.DatabaseError): boolean => code.startsWith('42') || code.startsWith('0A')
