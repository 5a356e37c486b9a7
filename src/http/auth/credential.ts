/** From what somebody shows (a key, a token, a browser's cookie) to who that is and what they may do. */
import * as E from 'fp-ts/lib/Either.js'
import { type Permission, permissionsOf, permissionsWithin } from '../../core/permission.js'
import { isKeyText, type KeyFault, type Keys, type KeyView } from '../../engine/keys.js'
import type { Caller } from '../caller.js'
import { MAX_CREDENTIAL_CHARS } from '../limits.js'
import type { TokenFault, TokenHolder, Tokens } from './token.js'

/** Whoever has proved who they are; `expiresAt` in milliseconds since the epoch, null for never. */
export interface Proved {
  readonly caller: Caller & { readonly via: string }
  readonly grants: ReadonlyArray<string>
  readonly keyId: string | null
  readonly expiresAt: number | null
}

export type CredentialFault = KeyFault | TokenFault | 'tokens_unknown'

export interface Credentials {
  check(credential: string): Promise<E.Either<CredentialFault, Proved>>
}

export const createCredentials = (keys: Pick<Keys, 'check'>, tokens: Tokens | undefined): Credentials => ({
  check: async (credential) => {
    if (credential.length > MAX_CREDENTIAL_CHARS) return E.left('key_unknown')
    if (isKeyText(credential)) return E.map(provedByKey)(await keys.check(credential))
    if (tokens === undefined) return E.left('tokens_unknown')
    return E.map(provedByToken)(await tokens.check(credential))
  },
})

/** What grants come to in some namespaces, or in all (null): what is of no namespace is only for those who are kept to none. */
export const reachOf = (
  grants: ReadonlyArray<string>,
  namespaces: ReadonlyArray<string> | null,
): { readonly permissions: ReadonlySet<Permission>; readonly namespaces: Caller['namespaces'] } =>
  namespaces === null
    ? { permissions: permissionsOf(grants), namespaces: 'all' }
    : { permissions: permissionsWithin(grants), namespaces: new Set(namespaces) }

/** Whoever is known by a key. */
export const keyCaller = (key: KeyView): Proved['caller'] => ({
  actor: key.name,
  authenticated: true,
  via: `key:${key.id}`,
  ...reachOf(key.scopes, key.namespaces),
  groups: [],
})

const provedByKey = (key: KeyView): Proved => ({
  caller: keyCaller(key),
  grants: key.scopes,
  keyId: key.id,
  expiresAt: key.expiresAt,
})

const provedByToken = ({ actor, via, grants, namespaces, groups, expiresAt }: TokenHolder): Proved => ({
  caller: {
    actor,
    authenticated: true,
    via,
    ...reachOf(grants, namespaces),
    groups,
  },
  grants,
  keyId: null,
  expiresAt,
})

/** What a fault is called to whoever is refused: how somebody else's key stands is nobody's business. */
export const FAULT_TEXTS: Readonly<Record<CredentialFault, string>> = {
  key_unknown: 'this is no key',
  key_expired: 'the key has expired',
  key_revoked: 'the key was revoked',
  token_expired: 'the token has expired',
  token_invalid: 'the token is not one of the configured issuer, or not for this service',
  tokens_unknown: 'this is no key, and no issuer of tokens is configured',
  jwks_unreadable: 'tokens cannot be verified at the moment: the keys of their issuer cannot be read',
}
