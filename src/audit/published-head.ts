/**
 * Heads to publish elsewhere: who has one can tell later that the record up to that version was not rewritten, not even
 * by somebody who computed every hash anew. Signed by Ed25519 over stream, version, hash and time, each as UTF-8 text
 * preceded by its length in bytes as a 4-byte big-endian integer, as in the hash of an event.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { HEADS_PER_PAGE, MAX_HEAD_LINE_BYTES } from '../core/limits.js'
import { sha256 } from './digests.js'
import type { KnownHead } from './event-chain.js'
import type { TaskRecord } from './record-pages.js'
import { textLines } from './text-lines.js'

export interface PublishedHead {
  readonly stream: string
  readonly version: number
  readonly hash: string
  /** When it was published. */
  readonly time: string
  /** `sha256:<hex>` of the public key (DER, SubjectPublicKeyInfo); null where it is not signed. */
  readonly key: string | null
  /** Base64; null where it is not signed. */
  readonly signature: string | null
}

/** A key that is none, or a file of heads that cannot be read. */
export interface HeadsRefused {
  readonly code: 'key_unusable' | 'heads_unreadable' | 'head_unsigned' | 'head_of_unknown_key' | 'head_forged'
  readonly message: string
  readonly line?: number
}

export interface Signer {
  readonly key: string
  sign(bytes: Buffer): string
}

export const signerFrom = (pem: string): E.Either<HeadsRefused, Signer> => {
  const read = readKey(() => createPrivateKey(pem), 'the private key')
  if (E.isLeft(read)) return read
  return E.right({
    key: keyIdOf(createPublicKey(read.right)),
    sign: (bytes) => sign(null, bytes, read.right).toString('base64'),
  })
}

/** Public keys by their ids. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>

export const trustedKeysFrom = (pems: ReadonlyArray<string>): E.Either<HeadsRefused, TrustedKeys> => {
  const keys = new Map<string, KeyObject>()
  for (const pem of pems) {
    // A private key holds a public one as well; whoever hands it out by mistake should hear of it.
    if (pem.includes('PRIVATE KEY')) return E.left(refusedKey('the public key', 'it is a private key'))
    const read = readKey(() => createPublicKey(pem), 'the public key')
    if (E.isLeft(read)) return read
    keys.set(keyIdOf(read.right), read.right)
  }
  return E.right(keys)
}

/** A head of every stream as it stands, in the order in which the tasks were made. */
export async function* publishedHeads(
  record: Pick<TaskRecord, 'heads'>,
  time: string,
  signer?: Signer,
): AsyncGenerator<PublishedHead> {
  for (let after: string | undefined; ; ) {
    const page = await record.heads({ limit: HEADS_PER_PAGE, ...(after === undefined ? {} : { after }) })
    for (const { stream, version, hash } of page) yield publish({ stream, version, hash, time }, signer)
    after = page.at(-1)?.stream
    if (page.length < HEADS_PER_PAGE) return
  }
}

type Signed = Pick<PublishedHead, 'stream' | 'version' | 'hash' | 'time'>

export const publish = (head: Signed, signer?: Signer): PublishedHead =>
  signer === undefined
    ? { ...head, key: null, signature: null }
    : { ...head, key: signer.key, signature: signer.sign(signedBytes(head)) }

/** Heads by stream, each of them proven by one of the keys; the first that is not refuses the file. */
export const readHeads = async (
  source: AsyncIterable<Uint8Array>,
  keys: TrustedKeys,
  wants: (stream: string) => boolean = () => true,
): Promise<E.Either<HeadsRefused, ReadonlyMap<string, ReadonlyArray<KnownHead>>>> => {
  const heads = new Map<string, KnownHead[]>()
  for await (const line of textLines(source, MAX_HEAD_LINE_BYTES)) {
    if (E.isLeft(line)) return E.left(unreadable(line.left.number, line.left.message))
    const { number, text } = line.right
    const head = headIn(text)
    if (head === undefined)
      return E.left(unreadable(number, 'is no head: {stream, version, hash, time, key, signature}'))
    const fault = faultOf(head, keys, number)
    if (fault !== undefined) return E.left(fault)
    if (!wants(head.stream)) continue
    const known = heads.get(head.stream)
    const { version, hash } = head
    if (known === undefined) heads.set(head.stream, [{ version, hash }])
    else known.push({ version, hash })
  }
  return E.right(heads)
}

const faultOf = (head: PublishedHead, keys: TrustedKeys, line: number): HeadsRefused | undefined => {
  if (head.key === null || head.signature === null) {
    return { code: 'head_unsigned', line, message: `line ${line}: the head of ${head.stream} is not signed` }
  }
  const key = keys.get(head.key)
  if (key === undefined) {
    return { code: 'head_of_unknown_key', line, message: `line ${line} is signed by ${head.key}, which is not given` }
  }
  if (verify(null, signedBytes(head), key, Buffer.from(head.signature, 'base64'))) return undefined
  const message = `line ${line}: the signature does not belong to this head of ${head.stream}`
  return { code: 'head_forged', line, message }
}

const signedBytes = ({ stream, version, hash, time }: Signed): Buffer =>
  Buffer.concat(
    [stream, String(version), hash, time].flatMap((text) => {
      const bytes = Buffer.from(text, 'utf8')
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )

const readKey = (read: () => KeyObject, which: string): E.Either<HeadsRefused, KeyObject> => {
  try {
    const key = read()
    if (key.asymmetricKeyType === 'ed25519') return E.right(key)
    return E.left(refusedKey(which, `it is ${key.asymmetricKeyType ?? 'of another kind'}`))
  } catch (error) {
    return E.left(refusedKey(which, error instanceof Error ? error.message : String(error)))
  }
}

const refusedKey = (which: string, why: string): HeadsRefused => ({
  code: 'key_unusable',
  message: `${which} is no Ed25519 key in PEM form: ${why}`,
})

const keyIdOf = (key: KeyObject): string => `sha256:${sha256(key.export({ type: 'spki', format: 'der' }))}`

const unreadable = (line: number, message: string): HeadsRefused => ({
  code: 'heads_unreadable',
  line,
  message: `line ${line} ${message}`,
})

const headIn = (text: string): PublishedHead | undefined => {
  let value: Partial<Record<keyof PublishedHead, unknown>> | null
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { stream, version, hash, time, key = null, signature = null } = value
  if (typeof stream !== 'string' || typeof hash !== 'string' || typeof time !== 'string') return undefined
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) return undefined
  if (!isTextOrNull(key) || !isTextOrNull(signature)) return undefined
  return { stream, version, hash, time, key, signature }
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string'
