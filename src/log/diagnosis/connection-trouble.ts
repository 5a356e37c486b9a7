/** Why a database cannot be used, said to the person who can mend it. Never shows the password of a connection string. */
import pg from 'pg'

export interface ConnectionTrouble {
  readonly code: 'database_unreachable' | 'database_refused' | 'database_missing' | 'database_full'
  readonly message: string
  readonly remedy: string
}

/** What stood in the way of connecting; undefined for an error that is about something else. */
export const connectionTrouble = (url: string, error: unknown): ConnectionTrouble | undefined => {
  const { host, database, user } = addressOf(url)
  const said = messageOf(error)
  switch (codeOf(error)) {
    case '28P01':
    case '28000':
      return {
        code: 'database_refused',
        message: `Postgres at ${host} refuses the user ${user}: ${said}`,
        remedy: 'check the user and the password in DATABASE_URL, and the server’s pg_hba.conf',
      }
    case '3D000':
      return {
        code: 'database_missing',
        message: `Postgres at ${host} has no database ${database}`,
        remedy: `create it (createdb ${database}), or name another one in DATABASE_URL`,
      }
    case '53300':
      return {
        code: 'database_full',
        message: `Postgres at ${host} takes no more connections: ${said}`,
        remedy: 'raise max_connections, or end connections that nobody needs',
      }
    default:
      if (!isUnreachable(error)) return undefined
      return {
        code: 'database_unreachable',
        message: `Postgres at ${host} cannot be reached: ${said}`,
        remedy: 'start it, correct DATABASE_URL, or unset it to use the embedded Postgres',
      }
  }
}

/** Before a session stands, every error that is not Postgres's own verdict means that it cannot be reached. */
const isUnreachable = (error: unknown): boolean => {
  if (error instanceof pg.DatabaseError)
    return (error.code ?? '').startsWith('57P') || (error.code ?? '').startsWith('08')
  return error instanceof AggregateError || NETWORK.has(codeOf(error) ?? '') || TEXTS.test(messageOf(error))
}

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
])
const TEXTS = /timeout|terminated|does not support SSL|certificate|self-signed|SASL/i

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** A refused connection to several addresses of one name is an AggregateError with an empty message. */
const messageOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

const addressOf = (url: string): { readonly host: string; readonly database: string; readonly user: string } => {
  try {
    const { host, pathname, username } = new URL(url)
    return { host: host || 'the local socket', database: decodeURIComponent(pathname.slice(1)), user: username }
  } catch {
    return { host: 'an address that is no URL', database: '', user: '' }
  }
}
