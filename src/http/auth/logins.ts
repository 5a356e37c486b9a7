/**
 * Logins of browsers. The cookie is 256 random bits and the rest is a row: so a login can be ended before its time, ends
 * with the key that opened it, holds in every process without a secret that they would have to share, and a copy of the
 * database lets nobody in, since only the digest is there. What that costs is one read by primary key a page.
 */
import { randomBytes } from 'node:crypto'
import { type Keys, sha256 } from '../../engine/keys.js'
import type { AccessStore } from '../../ports/access.js'
import type { Clock } from '../../ports/clock.js'
import { LOGIN_MS } from '../limits.js'
import { keyCaller, type Proved, reachOf } from './credential.js'

export interface Logins {
  /** Always a new one: a cookie that was there before becomes nobody's login. */
  open(proved: Proved): Promise<{ readonly cookie: string; readonly expiresAt: number }>
  /** Undefined where it is none, was ended, has expired, or its key opens nothing any more. */
  find(cookie: string): Promise<Proved['caller'] | undefined>
  end(cookie: string): Promise<void>
}

export interface LoginsNeeds {
  readonly store: Pick<AccessStore, 'addLogin' | 'findLogin' | 'endLogin' | 'dropLogins'>
  readonly keys: Pick<Keys, 'standing'>
  readonly clock: Pick<Clock, 'now'>
}

const COOKIE = /^[A-Za-z0-9_-]{43}$/

export const createLogins = ({ store, keys, clock }: LoginsNeeds): Logins => ({
  open: async ({ caller, grants, keyId, expiresAt }) => {
    const cookie = randomBytes(32).toString('base64url')
    const now = clock.now()
    const end = Math.min(now + LOGIN_MS, expiresAt ?? Number.POSITIVE_INFINITY)
    await store.dropLogins(now)
    await store.addLogin({
      digest: sha256(cookie),
      actor: caller.actor,
      via: caller.via,
      keyId,
      scopes: grants,
      namespaces: caller.namespaces === 'all' ? null : [...caller.namespaces],
      groups: caller.groups,
      createdAt: now,
      expiresAt: end,
    })
    return { cookie, expiresAt: end }
  },
  find: async (cookie) => {
    const login = COOKIE.test(cookie) ? await store.findLogin(sha256(cookie)) : undefined
    if (login === undefined || login.expiresAt <= clock.now()) return undefined
    if (login.keyId !== null) {
      const key = await keys.standing(login.keyId)
      return key?.state === 'active' ? keyCaller(key) : undefined
    }
    return {
      actor: login.actor,
      authenticated: true,
      via: login.via,
      ...reachOf(login.scopes, login.namespaces),
      groups: login.groups,
    }
  },
  end: async (cookie) => {
    if (COOKIE.test(cookie)) await store.endLogin(sha256(cookie))
  },
})
