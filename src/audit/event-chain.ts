/**
 * The proof of a stream: every event's hash covers the one before it, so whoever walks the chain finds the first event
 * that is not the one that was appended. It decodes nothing, since what is proven are the stored texts.
 */
import { type HashedEvent, hashEvent, NO_HASH } from '../log/hash.js'

export interface ChainedEvent extends HashedEvent {
  readonly hash: string
}

export interface Fault {
  readonly code:
    | 'event_changed'
    | 'event_missing'
    | 'event_of_another_stream'
    | 'record_cut_short'
    | 'record_too_long'
    | 'record_empty'
    | 'head_differs'
    | 'head_beyond_record'
    | 'head_unproven'
    | 'payload_changed'
    | 'payload_missing'
    | 'payload_foreign'
    | 'line_malformed'
  /** The first broken event; null where the fault is in no event. */
  readonly version: number | null
  readonly message: string
}

/** The hash that an event's stored text gives, on top of the hash before it; undefined for the first of a stream. */
export const hashOf = (before: string | undefined, event: HashedEvent): string => hashEvent(before ?? NO_HASH, event)

/** What somebody says a stream's hash was at a version. */
export interface KnownHead {
  readonly version: number
  readonly hash: string
}

/** Where a walk stands: the last event that was proven. */
export interface Standing {
  readonly version: number
  readonly hash: string
}

/**
 * Walks one stream from its first event. `heads` are what was published of it, in any order: an event at such a version
 * must have that hash, whatever the chain says of itself.
 */
export class EventChain {
  #version = 0
  #hash = NO_HASH
  /** The last published head that agreed. */
  #vouched = 0
  #confirmed = 0
  readonly #heads: ReadonlyArray<KnownHead>
  #next = 0

  constructor(
    readonly stream: string,
    heads: ReadonlyArray<KnownHead> = [],
  ) {
    this.#heads = heads.toSorted((left, right) => left.version - right.version)
  }

  /** Takes the next event; the first fault ends the walk. */
  take(event: ChainedEvent): Fault | undefined {
    const expected = this.#version + 1
    if (event.version !== expected) return this.#outOfOrder(event.version, expected)
    if (event.stream !== this.stream) {
      const message = `event ${expected} says that it belongs to ${event.stream}`
      return { code: 'event_of_another_stream', version: expected, message }
    }
    const hash = hashEvent(this.#hash, event)
    if (hash !== event.hash) {
      const message = `event ${expected} (${event.type}) is not the one that was appended: its hash is ${event.hash}, its content gives ${hash}`
      return { code: 'event_changed', version: expected, message }
    }
    this.#version = expected
    this.#hash = hash
    return this.#againstHeads()
  }

  /** To be asked after the last event: is it the last one that was ever known? */
  end(): Fault | undefined {
    const head = this.#heads[this.#next]
    if (head === undefined) return undefined
    const message = `a head was published for event ${head.version}, and the record ends with event ${this.#version}`
    return { code: 'head_beyond_record', version: this.#version + 1, message }
  }

  get standing(): Standing {
    return { version: this.#version, hash: this.#hash }
  }

  /** Published heads that agreed so far. */
  get confirmed(): number {
    return this.#confirmed
  }

  #outOfOrder(found: number, expected: number): Fault {
    const message =
      found > expected
        ? `event ${expected} is missing: event ${found} stands in its place`
        : `event ${expected} is missing: event ${found} stands in its place, where it was before`
    return { code: 'event_missing', version: expected, message }
  }

  #againstHeads(): Fault | undefined {
    for (;;) {
      const head = this.#heads[this.#next]
      if (head === undefined || head.version > this.#version) return undefined
      if (head.hash !== this.#hash) {
        const since = this.#vouched + 1
        const between = since === head.version ? `event ${since}` : `one of the events ${since} to ${head.version}`
        const message = `${between} was rewritten: at version ${head.version} the published hash is ${head.hash}, the record's is ${this.#hash}`
        return { code: 'head_differs', version: since, message }
      }
      this.#vouched = head.version
      this.#confirmed += 1
      this.#next += 1
    }
  }
}
