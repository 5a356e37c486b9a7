/**
 * The public keys of whoever signs tokens, from the address or file of the configuration and from nowhere else: what a
 * token says about where its key is (`jku`, `x5u`, `jwk`) is never looked at. They are kept for a while; a key id that
 * is not among them has them read anew, though not more often than every cool-down, so that nobody can make this
 * process ask on by making up ids. Where the address is down, the keys that were known stay for a named time.
 */
import { readFile } from 'node:fs/promises'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../../ports/clock.js'
import { JWKS_COOL_DOWN_MS, JWKS_FETCH_MS, JWKS_FRESH_MS, JWKS_STALE_MS, MAX_JWKS_BYTES } from '../limits.js'

/** Where keys are read from: one of the two. */
export type KeySetPlace = { readonly url: string } | { readonly file: string }

/** The keys could not be read, and none are known. */
export class KeySetUnreadable extends Error {
  readonly code = 'jwks_unreadable'
  constructor(place: KeySetPlace, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(`the keys at ${'url' in place ? place.url : place.file} cannot be read: ${why}`, { cause })
    this.name = 'KeySetUnreadable'
  }
}

export interface KeySet {
  /** The key that a token's header means. Throws what `jose` throws where there is none, and `KeySetUnreadable`. */
  readonly keyOf: JWTVerifyGetKey
  /** Reads the keys now. Throws `KeySetUnreadable`. */
  refresh(): Promise<{ readonly keys: number }>
}

interface Known {
  readonly find: JWTVerifyGetKey
  readonly keys: number
  readonly at: number
}

export const createKeySet = (place: KeySetPlace, clock: Pick<Clock, 'now'>): KeySet => {
  const state: { known?: Known; triedAt?: number; failed?: unknown; reading?: Promise<Known> } = {}
  const read = (): Promise<Known> => {
    state.triedAt = clock.now()
    state.reading ??= readKeys(place)
      .then((jwks): Known => {
        const known = { find: createLocalJWKSet(jwks), keys: jwks.keys.length, at: clock.now() }
        state.known = known
        state.failed = undefined
        return known
      })
      .catch((error: unknown) => {
        state.failed = error
        throw new KeySetUnreadable(place, error)
      })
      .finally(() => {
        delete state.reading
      })
    return state.reading
  }
  const isCool = (): boolean => state.triedAt === undefined || clock.now() >= state.triedAt + JWKS_COOL_DOWN_MS
  const current = async (): Promise<Known> => {
    const age = state.known === undefined ? Number.POSITIVE_INFINITY : clock.now() - state.known.at
    if (state.known !== undefined && age < JWKS_FRESH_MS) return state.known
    const isUsable = state.known !== undefined && age < JWKS_STALE_MS
    if (state.reading === undefined && !isCool()) {
      if (isUsable && state.known !== undefined) return state.known
      throw new KeySetUnreadable(place, state.failed)
    }
    return read().catch((error: unknown) => {
      if (isUsable && state.known !== undefined) return state.known
      throw error
    })
  }
  return {
    keyOf: async (header, token) => {
      const known = await current()
      try {
        return await known.find(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || !isCool()) throw error
        return (await read()).find(header, token)
      }
    },
    refresh: async () => ({ keys: (await read()).keys }),
  }
}

const readKeys = async (place: KeySetPlace): Promise<JSONWebKeySet> => {
  const text = 'file' in place ? await readFile(place.file, 'utf8') : await fetched(place.url)
  return publicKeys(JSON.parse(text))
}

const fetched = async (url: string): Promise<string> => {
  // Followed nowhere: where the keys are is what the operator wrote.
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/jwk-set+json, application/json' },
    signal: AbortSignal.timeout(JWKS_FETCH_MS),
  })
  if (response.status !== 200) throw new Error(`it answered ${response.status}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_JWKS_BYTES) throw new Error(`it answered with more than ${MAX_JWKS_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** A shared secret among them would turn whoever can read the keys into whoever can sign; it is left out. */
const publicKeys = (value: unknown): JSONWebKeySet => {
  const keys = typeof value === 'object' && value !== null && 'keys' in value ? value.keys : undefined
  if (!Array.isArray(keys)) throw new Error('it holds no list of keys')
  const usable = keys.filter((key) => typeof key?.kty === 'string' && key.kty !== 'oct')
  if (usable.length === 0) throw new Error('it holds no public key')
  return { keys: usable }
}
