/**
 * Group commit: one append is under way at a time, and whatever is asked for meanwhile is gathered, in order, into the
 * next one. A batch never holds the same stream twice, because its second append can only be decided by how the first
 * ended; the later one waits for the next batch, and everything for that stream waits behind it. Nothing is delayed in
 * the hope of company: an append leaves as soon as the line is free and the present turn of the event loop is over.
 *
 * gathering: what the next append holds → (line free) flying: what is under way → its callers are answered. When an
 * answer comes and others have gathered, they leave before the callers are told, so that the database never idles.
 */
import { APPEND_MAX_BYTES, APPEND_MAX_EVENTS } from '../core/limits.js'
import type { AppendOutcome } from '../ports/log.js'
import type { PreparedAppend } from './prepared-append.js'

/** A batch while it is gathered; `write` sends it and answers for each of its streams in order. */
export interface Batch {
  add(prepared: PreparedAppend): void
  write(): Promise<ReadonlyArray<AppendOutcome>>
}

interface Entry {
  readonly prepared: PreparedAppend
  readonly resolve: (outcome: AppendOutcome) => void
  readonly reject: (cause: unknown) => void
}

export class GroupCommit {
  readonly #openBatch: () => Batch
  #gathering: Gathering
  #waiting: Entry[] = []
  /** Streams among those that wait: what comes later for them may not overtake it. */
  #held = new Set<string>()
  #isFlying = false
  #isScheduled = false
  #onDrained: Array<() => void> = []

  constructor(openBatch: () => Batch) {
    this.#openBatch = openBatch
    this.#gathering = new Gathering(openBatch())
  }

  /** The outcome of one stream's append; rejects when the log is broken or cannot be reached. */
  append(prepared: PreparedAppend): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      this.#place({ prepared, resolve, reject })
      this.#schedule()
    })
  }

  /** Resolves when nothing is under way or waiting any more. */
  drained(): Promise<void> {
    const isIdle = !this.#isFlying && this.#gathering.entries.length === 0
    return isIdle ? Promise.resolve() : new Promise((resolve) => this.#onDrained.push(resolve))
  }

  #place(entry: Entry): void {
    const { stream } = entry.prepared.append
    if (!this.#held.has(stream) && this.#gathering.admits(entry.prepared)) this.#gathering.add(entry)
    else {
      this.#waiting.push(entry)
      this.#held.add(stream)
    }
  }

  #schedule(): void {
    if (this.#isFlying || this.#isScheduled) return
    this.#isScheduled = true
    // After the microtasks of this turn: the appends of all that one answer woke then share one batch.
    process.nextTick(() => {
      this.#isScheduled = false
      if (!this.#isFlying && this.#gathering.entries.length > 0) this.#fly()
    })
  }

  #fly(): void {
    const { entries, batch } = this.#gathering
    this.#isFlying = true
    this.#gathering = new Gathering(this.#openBatch())
    const backlog = this.#waiting
    this.#waiting = []
    this.#held = new Set()
    for (const entry of backlog) this.#place(entry)
    batch.write().then(
      (outcomes) => this.#land(() => answer(entries, outcomes)),
      (cause: unknown) => this.#land(() => fail(entries, cause)),
    )
  }

  #land(tell: () => void): void {
    this.#isFlying = false
    if (this.#gathering.entries.length > 0) this.#fly()
    tell()
    if (this.#isFlying) return
    for (const resolve of this.#onDrained) resolve()
    this.#onDrained = []
  }
}

/** What the next append holds so far, and whether more fits in. */
class Gathering {
  readonly entries: Entry[] = []
  readonly #streams = new Set<string>()
  #events = 0
  #bytes = 0

  constructor(readonly batch: Batch) {}

  admits({ append, hashes, size }: PreparedAppend): boolean {
    if (this.entries.length === 0) return true
    return (
      !this.#streams.has(append.stream) &&
      this.#events + hashes.length <= APPEND_MAX_EVENTS &&
      this.#bytes + size <= APPEND_MAX_BYTES
    )
  }

  add(entry: Entry): void {
    const { append, hashes, size } = entry.prepared
    this.entries.push(entry)
    this.#streams.add(append.stream)
    this.#events += hashes.length
    this.#bytes += size
    this.batch.add(entry.prepared)
  }
}

const answer = (entries: ReadonlyArray<Entry>, outcomes: ReadonlyArray<AppendOutcome>): void => {
  for (const [index, entry] of entries.entries()) {
    const outcome = outcomes[index]
    if (outcome === undefined) entry.reject(new Error('an append was answered for too few streams'))
    else entry.resolve(outcome)
  }
}

const fail = (entries: ReadonlyArray<Entry>, cause: unknown): void => {
  for (const entry of entries) entry.reject(cause)
}
