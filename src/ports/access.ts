/**
 * Keys and logins, kept beside the log. Of either only a digest is stored, so that whoever reads the database, or a
 * copy of it, cannot act as anybody. A key is never removed, only revoked: its id stands in events.
 */
export interface StoredKey {
  /** 16 lower-case hex digits; part of the secret's text, and what the log names. */
  readonly id: string
  /** Who acts with it, as the log records it; unique among keys that are not revoked. */
  readonly name: string
  /** SHA-256 of the whole secret text, in hex. */
  readonly digest: string
  /** Grants, as `tasks:read` or `*`. */
  readonly scopes: ReadonlyArray<string>
  /** Null: all. */
  readonly namespaces: ReadonlyArray<string> | null
  /** Times in milliseconds since the epoch. */
  readonly createdAt: number
  readonly createdBy: string
  /** Null: never. */
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
  readonly revokedBy: string | null
  readonly revokeReason: string | null
}

/** A browser that proved once who uses it. */
export interface StoredLogin {
  /** SHA-256 of the cookie's value, in hex. */
  readonly digest: string
  readonly actor: string
  /** `key:<id>`, or `jwt:<issuer>#<subject>`. */
  readonly via: string
  /** The key that opened it: it ends with it. */
  readonly keyId: string | null
  readonly scopes: ReadonlyArray<string>
  readonly namespaces: ReadonlyArray<string> | null
  readonly groups: ReadonlyArray<string>
  readonly createdAt: number
  readonly expiresAt: number
}

export interface Revocation {
  readonly at: number
  readonly by: string
  readonly reason: string | null
}

export interface AccessStore {
  /** False where a key of that name or id is there that is not revoked. */
  addKey(key: StoredKey): Promise<boolean>
  findKey(id: string): Promise<StoredKey | undefined>
  /** The newest first. */
  listKeys(limit: number): Promise<ReadonlyArray<StoredKey>>
  /** False where there is none, or it is revoked already. */
  revokeKey(id: string, revocation: Revocation): Promise<boolean>
  /** Moves the key's time of use forward, unless it was moved to after `unlessAfter`. */
  keyUsed(id: string, at: number, unlessAfter: number): Promise<void>

  addLogin(login: StoredLogin): Promise<void>
  /** Also one that has expired. */
  findLogin(digest: string): Promise<StoredLogin | undefined>
  endLogin(digest: string): Promise<void>
  /** Removes those that expired before a time. */
  dropLogins(expiredBefore: number): Promise<void>
}
