/** Keys and logins on Postgres. */
import type { AccessStore, StoredKey, StoredLogin } from '../ports/access.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'
import { plainTextFault, textFaultMessage } from './stored-text.js'

const SQL = loadStatements('src/log/access.sql', [
  'addKey',
  'findKey',
  'listKeys',
  'revokeKey',
  'keyUsed',
  'addLogin',
  'findLogin',
  'endLogin',
  'dropLogins',
])

interface KeyRow {
  readonly id: string
  readonly name: string
  readonly digest: string
  readonly scopes: ReadonlyArray<string>
  readonly namespaces: ReadonlyArray<string> | null
  readonly created_at: number
  readonly created_by: string
  readonly created_via: string | null
  readonly expires_at: number | null
  readonly last_used_at: number | null
  readonly revoked_at: number | null
  readonly revoked_by: string | null
  readonly revoked_via: string | null
  readonly revoke_reason: string | null
}

interface LoginRow {
  readonly digest: string
  readonly actor: string
  readonly via: string
  readonly key_id: string | null
  readonly scopes: ReadonlyArray<string>
  readonly namespaces: ReadonlyArray<string> | null
  readonly groups: ReadonlyArray<string>
  readonly created_at: number
  readonly expires_at: number
}

export const accessStore = (reader: Reader): AccessStore => ({
  addKey: async (key) => {
    const { id, name, digest, scopes, namespaces, createdAt, createdBy, createdVia, expiresAt } = key
    refuseUnstorable([name, createdBy, createdVia ?? '', ...scopes, ...(namespaces ?? [])])
    const row = [id, name, digest, scopes, namespaces, createdAt, createdBy, createdVia, expiresAt]
    return (await reader.query(SQL.addKey, row)).length > 0
  },
  findKey: async (id) => {
    const [row] = await reader.query<KeyRow>(SQL.findKey, [id])
    return row === undefined ? undefined : keyIn(row)
  },
  listKeys: async (limit) => (await reader.query<KeyRow>(SQL.listKeys, [limit])).map(keyIn),
  revokeKey: async (id, { at, by, via, reason }) => {
    refuseUnstorable([by, via ?? '', reason ?? ''])
    return (await reader.query(SQL.revokeKey, [id, at, by, via, reason])).length > 0
  },
  keyUsed: async (id, at, unlessAfter) => {
    await reader.query(SQL.keyUsed, [id, at, unlessAfter])
  },
  addLogin: async (login) => {
    const { digest, actor, via, keyId, scopes, namespaces, groups, createdAt, expiresAt } = login
    refuseUnstorable([actor, via, ...groups, ...scopes, ...(namespaces ?? [])])
    const row = [digest, actor, via, keyId, scopes, namespaces, groups, createdAt, expiresAt]
    await reader.query(SQL.addLogin, row)
  },
  findLogin: async (digest) => {
    const [row] = await reader.query<LoginRow>(SQL.findLogin, [digest])
    return row === undefined ? undefined : loginIn(row)
  },
  endLogin: async (digest) => {
    await reader.query(SQL.endLogin, [digest])
  },
  dropLogins: async (expiredBefore) => {
    await reader.query(SQL.dropLogins, [expiredBefore])
  },
})

const keyIn = (row: KeyRow): StoredKey => {
  const { created_at, created_by, created_via, expires_at, last_used_at, ...others } = row
  const { revoked_at, revoked_by, revoked_via, revoke_reason, ...rest } = others
  return {
    ...rest,
    createdAt: created_at,
    createdBy: created_by,
    createdVia: created_via,
    expiresAt: expires_at,
    lastUsedAt: last_used_at,
    revokedAt: revoked_at,
    revokedBy: revoked_by,
    revokedVia: revoked_via,
    revokeReason: revoke_reason,
  }
}

const loginIn = ({ key_id, created_at, expires_at, ...rest }: LoginRow): StoredLogin => ({
  ...rest,
  keyId: key_id,
  createdAt: created_at,
  expiresAt: expires_at,
})

const refuseUnstorable = (texts: ReadonlyArray<string>): void => {
  const fault = texts.map(plainTextFault).find((found) => found !== undefined)
  if (fault !== undefined) throw new Error(textFaultMessage(fault, 'a key or a login'))
}
