/**
 * The lease of this process: one session, one row, one renewal every few seconds on the database's clock. The renewal's
 * answer names the attempts to abort and the sessions that are alive. When the session was declared lost, everything
 * that it held belongs to others: the attempts are aborted and a new session is opened.
 */
import { SESSION_RENEWAL_MS, SESSION_TTL_MS } from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { LiveSession, Log, Session } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'

export interface Lease {
  /** Undefined while there is none: then nothing may be claimed. */
  current(): Session | undefined
  /** Do other live sessions serve the queue? */
  sharedWithOthers(queue: string): boolean
  /** Does another live session serve the queue that has the handler, as far as it said? */
  servedElsewhere(queue: string, handler: string | undefined): boolean
  open(): Promise<void>
  /** The log has said that the session is over. */
  lose(): void
  end(): Promise<void>
}

export interface LeaseEvents {
  abort(stream: string, step: number, attempt: number): void
  lost(session: number): void
  /** Another process has begun to serve one of the queues. */
  joined(): void
}

/** What the session says of its worker. */
export interface LeaseIdentity {
  readonly worker: string
  readonly queues: ReadonlyArray<string>
  readonly handlers: ReadonlyArray<string>
}

export const createLease = (
  log: Log,
  clock: Clock,
  logger: Logger,
  identity: LeaseIdentity,
  events: LeaseEvents,
): Lease => new SessionLease(log, clock, logger, identity, events)

class SessionLease implements Lease {
  #session: Session | undefined
  #others: ReadonlyArray<LiveSession> = []
  #timer: { cancel(): void } | undefined
  #isRenewing = false
  #ended = false

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly identity: LeaseIdentity,
    private readonly events: LeaseEvents,
  ) {}

  current(): Session | undefined {
    return this.#session
  }

  sharedWithOthers(queue: string): boolean {
    return this.#others.some((other) => other.queues.includes(queue))
  }

  servedElsewhere(queue: string, handler: string | undefined): boolean {
    const mayHaveIt = (handlers: ReadonlyArray<string>): boolean =>
      handler === undefined || handlers.length === 0 || handlers.includes(handler)
    return this.#others.some(({ queues, handlers }) => queues.includes(queue) && mayHaveIt(handlers))
  }

  async open(): Promise<void> {
    await this.#begin()
    this.#schedule(SESSION_RENEWAL_MS)
  }

  lose(): void {
    if (this.#session === undefined) return
    const lost = this.#session.id
    this.#session = undefined
    this.logger.warn('the session was lost: its attempts belong to others now', { session: lost })
    this.events.lost(lost)
    this.#schedule(0)
  }

  async end(): Promise<void> {
    this.#ended = true
    this.#timer?.cancel()
    if (this.#session !== undefined) await this.log.endSession(this.#session.id)
    this.#session = undefined
  }

  #schedule(ms: number): void {
    this.#timer?.cancel()
    if (!this.#ended) this.#timer = this.clock.after(ms, () => void this.#renew())
  }

  /** One at a time: an append and a renewal may find out together that the session is over, and one new one is enough. */
  async #renew(): Promise<void> {
    if (this.#isRenewing) return
    this.#isRenewing = true
    let isTroubled = false
    try {
      if (this.#session === undefined) await this.#begin()
      else await this.#renewCurrent(this.#session)
    } catch (error) {
      isTroubled = true
      this.logger.warn('the lease could not be renewed; trying again', { error: String(error) })
    }
    this.#isRenewing = false
    const isLost = this.#session === undefined && !isTroubled
    this.#schedule(isLost ? 0 : SESSION_RENEWAL_MS)
  }

  async #renewCurrent(current: Session): Promise<void> {
    const renewal = await this.log.renewSession(current.id, SESSION_TTL_MS)
    if (this.#ended) return
    this.#meet(renewal.sessions.filter((other) => other.id !== current.id))
    if (!renewal.alive) {
      this.lose()
      await this.#begin()
      return
    }
    for (const { stream, data } of renewal.abort) {
      const { step, attempt }: { step: number; attempt: number } = JSON.parse(data)
      this.events.abort(stream, step, attempt)
    }
  }

  async #begin(): Promise<void> {
    const { worker, queues, handlers } = this.identity
    const session = await this.log.openSession(worker, queues, SESSION_TTL_MS, handlers)
    this.#session = session
    const renewal = await this.log.renewSession(session.id, SESSION_TTL_MS)
    this.#meet(renewal.sessions.filter((other) => other.id !== session.id))
  }

  #meet(now: ReadonlyArray<LiveSession>): void {
    const known = new Set(this.#others.map((other) => other.id))
    this.#others = now.filter((other) => other.queues.some((queue) => this.identity.queues.includes(queue)))
    if (this.#others.some((other) => !known.has(other.id))) this.events.joined()
  }
}
