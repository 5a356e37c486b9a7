/**
 * Proves a bundle from itself: the chain of its events, its payloads, that it ends where it says, and, where heads were
 * published, that it is the record which they speak of. One pass; only the digests of payloads are kept.
 */
import * as E from 'fp-ts/lib/Either.js'
import { MAX_BUNDLE_LINE_BYTES } from '../core/limits.js'
import { digestsIn } from '../core/payload-references.js'
import type { BundleHeader } from './bundle.js'
import { type BundleLine, parseBundleLine } from './bundle-line.js'
import { sha256 } from './digests.js'
import { EventChain, type Fault, type KnownHead } from './event-chain.js'
import { textLines } from './text-lines.js'
import type { Verdict } from './verdict.js'

/** What was read is no bundle at all, so that there is nothing to prove. */
export interface NoBundle {
  readonly code: 'bundle_unreadable'
  readonly line: number
  readonly message: string
}

export const verifyBundle = async (
  source: AsyncIterable<Uint8Array>,
  headsOf: (stream: string) => ReadonlyArray<KnownHead> = () => [],
): Promise<E.Either<NoBundle, Verdict>> => {
  let proof: BundleProof | undefined
  for await (const line of textLines(source, MAX_BUNDLE_LINE_BYTES)) {
    const { number } = E.isRight(line) ? line.right : line.left
    const read = E.isRight(line) ? parseBundleLine(line.right.text) : E.left(line.left.message)
    if (proof === undefined) {
      if (E.isLeft(read)) return E.left(noBundle(number, `line ${number} ${read.left}`))
      if (read.right.kind !== 'header') return E.left(noBundle(number, 'it does not begin with the head of a bundle'))
      proof = new BundleProof(read.right.header, headsOf(read.right.header.stream))
      continue
    }
    const fault = E.isLeft(read) ? proof.malformed(number, read.left) : proof.take(read.right, number)
    if (fault !== undefined) return E.right(proof.broken(fault))
  }
  return proof === undefined ? E.left(noBundle(1, 'it is empty')) : E.right(proof.end())
}

const noBundle = (line: number, why: string): NoBundle => ({
  code: 'bundle_unreadable',
  line,
  message: `this is no bundle: ${why}`,
})

class BundleProof {
  readonly #chain: EventChain
  /** Digests that an event refers to: false until the payload was seen. */
  readonly #payloads = new Map<string, boolean>()
  #seen = 0

  constructor(
    private readonly header: BundleHeader,
    heads: ReadonlyArray<KnownHead>,
  ) {
    this.#chain = new EventChain(header.stream, heads)
  }

  take(line: BundleLine, number: number): Fault | undefined {
    if (line.kind === 'header') return this.malformed(number, 'is a second head')
    if (line.kind === 'payload') return this.#payload(line.digest, line.bytes)
    const { event } = line
    if (event.version === this.#chain.standing.version + 1 && event.version > this.header.version) {
      const message = `event ${event.version} follows the last one that the bundle speaks of, ${this.header.version}`
      return { code: 'record_too_long', version: event.version, message }
    }
    const fault = this.#chain.take(event)
    if (fault !== undefined) return fault
    for (const digest of digestsIn(event)) if (!this.#payloads.has(digest)) this.#payloads.set(digest, false)
    return undefined
  }

  malformed(number: number, why: string): Fault {
    const next = this.#chain.standing.version + 1
    const version = next > this.header.version ? null : next
    const where = version === null ? 'after the last event' : `where event ${version} should stand`
    return { code: 'line_malformed', version, message: `line ${number}, ${where}, ${why}` }
  }

  broken(fault: Fault): Verdict {
    return { kind: 'broken', stream: this.header.stream, fault }
  }

  end(): Verdict {
    const { version, hash } = this.#chain.standing
    const fault = this.#cut(version) ?? this.#headOf(hash) ?? this.#chain.end() ?? this.#missingPayload()
    if (fault !== undefined) return this.broken(fault)
    const { stream } = this.header
    return { kind: 'intact', stream, version, hash, payloads: this.#seen, heads: this.#chain.confirmed }
  }

  #payload(digest: string, bytes: Buffer): Fault | undefined {
    const found = `sha256:${sha256(bytes)}`
    if (found !== digest) {
      return {
        code: 'payload_changed',
        version: null,
        message: `the bytes of payload ${digest} have the digest ${found}`,
      }
    }
    const seen = this.#payloads.get(digest)
    if (seen !== false) {
      const why = seen === undefined ? 'no event before it refers to it' : 'it stands here twice'
      return { code: 'payload_foreign', version: null, message: `payload ${digest}: ${why}` }
    }
    this.#payloads.set(digest, true)
    this.#seen += 1
    return undefined
  }

  #cut(version: number): Fault | undefined {
    if (version === this.header.version) return undefined
    const message = `event ${version + 1} is missing: the bundle ends with event ${version}, and speaks of ${this.header.version}`
    return { code: 'record_cut_short', version: version + 1, message }
  }

  #headOf(hash: string): Fault | undefined {
    if (hash === this.header.hash) return undefined
    const message = `the bundle says that its last hash is ${this.header.hash}; it is ${hash}`
    return { code: 'head_differs', version: this.header.version, message }
  }

  #missingPayload(): Fault | undefined {
    for (const [digest, seen] of this.#payloads) {
      if (!seen) return { code: 'payload_missing', version: null, message: `payload ${digest} is not in the bundle` }
    }
    return undefined
  }
}
