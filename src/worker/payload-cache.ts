/**
 * Payloads that attempts have read lately, by their digests: a thousand steps after one with a large result, or of a task
 * with a large input, read it once and not a thousand times. Texts are kept and not values, since a handler may change
 * what it is given. What is read by several at once is asked for once.
 */
import { MAX_CACHED_PAYLOAD_BYTES } from '../core/limits.js'
import type { Log, Payload } from '../ports/log.js'

type Payloads = Pick<Log, 'payloads'>

export const cachedPayloads = (log: Payloads, maxBytes: number = MAX_CACHED_PAYLOAD_BYTES): Payloads => {
  const cache = new PayloadCache(log, maxBytes)
  return { payloads: (stream, digests) => cache.read(stream, digests) }
}

class PayloadCache {
  /** The one that was used last stands last. */
  readonly #kept = new Map<string, string>()
  readonly #underWay = new Map<string, Promise<ReadonlyArray<Payload>>>()
  #bytes = 0

  constructor(
    private readonly log: Payloads,
    private readonly maxBytes: number,
  ) {}

  async read(stream: string, digests: ReadonlyArray<string>): Promise<ReadonlyArray<Payload>> {
    const found: Payload[] = []
    const reading = new Set<Promise<ReadonlyArray<Payload>>>()
    const missing: string[] = []
    for (const digest of digests) {
      const text = this.#used(digest)
      const underWay = this.#underWay.get(`${stream} ${digest}`)
      if (text !== undefined) found.push({ digest, text })
      else if (underWay !== undefined) reading.add(underWay)
      else missing.push(digest)
    }
    if (missing.length > 0) reading.add(this.#fetch(stream, missing))
    const wanted = new Set(digests)
    for (const payloads of await Promise.all(reading)) {
      for (const payload of payloads) if (wanted.has(payload.digest)) found.push(payload)
    }
    return found
  }

  #fetch(stream: string, digests: ReadonlyArray<string>): Promise<ReadonlyArray<Payload>> {
    const keys = digests.map((digest) => `${stream} ${digest}`)
    const reading = this.log.payloads(stream, [...digests]).then(
      (payloads) => {
        for (const payload of payloads) this.#keep(payload)
        for (const key of keys) this.#underWay.delete(key)
        return payloads
      },
      (error: unknown) => {
        for (const key of keys) this.#underWay.delete(key)
        throw error
      },
    )
    for (const key of keys) this.#underWay.set(key, reading)
    return reading
  }

  #used(digest: string): string | undefined {
    const text = this.#kept.get(digest)
    if (text === undefined) return undefined
    this.#kept.delete(digest)
    this.#kept.set(digest, text)
    return text
  }

  #keep({ digest, text }: Payload): void {
    // Two bytes a character is what a text may take in memory.
    const size = text.length * 2
    if (size > this.maxBytes || this.#kept.has(digest)) return
    this.#kept.set(digest, text)
    this.#bytes += size
    for (const [oldest, kept] of this.#kept) {
      if (this.#bytes <= this.maxBytes) return
      this.#kept.delete(oldest)
      this.#bytes -= kept.length * 2
    }
  }
}
