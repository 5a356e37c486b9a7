/**
 * A world in which everything that takes time is decided by a seed: which waiting operation goes on next, when a timer
 * fires, when a process dies. A process dies between two awaits: what it was doing never goes on, and what it had
 * appended stays. The seed is the bug report.
 */
import type { Clock } from '../../src/ports/clock.js'

export interface World {
  readonly clock: Clock
  readonly random: () => number
  /** A whole number from 0 to `below` - 1. */
  pick(below: number): number
  /** Waits for its turn; never goes on once the process is dead. */
  turn(process: Mortal): Promise<void>
  /** Timers of a process die with it. */
  clockOf(process: Mortal): Clock
  /** Runs until `done` says so; false when nothing is left that could happen, or after too many turns. */
  run(done: () => boolean, beforeTurn: () => void): Promise<boolean>
}

/** A process of the world: it lives until it is killed. */
export interface Mortal {
  readonly name: string
  alive: boolean
  /** Resolves when it dies: what the outside notices of it, such as a lock that runs out. */
  readonly death: Promise<void>
  die(): void
}

export const born = (name: string): Mortal => {
  let end = (): void => undefined
  const death = new Promise<void>((resolve) => {
    end = resolve
  })
  const mortal: Mortal = {
    name,
    alive: true,
    death,
    die: () => {
      mortal.alive = false
      end()
    },
  }
  return mortal
}

interface Waiting {
  readonly process: Mortal
  readonly go: () => void
}

interface Timer {
  readonly at: number
  readonly process: Mortal | undefined
  readonly callback: () => void
  cancelled: boolean
}

const START_MS = Date.UTC(2026, 0, 1)
const MAX_TURNS = 200_000
/** Turns of the real event loop after which nothing is under way but what waits for the world. */
const SETTLING_TURNS = 3

export const createWorld = (seed: number): World => {
  const random = mulberry32(seed)
  const waiting: Waiting[] = []
  const timers: Timer[] = []
  let nowMs = START_MS
  let ids = 0

  const clockOf = (process: Mortal | undefined): Clock => ({
    now: () => nowMs,
    after: (ms, callback) => {
      const timer: Timer = { at: nowMs + ms, process, callback, cancelled: false }
      timers.push(timer)
      return cancellation(timer)
    },
    random,
    newId: () => idOf(nowMs, ++ids),
  })

  const pick = (below: number): number => Math.floor(random() * below)

  const living = (): ReadonlyArray<Timer> =>
    timers.filter((timer) => !timer.cancelled && (timer.process === undefined || timer.process.alive))

  const fireNext = (): boolean => {
    const [next] = living().toSorted((left, right) => left.at - right.at)
    if (next === undefined) return false
    nowMs = Math.max(nowMs, next.at)
    timers.splice(0, timers.length, ...living().filter((timer) => timer !== next))
    next.callback()
    return true
  }

  const step = (): boolean => {
    const alive = waiting.filter(({ process }) => process.alive)
    waiting.splice(0, waiting.length, ...alive)
    // Now and then time passes while something could still go on: timers and operations overtake each other.
    if (waiting.length === 0 || random() < 0.02) return fireNext()
    const [chosen] = waiting.splice(pick(waiting.length), 1)
    chosen?.go()
    return true
  }

  return {
    clock: clockOf(undefined),
    random,
    pick,
    turn: (process) => new Promise((go) => waiting.push({ process, go: () => go() })),
    clockOf,
    run: async (done, beforeTurn) => {
      for (let turns = 0; turns < MAX_TURNS; turns += 1) {
        for (let index = 0; index < SETTLING_TURNS; index += 1) await new Promise((resolve) => setImmediate(resolve))
        if (done()) return true
        beforeTurn()
        if (!step()) return done()
      }
      return false
    },
  }
}

const cancellation = (timer: Timer) => ({
  cancel: () => {
    timer.cancelled = true
  },
})

/** A uuid v7 whose chance is a counter; the last digits are the events'. */
const idOf = (nowMs: number, count: number): string => {
  const time = nowMs.toString(16).padStart(12, '0')
  const number = count.toString(16).padStart(7, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number}00000`
}

/** A small generator with a 32-bit seed; the same seed, the same world. */
const mulberry32 = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
