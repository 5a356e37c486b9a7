/**
 * One simulated run of named subscriptions: three processes over one log, which die or stand still between any two
 * awaits while others write. When the trouble has ended everything must have been handled: in order, and, where it was
 * to be once, once.
 */
import { newId } from '../../src/engine/ids.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import type { Clock } from '../../src/ports/clock.js'
import { silentLogger } from '../../src/ports/logger.js'
import type { DeliveredEvent } from '../../src/ports/subscription.js'
import { joinNamed } from '../../src/subscriptions/named.js'
import { isAway } from '../../src/subscriptions/pages.js'
import { Story } from '../subscriptions/story.js'
import { mortalLog } from './mortal-ports.js'
import { SubscriptionMemory } from './subscription-memory.js'
import { born, createWorld, type Mortal, type World } from './world.js'

export interface SubscriptionReport {
  readonly seed: number
  readonly events: number
  readonly deaths: number
  readonly pauses: number
  readonly failures: number
  /** Answers of the store that were lost. */
  readonly lost: number
  /** Handed over more often than was needed, where that may be. */
  readonly repeats: number
}

const PROCESSES = 3
const STORIES = 5
const APPENDS = 20
const TROUBLES = 6
const LEASE_MS = 10_000
const RETRY = { maxAttempts: 2, baseMs: 100 } as const
const ORDERS = ['position', 'task'] as const

interface Handled {
  readonly stream: string
  readonly version: number
  readonly position: number
}

/** A world in which a process may stand still for a while: its operations and its timers wait. */
const sleepyWorld = (world: World, isAsleep: (process: Mortal) => Promise<void> | undefined): World => ({
  ...world,
  turn: async (process) => {
    await world.turn(process)
    await isAsleep(process)
    // Who died asleep does not wake up.
    if (!process.alive) await new Promise(() => undefined)
  },
  clockOf: (process): Clock => {
    const clock = world.clockOf(process)
    return {
      ...clock,
      after: (ms, callback) =>
        clock.after(ms, () => {
          const sleep = isAsleep(process)
          if (sleep === undefined) callback()
          else void sleep.then(() => process.alive && callback())
        }),
    }
  },
})

/** Throws with what went wrong; the same seed goes wrong in the same way. */
export const runSubscriptionSeed = async (seed: number): Promise<SubscriptionReport> => {
  const run = new Run(createWorld(seed))
  await run.play()
  run.check(seed)
  return { seed, ...run.counts, repeats: run.repeats() }
}

class Run {
  readonly counts = { events: 0, deaths: 0, pauses: 0, failures: 0, lost: 0 }
  readonly #world: World
  readonly #memory: SubscriptionMemory
  readonly #log
  readonly #stories: ReadonlyArray<Story>
  readonly #asleep = new Map<Mortal, Promise<void>>()
  readonly #processes: Mortal[] = []
  readonly #handled: Handled[] = []
  readonly #faults: string[] = []
  #appends = 0
  #troubles = 0

  constructor(world: World) {
    this.#world = world
    this.#memory = new SubscriptionMemory(world.clock)
    this.#log = createMemoryLog(world.clock)
    this.#stories = Array.from({ length: STORIES }, () => new Story(this.#log, `task-${newId(world.clock)}`))
  }

  async play(): Promise<void> {
    for (let count = 0; count < PROCESSES; count += 1) this.#start()
    this.#timePasses()
    const isDone = await this.#world.run(
      () => this.#isDone(),
      () => this.#happen(),
    )
    if (!isDone) this.#faults.push(`not everything was handled: ${JSON.stringify(this.#standing())}`)
    for (const process of this.#processes) process.die()
  }

  check(seed: number): void {
    const everything = Array.from({ length: this.counts.events }, (_, index) => index + 1)
    for (const order of ORDERS) {
      const applied = this.#memory.kept(`exactly once by ${order}`)?.applied ?? []
      const once = applied.toSorted((left, right) => left - right)
      if (once.join() !== everything.join()) this.#faults.push(`by ${order} was applied ${applied.join()}`)
    }
    if (new Set(this.#handled.map(({ position }) => position)).size !== everything.length) {
      this.#faults.push('something was not handled')
    }
    const reached = new Map<string, number>()
    for (const { stream, version } of this.#handled) {
      const before = reached.get(stream) ?? 0
      if (version > before + 1) this.#faults.push(`${stream} went from ${before} to ${version}`)
      reached.set(stream, Math.max(before, version))
    }
    if (this.#faults.length > 0) throw new Error(`seed ${seed}: ${this.#faults.join('; ')}`)
  }

  repeats(): number {
    return this.#handled.length - this.counts.events
  }

  #start(): void {
    const process = born(`process-${this.#processes.length}`)
    this.#processes.push(process)
    const world = sleepyWorld(this.#world, (one) => this.#asleep.get(one))
    const needs = {
      log: mortalLog(world, process, this.#log),
      clock: world.clockOf(process),
      logger: silentLogger,
      store: this.#memory.storeOf({
        turn: () => world.turn(process),
        death: process.death,
        isLost: () => this.#isLost(),
      }),
    }
    const fail = (error: unknown): void => {
      if (process.alive) this.#faults.push(String(error))
    }
    const mayFail = (): void => {
      if (this.#troubles >= TROUBLES || this.#world.random() > 0.1) return
      this.counts.failures += 1
      throw new Error('by chance')
    }
    const common = { retry: RETRY, leaseMs: LEASE_MS, concurrency: 2 } as const
    const join = async (): Promise<void> => {
      for (const order of ORDERS) {
        const options = { ...common, name: `exactly once by ${order}`, order, transactional: true } as const
        const once = await joinNamed(needs, options, async ({ position }, { client }) => {
          await client?.query(options.name, [position])
          mayFail()
        })
        once.ended.catch(fail)
      }
      const handled = async (event: DeliveredEvent): Promise<void> => {
        await world.turn(process)
        mayFail()
        const { stream, version, position } = event
        this.#handled.push({ stream, version, position })
        await world.turn(process)
      }
      const atLeast = await joinNamed(needs, { ...common, name: 'at least once by task', order: 'task' }, handled)
      atLeast.ended.catch(fail)
    }
    join().catch((error: unknown) => (isAway(error) ? this.#kill(process) : fail(error)))
  }

  /** Before each turn something may happen: somebody writes, a process dies or falls asleep, an operator replays. */
  #happen(): void {
    const { random, pick } = this.#world
    if (this.#appends < APPENDS && random() < 0.02) this.#write()
    if (this.#troubles < TROUBLES && random() < 0.004) {
      this.#troubles += 1
      const victim = pick(PROCESSES)
      const process = this.#processes.filter(({ alive }) => alive)[victim]
      if (process !== undefined && random() < 0.5) this.#kill(process)
      else if (process !== undefined) this.#pause(process)
    }
    if (random() < 0.002) {
      for (const order of ORDERS) this.#memory.replay(`exactly once by ${order}`)
      this.#memory.replay('at least once by task')
    }
  }

  /** There is always something that comes later. */
  #timePasses(): void {
    this.#world.clock.after(LEASE_MS / 4, () => this.#timePasses())
  }

  /** Now and then the store does not answer. */
  #isLost(): boolean {
    if (this.#troubles >= TROUBLES || this.#world.random() > 0.01) return false
    this.counts.lost += 1
    return true
  }

  #write(): void {
    this.#appends += 1
    const story = this.#stories[this.#world.pick(STORIES)]
    const reasons = Array.from({ length: 1 + this.#world.pick(3) }, (_, index) => `${index}`)
    this.counts.events += reasons.length
    // The log in memory lands an append in the turn in which it is asked.
    void story?.tell(...reasons)
  }

  #kill(process: Mortal): void {
    this.counts.deaths += 1
    process.die()
    this.#start()
  }

  #pause(process: Mortal): void {
    if (this.#asleep.has(process)) return
    this.counts.pauses += 1
    const sleep = new Promise<void>((resolve) => {
      this.#world.clock.after(LEASE_MS * (1 + this.#world.random()), () => {
        this.#asleep.delete(process)
        resolve()
      })
    })
    this.#asleep.set(process, sleep)
  }

  #standing() {
    return ['exactly once by position', 'exactly once by task', 'at least once by task'].map((name) => {
      const kept = this.#memory.kept(name)
      const lowest = Math.min(...(kept?.partitions.map(({ reached }) => reached) ?? [0]))
      return { name, lowest, faults: kept?.faults.size ?? 0 }
    })
  }

  #isDone(): boolean {
    const isWritten = this.#appends === APPENDS && this.#troubles === TROUBLES
    return isWritten && this.#standing().every(({ lowest, faults }) => lowest === this.counts.events && faults === 0)
  }
}
