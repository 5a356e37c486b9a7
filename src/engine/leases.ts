/**
 * The lease of this process: one session, one row, one renewal every few seconds on the database's clock. The renewal's
 * answer names the attempts to abort and the sessions that are alive. When the session was declared lost, everything
 * that it held belongs to others: the attempts are aborted and a new session is opened.
 */
import { SESSION_RENEWAL_MS, SESSION_TTL_MS } from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { Log, Session } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'

export interface Lease {
  /** Undefined while there is none: then nothing may be claimed. */
  current(): Session | undefined
  /** Do other live sessions serve the queue? */
  sharedWithOthers(queue: string): boolean
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
): Lease => {
  let session: Session | undefined
  let others: ReadonlyArray<Session> = []
  let timer: { cancel(): void } | undefined
  let ended = false

  const schedule = (): void => {
    timer?.cancel()
    if (!ended) timer = clock.after(SESSION_RENEWAL_MS, () => void renew())
  }

  const renew = async (): Promise<void> => {
    try {
      if (session === undefined) await open()
      else await renewCurrent(session)
    } catch (error) {
      logger.warn('the lease could not be renewed; trying again', { error: String(error) })
    }
    schedule()
  }

  const renewCurrent = async (current: Session): Promise<void> => {
    const renewal = await log.renewSession(current.id, SESSION_TTL_MS)
    if (ended) return
    meet(renewal.sessions.filter((other) => other.id !== current.id))
    if (!renewal.alive) {
      lose()
      await open()
      return
    }
    for (const { stream, data } of renewal.abort) {
      const { step, attempt }: { step: number; attempt: number } = JSON.parse(data)
      events.abort(stream, step, attempt)
    }
  }

  const meet = (now: ReadonlyArray<Session>): void => {
    const known = new Set(others.map((other) => other.id))
    others = now.filter((other) => other.queues.some((queue) => identity.queues.includes(queue)))
    if (others.some((other) => !known.has(other.id))) events.joined()
  }

  const open = async (): Promise<void> => {
    session = await log.openSession(identity.worker, identity.queues, SESSION_TTL_MS, identity.handlers)
    const renewal = await log.renewSession(session.id, SESSION_TTL_MS)
    meet(renewal.sessions.filter((other) => other.id !== session?.id))
  }

  const lose = (): void => {
    if (session === undefined) return
    const lost = session.id
    session = undefined
    logger.warn('the session was lost: its attempts belong to others now', { session: lost })
    events.lost(lost)
    timer?.cancel()
    if (!ended) timer = clock.after(0, () => void renew())
  }

  return {
    current: () => session,
    sharedWithOthers: (queue) => others.some((other) => other.queues.includes(queue)),
    open: async () => {
      await open()
      schedule()
    },
    lose,
    end: async () => {
      ended = true
      timer?.cancel()
      if (session !== undefined) await log.endSession(session.id)
      session = undefined
    },
  }
}
