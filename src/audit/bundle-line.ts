/**
 * Reads one line of a bundle. Closed: a key that is missing, strange or of another kind is a fault, and so is text that
 * is no Unicode, because two different ones would have the same bytes and the same hash.
 */
import * as E from 'fp-ts/lib/Either.js'
import { BUNDLE_VERSION, type BundleHeader } from './bundle.js'
import type { ChainedEvent } from './event-chain.js'

export type BundleLine =
  | { readonly kind: 'header'; readonly header: BundleHeader }
  | { readonly kind: 'event'; readonly event: ChainedEvent }
  | { readonly kind: 'payload'; readonly digest: string; readonly bytes: Buffer }

/** Left says what is wrong with the line. */
export const parseBundleLine = (line: string): E.Either<string, BundleLine> => {
  const value = parsed(line)
  if (!isObject(value)) return E.left('is no JSON object')
  if ('event' in value) return only(value, ['event'], () => eventOf(value.event))
  if ('payload' in value) return only(value, ['payload'], () => payloadOf(value.payload))
  if ('bundle_version' in value) return headerOf(value)
  return E.left('is neither the head of a bundle, nor an event, nor a payload')
}

const headerOf = (value: Fields): E.Either<string, BundleLine> => {
  if (value.bundle_version !== BUNDLE_VERSION) {
    return E.left(`is of bundle version ${JSON.stringify(value.bundle_version)}; this Tasker reads ${BUNDLE_VERSION}`)
  }
  const { stream, version, hash } = value
  return only(value, ['bundle_version', 'stream', 'version', 'hash'], () => {
    if (!isText(stream) || !isCount(version) || !isHash(hash)) return E.left('needs stream, version and hash')
    return E.right({ kind: 'header', header: { stream, version, hash } })
  })
}

const EVENT_KEYS = ['stream', 'version', 'id', 'type', 'schema_version', 'time', 'data', 'metadata', 'hash']

const eventOf = (value: unknown): E.Either<string, BundleLine> => {
  if (!isObject(value)) return E.left('has an event that is no object')
  return only(value, EVENT_KEYS, () => {
    const { stream, version, id, type, schema_version: schemaVersion, time, data, metadata, hash } = value
    if (!isCount(version) || !isCount(schemaVersion)) return E.left('has an event whose version is no whole number')
    if (!isText(stream) || !isText(id) || !isText(type) || !isText(time) || !isText(data) || !isText(metadata)) {
      return E.left('has an event with a key that is no Unicode text')
    }
    if (!isHash(hash)) return E.left('has an event whose hash is not 64 lower-case hex digits')
    return E.right({
      kind: 'event',
      event: { stream, version, id, type, schemaVersion, time, data, metadata, hash },
    })
  })
}

const payloadOf = (value: unknown): E.Either<string, BundleLine> => {
  if (!isObject(value)) return E.left('has a payload that is no object')
  return only(value, ['digest', 'base64'], () => {
    const { digest, base64 } = value
    if (!isText(digest) || !isText(base64)) return E.left('has a payload without digest or base64')
    const bytes = Buffer.from(base64, 'base64')
    // Node skips what is no base64, so that many texts would give the same bytes.
    if (bytes.toString('base64') !== base64) return E.left('has a payload that is no base64')
    return E.right({ kind: 'payload', digest, bytes })
  })
}

type Fields = Readonly<{ [key: string]: unknown }>

const only = (
  value: Fields,
  keys: ReadonlyArray<string>,
  read: () => E.Either<string, BundleLine>,
): E.Either<string, BundleLine> => {
  const missing = keys.find((key) => !Object.hasOwn(value, key))
  if (missing !== undefined) return E.left(`lacks the key "${missing}"`)
  const strange = Object.keys(value).find((key) => !keys.includes(key))
  return strange === undefined ? read() : E.left(`has the key ${JSON.stringify(strange)}, which is unknown here`)
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1

const LONE_SURROGATE = /\p{Surrogate}/u

const isText = (value: unknown): value is string => typeof value === 'string' && !LONE_SURROGATE.test(value)

const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
