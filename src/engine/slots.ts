/**
 * Slots: how many attempts of a queue this process runs at a time. A slot that becomes free goes to the next step of
 * the task that freed it (an eager claim), unless others have waited while that happened `EAGER_STREAK` times in a row.
 */
import { EAGER_STREAK } from '../core/limits.js'

interface QueueSlots {
  readonly capacity: number
  inUse: number
  streak: number
}

export interface Slots {
  /** Queues that this process serves. */
  readonly queues: ReadonlyArray<string>
  serves(queue: string): boolean
  free(queue: string): number
  /** Takes a slot for an eager claim, if there is one and nobody has waited too long for it. */
  take(queue: string): boolean
  /** Takes a slot for whoever waits; there must be one. */
  takeNext(queue: string): void
  release(queue: string): void
  readonly inUse: number
}

export interface SlotEvents {
  /** Does anybody wait for a slot of the queue? */
  waits(queue: string): boolean
  onFree(queue: string): void
}

export const createSlots = (capacities: Readonly<Record<string, number>>, events: SlotEvents): Slots => {
  const queues = new Map<string, QueueSlots>()
  for (const [queue, capacity] of Object.entries(capacities)) queues.set(queue, { capacity, inUse: 0, streak: 0 })
  const find = (queue: string): QueueSlots => {
    const slots = queues.get(queue)
    if (slots === undefined) throw new Error(`this process does not serve the queue ${queue}`)
    return slots
  }
  return {
    queues: [...queues.keys()],
    serves: (queue) => queues.has(queue),
    free: (queue) => {
      const slots = queues.get(queue)
      return slots === undefined ? 0 : slots.capacity - slots.inUse
    },
    take: (queue) => {
      const slots = queues.get(queue)
      if (slots === undefined || slots.inUse >= slots.capacity) return false
      if (slots.streak >= EAGER_STREAK && events.waits(queue)) return false
      slots.inUse += 1
      slots.streak += 1
      return true
    },
    takeNext: (queue) => {
      const slots = find(queue)
      slots.inUse += 1
      slots.streak = 0
    },
    release: (queue) => {
      const slots = find(queue)
      slots.inUse -= 1
      // The task that freed it decides first: its chain runs before this.
      setImmediate(() => {
        if (slots.inUse < slots.capacity) events.onFree(queue)
      })
    },
    get inUse() {
      let sum = 0
      for (const slots of queues.values()) sum += slots.inUse
      return sum
    },
  }
}
