/**
 * Where enqueued steps go that no eager claim has taken: into a list of this process, which free slots draw from, and,
 * as hints, to BullMQ. A hint costs as much as a step, so it is only sent where somebody else can follow it: at once with
 * other processes that serve the queue, else when the first of them appears. What fails is sent by the sweeper, as is
 * what nobody has come round to in a long while.
 */
import type { Logger } from '../ports/logger.js'
import type { Hint, Queue } from '../ports/queue.js'
import type { Slots } from './slots.js'

export interface Dispatcher {
  offer(queue: string, hints: ReadonlyArray<Hint>): void
  /** A slot of this queue is free. */
  drawFor(queue: string): void
  /** One hint that came from elsewhere: resolves when it was claimed, or turned out to be of the past. */
  receive(queue: string, hint: Hint): Promise<void>
  /** Others serve the queues from now on: what waits here is theirs too. */
  share(): void
  stop(): void
}

export interface DispatcherNeeds {
  readonly slots: Slots
  readonly queue: Queue
  readonly logger: Logger
  shared(queue: string): boolean
  /** By what this process knows: false where the step is surely no longer in that place in the queue. */
  mayBeEnqueued(hint: Hint): boolean
  /** Asks for the step; false where it was refused, and the slot is free again. */
  claim(hint: Hint): Promise<boolean>
}

interface LocalList {
  items: Hint[]
  head: number
}

export const createDispatcher = (needs: DispatcherNeeds): Dispatcher => {
  const { slots, queue: bull, logger } = needs
  const lists = new Map<string, LocalList>()
  let stopped = false

  const send = (queue: string, hints: ReadonlyArray<Hint>): void => {
    if (hints.length === 0) return
    bull.send(queue, hints).catch((error) => {
      logger.warn('hints could not be sent; the sweeper will send them', { queue, error: String(error) })
    })
  }

  const listOf = (queue: string): LocalList => {
    const known = lists.get(queue)
    if (known !== undefined) return known
    const list: LocalList = { items: [], head: 0 }
    lists.set(queue, list)
    return list
  }

  const next = (list: LocalList): Hint | undefined => {
    while (list.head < list.items.length) {
      const hint = list.items[list.head]
      list.head += 1
      if (hint !== undefined && needs.mayBeEnqueued(hint)) return hint
    }
    list.items = []
    list.head = 0
    return undefined
  }

  const claimWithSlot = async (queue: string, hint: Hint): Promise<void> => {
    try {
      if (!(await needs.claim(hint))) slots.release(queue)
    } catch (error) {
      slots.release(queue)
      logger.warn('a claim could not be decided; the sweeper will offer the step again', { error: String(error) })
    }
  }

  return {
    offer: (queue, hints) => {
      if (!slots.serves(queue)) return send(queue, hints)
      const list = listOf(queue)
      for (const hint of hints) list.items.push(hint)
      if (needs.shared(queue)) send(queue, hints)
      if (slots.free(queue) > 0) setImmediate(() => drawFor(queue))
    },
    drawFor,
    receive: async (queue, hint) => {
      if (!needs.mayBeEnqueued(hint)) return
      await slots.acquire(queue)
      if (stopped || !needs.mayBeEnqueued(hint)) return slots.release(queue)
      await claimWithSlot(queue, hint)
    },
    share: () => {
      for (const [queue, list] of lists) {
        list.items = list.items.slice(list.head).filter(needs.mayBeEnqueued)
        list.head = 0
        send(queue, list.items)
      }
    },
    stop: () => {
      stopped = true
    },
  }

  function drawFor(queue: string): void {
    const list = lists.get(queue)
    if (list === undefined || stopped) return
    while (slots.free(queue) > 0 && list.head < list.items.length) {
      if (!slots.take(queue)) return
      const hint = next(list)
      if (hint === undefined) return slots.release(queue)
      void claimWithSlot(queue, hint)
    }
  }
}
