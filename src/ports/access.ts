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
  /** By what they proved it: `key:<id>`, or `jwt:<issuer>#<subject>`; null where they did not. */
  readonly createdVia: string | null
  /** Null: never. */
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
  readonly revokedBy: string | null
  readonly revokedVia: string | null
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
  readonly via: string | null
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

/** Algorithms that a token may be signed with: each has a public key that cannot sign. */
export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number]

/** Whose JSON Web Tokens are believed, and what they mean here. */
export interface TokenRules {
  readonly issuer: string
  readonly audience: string
  readonly keys: { readonly url: string } | { readonly file: string }
  readonly algorithms: ReadonlyArray<TokenAlgorithm>
  /** Which claim names who acts. */
  readonly actorClaim: string
  readonly groupsClaim?: string
  /** Grants that the token itself states. */
  readonly permissionsClaim?: string
  /** Absent: every namespace. */
  readonly namespacesClaim?: string
  /** Grants by group. */
  readonly permissions: Readonly<Record<string, ReadonlyArray<string>>>
}

/** Who may come in over HTTP, as the operator says. */
export interface AccessRules {
  /** Nobody comes in without having proved who they are, from this machine neither. */
  readonly required: boolean
  /** Where people find it, when something stands before it: `https://tasker.example.org`. */
  readonly publicUrl?: string
  readonly jwt?: TokenRules
}
