/**
 * API keys: who may come in without a person at the door. A key is 256 random bits that are shown once; what is kept is
 * its SHA-256, which is enough, since a digest of so many random bits can be neither guessed nor looked up (slow hashes
 * are for what people make up). `tsk_` at its beginning lets secret scanners and people recognise it, and the id after
 * it is no secret: it finds the row, stands in events, and says in a list which key it is.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { KEY_USE_NOTED_MS, MAX_KEY_GRANTS, MAX_LISTED_KEYS, NAMESPACE } from '../core/limits.js'
import { didYouMean } from '../core/near-names.js'
import { isGrant, PERMISSIONS, permissionsWithin } from '../core/permission.js'
import type { AccessStore, StoredKey } from '../ports/access.js'
import type { Clock } from '../ports/clock.js'
import type { By } from './change.js'
import { TaskRefused } from './task-refused.js'

export interface NewKey {
  /** Who acts with it, as the log records it and as groups name it. Letters, digits and `.`, `_`, `@`, `-`; 100 at most. */
  readonly name: string
  /** `tasks:read`, `tasks:*`, `*:read` or `*`; at least one. */
  readonly scopes: ReadonlyArray<string>
  /** Absent: all. */
  readonly namespaces?: ReadonlyArray<string>
  /** Milliseconds since the epoch; absent: never. */
  readonly expiresAt?: number
}

/** A key as it may be shown to anybody who administers keys. */
export interface KeyView extends Omit<StoredKey, 'digest'> {
  readonly state: 'active' | 'expired' | 'revoked'
}

export interface Keys {
  /**
   * The key's text is in the answer and nowhere else, ever. Throws `TaskRefused`: `key_exists`, `invalid_key_name`,
   * `invalid_scope`, `invalid_namespace`, `invalid_expiry`.
   */
  create(key: NewKey, by: By): Promise<{ readonly secret: string; readonly key: KeyView }>
  /** The newest first, revoked and expired ones too. */
  list(): Promise<ReadonlyArray<KeyView>>
  /** By id, or by the name of one that is not revoked. At once, everywhere. Throws `TaskRefused` (`key_unknown`). */
  revoke(nameOrId: string, by: By): Promise<KeyView>
  /** Whose key a text is; left where it is nobody's, or no longer anybody's. */
  check(secret: string): Promise<E.Either<KeyFault, KeyView>>
  /** The key of an id as it stands now. */
  standing(id: string): Promise<KeyView | undefined>
}

/** The latter two are told only to whoever has the secret. */
export type KeyFault = 'key_unknown' | 'key_expired' | 'key_revoked'

const KEY_BYTES = 32
const ID_BYTES = 8
const SECRET = /^tsk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/

/** Whether a credential means to be a key: nothing else begins so. */
export const isKeyText = (credential: string): boolean => credential.startsWith('tsk_')

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

export const createKeys = ({ store, clock }: { readonly store: AccessStore; readonly clock: Clock }): Keys => {
  const viewOf = ({ digest: _, ...key }: StoredKey): KeyView => ({ ...key, state: stateOf(key, clock.now()) })
  const create: Keys['create'] = async (wanted, by) => {
    refuseSenseless(wanted, clock.now())
    const id = randomBytes(ID_BYTES).toString('hex')
    const secret = `tsk_${id}_${randomBytes(KEY_BYTES).toString('base64url')}`
    const key: StoredKey = {
      id,
      name: wanted.name,
      digest: sha256(secret),
      scopes: [...new Set(wanted.scopes)],
      namespaces: wanted.namespaces === undefined ? null : [...new Set(wanted.namespaces)],
      createdAt: clock.now(),
      createdBy: by.actor,
      createdVia: by.via ?? null,
      expiresAt: wanted.expiresAt ?? null,
      lastUsedAt: null,
      revokedAt: null,
      revokedBy: null,
      revokedVia: null,
      revokeReason: null,
    }
    if (await store.addKey(key)) return { secret, key: viewOf(key) }
    throw new TaskRefused('key_exists', `there is a key ${key.name}; revoke it first, or take another name`)
  }
  const named = async (nameOrId: string): Promise<StoredKey | undefined> =>
    (await store.findKey(nameOrId)) ??
    (await store.listKeys(MAX_LISTED_KEYS)).find(({ name, revokedAt }) => name === nameOrId && revokedAt === null)
  return {
    create,
    list: async () => (await store.listKeys(MAX_LISTED_KEYS)).map(viewOf),
    revoke: async (nameOrId, by) => {
      const key = await named(nameOrId)
      const revocation = { at: clock.now(), by: by.actor, via: by.via ?? null, reason: by.reason ?? null }
      if (key === undefined || !(await store.revokeKey(key.id, revocation))) {
        throw new TaskRefused('key_unknown', `there is no key ${nameOrId} that could be revoked`)
      }
      const { at, by: revokedBy, via: revokedVia, reason: revokeReason } = revocation
      return viewOf({ ...key, revokedAt: at, revokedBy, revokedVia, revokeReason })
    },
    check: async (secret) => {
      const id = SECRET.exec(secret)?.[1]
      const key = id === undefined ? undefined : await store.findKey(id)
      // Where there is no such key something is compared all the same: how long it takes says nothing.
      const isRight = isSameDigest(sha256(secret), key?.digest ?? NOBODYS)
      if (key === undefined || !isRight) return E.left('key_unknown')
      const view = viewOf(key)
      if (view.state !== 'active') return E.left(view.state === 'expired' ? 'key_expired' : 'key_revoked')
      await noteUse(store, key, clock.now())
      return E.right(view)
    },
    standing: async (id) => {
      const key = await store.findKey(id)
      return key === undefined ? undefined : viewOf(key)
    },
  }
}

const NOBODYS = '0'.repeat(64)

const isSameDigest = (left: string, right: string): boolean =>
  timingSafeEqual(Buffer.from(left, 'hex'), Buffer.from(right, 'hex'))

const stateOf = (key: Pick<StoredKey, 'revokedAt' | 'expiresAt'>, now: number): KeyView['state'] => {
  if (key.revokedAt !== null) return 'revoked'
  return key.expiresAt !== null && key.expiresAt <= now ? 'expired' : 'active'
}

/** Once in a while: to the minute is good enough, and no request waits for another's. */
const noteUse = async (store: AccessStore, key: StoredKey, now: number): Promise<void> => {
  const before = now - KEY_USE_NOTED_MS
  if ((key.lastUsedAt ?? 0) <= before) await store.keyUsed(key.id, now, before)
}

const refuseSenseless = ({ name, scopes, namespaces, expiresAt }: NewKey, now: number): void => {
  if (!NAME.test(name)) {
    throw new TaskRefused('invalid_key_name', `"${name}" must be letters, digits, . _ @ and -, 100 at most`)
  }
  const strange = scopes.find((scope) => !isGrant(scope))
  if (strange !== undefined) {
    throw new TaskRefused(
      'invalid_scope',
      `"${strange}" covers nothing${didYouMean(strange, PERMISSIONS)}; there are ${PERMISSIONS.join(', ')}, and * for all`,
    )
  }
  if (scopes.length === 0 || scopes.length > MAX_KEY_GRANTS) {
    throw new TaskRefused('invalid_scope', `a key has from one to ${MAX_KEY_GRANTS} scopes`)
  }
  const misnamed = namespaces?.find((namespace) => !NAMESPACE.test(namespace))
  if (misnamed !== undefined) throw new TaskRefused('invalid_namespace', `"${misnamed}" is no name of a namespace`)
  if (namespaces !== undefined && permissionsWithin(scopes).size === 0) {
    throw new TaskRefused('invalid_scope', `${scopes.join(', ')} is of no namespace: leave the namespaces out`)
  }
  if (namespaces?.length === 0) throw new TaskRefused('invalid_namespace', 'a key for no namespace opens nothing')
  if (expiresAt !== undefined && !(Number.isSafeInteger(expiresAt) && expiresAt > now)) {
    throw new TaskRefused('invalid_expiry', 'a key expires in the future, or never')
  }
}
