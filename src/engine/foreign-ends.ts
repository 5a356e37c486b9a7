/**
 * Wakes whoever waits for tasks that other processes run: one reader for all of them, of the few events after which a
 * task stands still. It follows the log only while somebody waits.
 */
import type { Log } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'

const STANDSTILLS = ['task-completed', 'task-failed', 'task-cancelled', 'task-blocked', 'task-paused', 'gate-opened']
const WAIT_MS = 5_000
const PAGE = 1_000

export class ForeignEnds {
  readonly #waiting = new Map<string, Set<() => void>>()
  #following = false

  constructor(
    private readonly log: Pick<Log, 'position' | 'waitFor' | 'readMatching'>,
    private readonly logger: Logger,
  ) {}

  /** Calls back when the task may have come to a standstill; returns how to stop that. */
  wait(stream: string, wake: () => void): () => void {
    const known = this.#waiting.get(stream) ?? new Set()
    known.add(wake)
    this.#waiting.set(stream, known)
    if (!this.#following) {
      this.#following = true
      this.#follow().catch((error) =>
        this.logger.debug('tasks elsewhere are looked at by and by', { error: String(error) }),
      )
    }
    return () => {
      known.delete(wake)
      if (known.size === 0) this.#waiting.delete(stream)
    }
  }

  async #follow(): Promise<void> {
    try {
      let position = await this.log.position()
      while (this.#waiting.size > 0) {
        if (!(await this.log.waitFor(position, WAIT_MS))) continue
        const page = await this.log.readMatching(position, { types: STANDSTILLS }, PAGE)
        for (const { stream } of page.events) for (const wake of [...(this.#waiting.get(stream) ?? [])]) wake()
        position = page.lookedTo
      }
    } finally {
      // In the same turn as the last look at who waits: whoever comes then must not take this one for still at work.
      this.#following = false
    }
  }
}
