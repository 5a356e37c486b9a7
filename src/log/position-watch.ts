/**
 * Knows how far the log has come, as far as this process has heard: from its own appends, from notifications, and by
 * looking, which alone is the truth. Whoever waits for more waits here. What it hears only ever makes it look earlier.
 */
import { LOG_POLL_INTERVAL_MS } from '../core/limits.js'
import { Connection } from './connection.js'
import { LISTEN, Notifier } from './notifier.js'

interface Waiter {
  readonly after: number
  readonly wake: (isThere: boolean) => void
}

export class PositionWatch {
  readonly #look: () => Promise<number>
  readonly #notifier: Notifier
  readonly #listening: Connection
  readonly #waiters = new Set<Waiter>()
  #known = 0
  #poll: NodeJS.Timeout | undefined
  #isLooking = false
  #isClosed = false

  /** `look` reads the highest position from the table. */
  constructor(connectionString: string, look: () => Promise<number>) {
    this.#look = look
    this.#notifier = new Notifier(connectionString)
    this.#listening = new Connection({
      connectionString,
      purpose: 'listen',
      prepare: async (client) => {
        client.on('notification', ({ payload }) => this.#hear(Number(payload)))
        await client.query(LISTEN.text)
      },
    })
  }

  /** True once there is an event above the position; false after the time-out or when aborted. */
  waitFor(after: number, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    if (this.#known > after) return Promise.resolve(true)
    if (this.#isClosed || signal?.aborted === true) return Promise.resolve(false)
    return new Promise((resolve) => {
      const giveUp = (): void => waiter.wake(false)
      const timer = setTimeout(giveUp, timeoutMs)
      const waiter: Waiter = {
        after,
        wake: (isThere) => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', giveUp)
          this.#release(waiter)
          resolve(isThere)
        },
      }
      signal?.addEventListener('abort', giveUp)
      this.#waiters.add(waiter)
      this.#poll ??= setInterval(() => this.#lookAgain(), LOG_POLL_INTERVAL_MS)
      this.#lookAgain()
    })
  }

  /** An append of this process landed: those who wait here go on, and other processes are told. */
  landed(position: number): void {
    this.#hear(position)
    this.#notifier.notify(position)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const waiter of [...this.#waiters]) waiter.wake(false)
    await Promise.all([this.#notifier.close(), this.#listening.close()])
  }

  #hear(position: number): void {
    if (position <= this.#known) return
    this.#known = position
    for (const waiter of this.#waiters) if (position > waiter.after) waiter.wake(true)
  }

  /** While the database is away there is nothing to hear; the next look tells. */
  #lookAgain(): void {
    if (this.#isLooking) return
    this.#isLooking = true
    const done = (position: number): void => {
      this.#isLooking = false
      this.#hear(position)
    }
    this.#look().then(done, () => done(0))
    this.#listening.open().catch(() => undefined)
  }

  #release(waiter: Waiter): void {
    this.#waiters.delete(waiter)
    if (this.#waiters.size > 0) return
    clearInterval(this.#poll)
    this.#poll = undefined
  }
}
