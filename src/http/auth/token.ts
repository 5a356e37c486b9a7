/**
 * JSON Web Tokens of an issuer that the operator trusts. What a token may be signed with is pinned by the configuration
 * and is never symmetric, so neither `none` nor a public key taken for a shared secret gets anybody in. A token is
 * whoever it says it is within its time, and may do what its claims and groups mean here; what they mean is the
 * operator's word, not the token's.
 */
import * as E from 'fp-ts/lib/Either.js'
import { errors, type JWTPayload, jwtVerify } from 'jose'
import { NAMESPACE } from '../../core/limits.js'
import { isGrant } from '../../core/permission.js'
import type { TokenRules } from '../../ports/access.js'
import type { Clock } from '../../ports/clock.js'
import { JWT_TOLERANCE_SECONDS, MAX_TOKEN_GROUPS } from '../limits.js'
import { createKeySet, KeySetUnreadable } from './key-set.js'

/** What a token proves. */
export interface TokenHolder {
  readonly actor: string
  /** `jwt:<issuer>#<subject>` */
  readonly via: string
  readonly grants: ReadonlyArray<string>
  /** Null: all. */
  readonly namespaces: ReadonlyArray<string> | null
  readonly groups: ReadonlyArray<string>
  readonly expiresAt: number
}

export type TokenFault = 'token_expired' | 'token_invalid' | 'jwks_unreadable'

export interface Tokens {
  check(token: string): Promise<E.Either<TokenFault, TokenHolder>>
  /** Reads the issuer's keys now. Throws `KeySetUnreadable`. */
  refreshKeys(): Promise<{ readonly keys: number }>
}

export const createTokens = (rules: TokenRules, clock: Pick<Clock, 'now'>): Tokens => {
  const keys = createKeySet(rules.keys, clock)
  return {
    check: async (token) => {
      try {
        const { payload } = await jwtVerify(token, keys.keyOf, {
          issuer: rules.issuer,
          audience: rules.audience,
          algorithms: [...rules.algorithms],
          requiredClaims: ['exp', 'sub'],
          clockTolerance: JWT_TOLERANCE_SECONDS,
          currentDate: new Date(clock.now()),
        })
        const holder = holderOf(payload, rules)
        return holder === undefined ? E.left('token_invalid') : E.right(holder)
      } catch (error) {
        if (error instanceof errors.JWTExpired) return E.left('token_expired')
        if (error instanceof KeySetUnreadable) return E.left('jwks_unreadable')
        // A token is what a stranger sent: whatever it does to a parser or a key's import, it is no fault of ours.
        return E.left('token_invalid')
      }
    },
    refreshKeys: keys.refresh,
  }
}

const holderOf = (payload: JWTPayload, rules: TokenRules): TokenHolder | undefined => {
  const actor = nameIn(payload[rules.actorClaim])
  const subject = nameIn(payload.sub)
  if (actor === undefined || subject === undefined || payload.exp === undefined) return undefined
  const groups = textsIn(payload, rules.groupsClaim).slice(0, MAX_TOKEN_GROUPS)
  const granted = groups.flatMap((group) =>
    Object.hasOwn(rules.permissions, group) ? (rules.permissions[group] ?? []) : [],
  )
  return {
    actor,
    via: `jwt:${rules.issuer}#${subject}`,
    // A token's scopes are other people's, too (`openid`): what is none of ours means nothing.
    grants: [...new Set([...granted, ...textsIn(payload, rules.permissionsClaim).filter(isGrant)])],
    namespaces: namespacesIn(payload, rules.namespacesClaim),
    groups,
    expiresAt: payload.exp * 1_000,
  }
}

/** Names only: what is none (`*`) is no namespace, and not all of them. */
const namespacesIn = (payload: JWTPayload, claim: string | undefined): ReadonlyArray<string> | null =>
  claim === undefined ? null : textsIn(payload, claim).filter((one) => NAMESPACE.test(one))

/** A claim that holds a list of texts, or one text with spaces between them, as scopes are written. */
const textsIn = (payload: JWTPayload, claim: string | undefined): ReadonlyArray<string> => {
  const value = claim === undefined || !Object.hasOwn(payload, claim) ? undefined : payload[claim]
  if (typeof value === 'string') return value.split(' ').filter((one) => one !== '')
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string' && one !== '') : []
}

/** It goes into events: a name of one line, no longer than a name is. */
const nameIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[^\p{C}]{1,200}$/u.test(value) && value.trim() !== '' ? value : undefined
