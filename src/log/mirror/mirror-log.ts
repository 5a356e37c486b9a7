/**
 * The mirror: reads the log in position order and brings the store's streams forward, a page at a time and several
 * streams at once, so that neither side ever waits in memory for the other. It goes on from the checkpoint that it
 * keeps in the store; what a crash leaves behind the checkpoint is found there and not written twice.
 */
import {
  MIRROR_CHECKPOINT_EVENTS,
  MIRROR_CONCURRENCY,
  MIRROR_IDLE_MS,
  MIRROR_PAGE_EVENTS,
  MIRROR_PATIENCE_MS,
  MIRROR_RETRY_MAX_MS,
  MIRROR_RETRY_MS,
} from '../../core/limits.js'
import type { Clock } from '../../ports/clock.js'
import type { Log, StoredEvent } from '../../ports/log.js'
import type { Logger } from '../../ports/logger.js'
import { MirrorPayloads } from './mirror-payloads.js'
import { mirrorStream } from './mirror-stream.js'
import { MirrorRefused, type MirrorTarget, MirrorUnreachable } from './mirror-target.js'

export interface MirrorOptions {
  /** From the beginning of the log instead of the checkpoint: what is there is only compared. */
  readonly fromStart?: boolean
  /** End when everything is there, instead of following the log; and do not wait for a store that is away for long. */
  readonly once?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: MirrorProgress) => void
}

export interface MirrorProgress {
  /** Up to here everything is in the store. */
  readonly position: number
  /** Events that were read, and those of them that were appended. */
  readonly read: number
  readonly appended: number
}

export interface MirrorNeeds {
  readonly log: Pick<Log, 'readAll' | 'readStream' | 'payloads' | 'waitFor' | 'position'>
  readonly target: MirrorTarget
  readonly clock: Clock
  readonly logger: Logger
}

/** Resolves when it was aborted or, `once`, when all is there. Throws `MirrorRefused` and `MirrorUnreachable`. */
export const mirrorLog = (needs: MirrorNeeds, options: MirrorOptions = {}): Promise<MirrorProgress> =>
  new Mirror(needs, options).run()

class Mirror {
  #position = 0
  #saved = 0
  #read = 0
  #appended = 0
  readonly #payloads: MirrorPayloads

  constructor(
    private readonly needs: MirrorNeeds,
    private readonly options: MirrorOptions,
  ) {
    this.#payloads = new MirrorPayloads(needs.log, needs.target, needs.logger)
  }

  async run(): Promise<MirrorProgress> {
    try {
      await this.#follow()
      await this.#saveCheckpoint()
    } catch (error) {
      // Whoever stops it does not wait for a store that is away: the next one begins at the note before.
      if (!(error instanceof MirrorUnreachable) || this.options.signal?.aborted !== true) throw error
    }
    return this.#progress()
  }

  async #follow(): Promise<void> {
    const { log, target } = this.needs
    const { once = false, signal } = this.options
    const checkpoint = await this.#patiently(() => target.checkpoint())
    await this.#refuseAnotherLog(checkpoint)
    this.#saved = checkpoint ?? 0
    this.#position = this.options.fromStart === true ? 0 : this.#saved
    while (signal?.aborted !== true) {
      const page = await log.readAll(this.#position, MIRROR_PAGE_EVENTS)
      if (page.length > 0) await this.#mirrorPage(page)
      const isAtEnd = page.length < MIRROR_PAGE_EVENTS
      if (isAtEnd || this.#position - this.#saved >= MIRROR_CHECKPOINT_EVENTS) await this.#saveCheckpoint()
      this.options.onProgress?.(this.#progress())
      if (isAtEnd && once) return
      if (isAtEnd) await log.waitFor(this.#position, MIRROR_IDLE_MS, signal)
    }
  }

  async #mirrorPage(page: ReadonlyArray<StoredEvent>): Promise<void> {
    const stream = { ...this.needs, payloads: this.#payloads }
    const streams = [...byStream(page).values()]
    const expected = (page.at(-1)?.position ?? 0) <= this.#saved ? 'there' : 'new'
    let next = 0
    const work = async (): Promise<void> => {
      for (let events = streams[next]; events !== undefined; events = streams[next]) {
        next += 1
        const ofStream = events
        const appended = await this.#patiently(() => mirrorStream(stream, ofStream, expected))
        this.#appended += appended
      }
    }
    // All must have come to rest before anybody learns of a failure: no append may be under way after it.
    const ended = await Promise.allSettled(Array.from({ length: MIRROR_CONCURRENCY }, work))
    for (const each of ended) if (each.status === 'rejected') throw each.reason
    this.#position = page.at(-1)?.position ?? this.#position
    this.#read += page.length
  }

  async #saveCheckpoint(): Promise<void> {
    if (this.#position <= this.#saved) return
    await this.#patiently(() => this.needs.target.saveCheckpoint(this.#position))
    this.#saved = this.#position
  }

  async #refuseAnotherLog(checkpoint: number | undefined): Promise<void> {
    const end = await this.needs.log.position()
    if (checkpoint === undefined || checkpoint <= end) return
    throw new MirrorRefused(
      'mirror_ahead',
      `the store has mirrored up to position ${checkpoint}, and this log ends at ${end}`,
      'this is not the log that was mirrored there; mirror to an empty store',
    )
  }

  /** A store that is away is waited for: for ever where the log is followed, else for a while. */
  async #patiently<A>(ask: () => Promise<A>): Promise<A> {
    const { clock, logger } = this.needs
    const { once = false, signal } = this.options
    const begun = clock.now()
    for (let pauseMs = MIRROR_RETRY_MS; ; pauseMs = Math.min(pauseMs * 2, MIRROR_RETRY_MAX_MS)) {
      try {
        return await ask()
      } catch (error) {
        const isOver = signal?.aborted === true || (once && clock.now() - begun > MIRROR_PATIENCE_MS)
        if (!(error instanceof MirrorUnreachable) || isOver) throw error
        logger.warn('the store does not answer; trying again', { error: error.message, in_ms: pauseMs })
        await pause(clock, pauseMs, signal)
      }
    }
  }

  #progress(): MirrorProgress {
    return { position: this.#position, read: this.#read, appended: this.#appended }
  }
}

/** The streams of a page in the order in which they begin in it; within each, position order is version order. */
const byStream = (page: ReadonlyArray<StoredEvent>): ReadonlyMap<string, ReadonlyArray<StoredEvent>> => {
  const streams = new Map<string, StoredEvent[]>()
  for (const event of page) {
    const known = streams.get(event.stream)
    if (known === undefined) streams.set(event.stream, [event])
    else known.push(event)
  }
  return streams
}

const pause = (clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.after(ms, end)
    signal?.addEventListener('abort', end)
  })
