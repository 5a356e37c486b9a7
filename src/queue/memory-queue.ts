/**
 * The port in memory, for tests and the simulation: the same promises as BullMQ keeps, in one process, without timers
 * and without chance. Hints are handed out in microtasks, so that a caller's `send` returns before a handler runs.
 */
import type { Consumer, Hint, HintEnd, HintHandler, Queue } from '../ports/queue.js'
import { hintId } from './hint-job.js'

export interface MemoryQueue extends Queue {
  /** Loses everything that waits, as Redis does when it restarts without persistence. */
  lose(): void
}

interface Lane {
  /** What waits, by priority and id, in the order in which it came; no bucket is empty. */
  readonly waiting: Map<number, Map<string, Hint>>
  /** Ids of what waits or is under way. */
  readonly known: Set<string>
  readonly takers: Taker[]
  /** Who has said of a hint that it is for somebody else. */
  readonly handedOn: Map<string, Set<Taker>>
  nextTaker: number
  reset: boolean
}

interface Taker {
  readonly concurrency: number
  readonly handle: HintHandler
  readonly underWay: Set<Promise<void>>
  taking: boolean
}

/** `onFault` hears what a handler threw; nobody else does. */
export const createMemoryQueue = (onFault: (error: Error) => void = () => undefined): MemoryQueue => {
  const lanes = new Map<string, Lane>()
  const laneOf = (name: string): Lane => laneIn(lanes, name)

  const dispatch = (lane: Lane): void => {
    for (let found = nextCall(lane); found !== undefined; found = nextCall(lane)) {
      const { taker, hint } = found
      const call = run(taker, hint, onFault).then((end) => {
        lane.known.delete(hintId(hint))
        taker.underWay.delete(call)
        if (end === 'elsewhere') handOn(lane, taker, hint)
        else lane.handedOn.delete(hintId(hint))
        dispatch(lane)
      })
      taker.underWay.add(call)
    }
  }

  return {
    async send(name, hints) {
      const lane = laneOf(name)
      for (const hint of hints) put(lane, hint)
      queueMicrotask(() => dispatch(lane))
    },

    async resend(name, hints) {
      const lane = laneOf(name)
      for (const hint of hints) putAnew(lane, hint)
      queueMicrotask(() => dispatch(lane))
    },

    async consume(name, concurrency, handle) {
      const lane = laneOf(name)
      const taker: Taker = { concurrency, handle, underWay: new Set(), taking: true }
      lane.takers.push(taker)
      queueMicrotask(() => dispatch(lane))
      return consumerOf(lane, taker, () => dispatch(lane))
    },

    depth: async (name) => [...laneOf(name).waiting.values()].reduce((sum, bucket) => sum + bucket.size, 0),

    async wasReset(name) {
      const lane = laneOf(name)
      const { reset } = lane
      lane.reset = false
      return reset
    },

    async close() {
      const takers = [...lanes.values()].flatMap((lane) => lane.takers)
      for (const taker of takers) taker.taking = false
      await Promise.all(takers.flatMap((taker) => [...taker.underWay]))
    },

    lose() {
      for (const lane of lanes.values()) {
        for (const bucket of lane.waiting.values()) for (const id of bucket.keys()) lane.known.delete(id)
        lane.waiting.clear()
        lane.handedOn.clear()
        lane.reset = true
      }
    },
  }
}

const laneIn = (lanes: Map<string, Lane>, name: string): Lane => {
  const found = lanes.get(name)
  if (found !== undefined) return found
  const lane: Lane = {
    waiting: new Map(),
    known: new Set(),
    takers: [],
    handedOn: new Map(),
    nextTaker: 0,
    reset: true,
  }
  lanes.set(name, lane)
  return lane
}

const put = (lane: Lane, hint: Hint): void => {
  const id = hintId(hint)
  if (lane.known.has(id)) {
    // Sent again: everybody is asked again.
    lane.handedOn.delete(id)
    return
  }
  lane.known.add(id)
  const bucket = lane.waiting.get(hint.priority) ?? new Map<string, Hint>()
  lane.waiting.set(hint.priority, bucket.set(id, hint))
}

/** What is under way stays known, and so is not put again. */
const putAnew = (lane: Lane, hint: Hint): void => {
  withdraw(lane, hintId(hint))
  put(lane, hint)
}

const withdraw = (lane: Lane, id: string): void => {
  for (const [priority, bucket] of lane.waiting) {
    if (!bucket.delete(id)) continue
    lane.known.delete(id)
    if (bucket.size === 0) lane.waiting.delete(priority)
  }
}

/** Everybody is asked once; what nobody takes is let go, and may be sent again. */
const handOn = (lane: Lane, by: Taker, hint: Hint): void => {
  const id = hintId(hint)
  const asked = (lane.handedOn.get(id) ?? new Set()).add(by)
  if (lane.takers.every((taker) => asked.has(taker))) {
    lane.handedOn.delete(id)
    return
  }
  lane.handedOn.set(id, asked)
  put(lane, hint)
}

const run = async (taker: Taker, hint: Hint, onFault: (error: Error) => void): Promise<HintEnd | undefined> => {
  try {
    return await taker.handle(hint)
  } catch (error) {
    onFault(error instanceof Error ? error : new Error(String(error)))
    return 'done'
  }
}

const consumerOf = (lane: Lane, taker: Taker, wake: () => void): Consumer => ({
  async pause() {
    taker.taking = false
  },
  async resume() {
    taker.taking = true
    queueMicrotask(wake)
  },
  async close() {
    taker.taking = false
    if (lane.takers.includes(taker)) lane.takers.splice(lane.takers.indexOf(taker), 1)
    for (const asked of lane.handedOn.values()) asked.delete(taker)
    queueMicrotask(wake)
    await Promise.all(taker.underWay)
  },
})

/** In turn, so that two consumers share what there is. */
const nextCall = (lane: Lane): { readonly taker: Taker; readonly hint: Hint } | undefined => {
  if (lane.waiting.size === 0) return undefined
  for (let tried = 0; tried < lane.takers.length; tried += 1) {
    const taker = lane.takers[lane.nextTaker % lane.takers.length]
    lane.nextTaker = (lane.nextTaker + 1) % lane.takers.length
    const isFree = taker?.taking && taker.underWay.size < taker.concurrency
    const hint = isFree ? takeFirst(lane, taker) : undefined
    if (taker !== undefined && hint !== undefined) return { taker, hint }
  }
  return undefined
}

/** The lowest priority number, and among equals the one that waits longest; nothing that this one has handed on. */
const takeFirst = ({ waiting, handedOn }: Lane, taker: Taker): Hint | undefined => {
  for (const priority of [...waiting.keys()].sort((left, right) => left - right)) {
    const bucket = waiting.get(priority)
    for (const [id, hint] of bucket ?? []) {
      if (handedOn.get(id)?.has(taker) === true) continue
      bucket?.delete(id)
      if (bucket?.size === 0) waiting.delete(priority)
      return hint
    }
  }
  return undefined
}
