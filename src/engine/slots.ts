/**
 * Slots: how many attempts of a queue this process runs at a time. A slot that becomes free goes to the next step of
 * the task that freed it (an eager claim), unless others have waited while that happened `EAGER_STREAK` times in a row.
 */
import { EAGER_STREAK } from '../core/limits.js'

interface QueueSlots {
  readonly capacity: number
  inUse: number
  streak: number
  readonly waiters: Array<() => void>
}

export interface Slots {
  /** Queues that this process serves. */
  readonly queues: ReadonlyArray<string>
  serves(queue: string): boolean
  free(queue: string): number
  /** Takes a slot for an eager claim, if there is one and nobody has waited too long for it. */
  take(queue: string): boolean
  /** Waits for a slot. */
  acquire(queue: string): Promise<void>
  release(queue: string): void
  readonly inUse: number
}

export const createSlots = (capacities: Readonly<Record<string, number>>, onFree: (queue: string) => void): Slots => {
  const queues = new Map<string, QueueSlots>()
  for (const [queue, capacity] of Object.entries(capacities)) {
    queues.set(queue, { capacity, inUse: 0, streak: 0, waiters: [] })
  }
  const find = (queue: string): QueueSlots => {
    const slots = queues.get(queue)
    if (slots === undefined) throw new Error(`this process does not serve the queue ${queue}`)
    return slots
  }
  const wake = (slots: QueueSlots): void => {
    while (slots.inUse < slots.capacity) {
      const waiter = slots.waiters.shift()
      if (waiter === undefined) return
      slots.inUse += 1
      slots.streak = 0
      waiter()
    }
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
      if (slots.waiters.length > 0 && slots.streak >= EAGER_STREAK) return false
      slots.inUse += 1
      slots.streak += 1
      return true
    },
    acquire: (queue) => {
      const slots = find(queue)
      return new Promise((resolve) => {
        slots.waiters.push(resolve)
        if (slots.inUse < slots.capacity) wake(slots)
      })
    },
    release: (queue) => {
      const slots = find(queue)
      slots.inUse -= 1
      // The task that freed it decides first: its chain runs before this.
      setImmediate(() => {
        wake(slots)
        if (slots.inUse < slots.capacity) onFree(queue)
      })
    },
    get inUse() {
      let sum = 0
      for (const slots of queues.values()) sum += slots.inUse
      return sum
    },
  }
}
