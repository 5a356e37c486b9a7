/**
 * Hints for what has waited too long in a queue, a page at a time and in turn, so that steps which cannot run for a long
 * while (a limit holds them back, nobody has their handler) do not keep the others from being hinted. A queue that has
 * lost its content gets all of them.
 */
import type { DueData } from '../core/due-row.js'
import { HINT_AGE_MS, MAX_SWEPT_PAGES, SWEEP_BATCH } from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { DueEntry, DuePlace, Log } from '../ports/log.js'
import type { Hint, Queue } from '../ports/queue.js'
import { hintOf, isRaised } from './hints.js'

export interface HintSweepNeeds {
  readonly log: Pick<Log, 'dueBefore'>
  readonly queue: Pick<Queue, 'send' | 'resend'>
  readonly clock: Clock
}

export class HintSweep {
  #after: DuePlace | undefined
  #isRefilling = false

  constructor(private readonly needs: HintSweepNeeds) {}

  /** One page of what has waited; after a loss, page after page until everything was sent once. */
  async sweep(isEmptied: boolean): Promise<void> {
    if (isEmptied) {
      this.#isRefilling = true
      this.#after = undefined
    }
    for (let page = 0; page < (this.#isRefilling ? MAX_SWEPT_PAGES : 1); page += 1) {
      const isLast = await this.#sendPage(this.#isRefilling ? 0 : HINT_AGE_MS)
      if (!isLast) continue
      this.#isRefilling = false
      this.#after = undefined
      return
    }
  }

  get isRefilling(): boolean {
    return this.#isRefilling
  }

  async #sendPage(ageMs: number): Promise<boolean> {
    const { log, queue, clock } = this.needs
    const now = clock.now()
    const entries = await log.dueBefore(now - ageMs, ['queue'], SWEEP_BATCH, this.#after)
    for (const [target, hints] of hintsByQueue(entries, now)) {
      const raised = hints.filter((hint) => isRaised(hint, now))
      if (raised.length < hints.length) {
        const others = hints.filter((hint) => !isRaised(hint, now))
        await queue.send(target, others)
      }
      if (raised.length > 0) await queue.resend(target, raised)
    }
    this.#after = entries.at(-1)
    return entries.length < SWEEP_BATCH
  }
}

const hintsByQueue = (entries: ReadonlyArray<DueEntry>, nowMs: number): ReadonlyMap<string, ReadonlyArray<Hint>> => {
  const byQueue = new Map<string, Hint[]>()
  for (const { stream, target, priority: taskPriority, dueAt: since, data } of entries) {
    if (target === null) continue
    const { step, attempt, enqueue = 0, version = 0, trace }: DueData = JSON.parse(data)
    const traced = trace === undefined ? {} : { trace }
    const hint = hintOf({ stream, step, attempt, enqueue, version, ...traced, taskPriority, since }, nowMs)
    const known = byQueue.get(target)
    if (known === undefined) byQueue.set(target, [hint])
    else known.push(hint)
  }
  return byQueue
}
