/** A log of which more and more can be seen, and in which one process at a time leads under a name. */
import type { Clock } from '../../src/ports/clock.js'
import type { Leadership, Log } from '../../src/ports/log.js'
import type { Mortal, World } from './world.js'

export class GrowingLog {
  end = 0
  readonly #leaders = new Map<string, Mortal>()

  constructor(
    private readonly clock: Clock,
    private readonly length: number,
  ) {}

  grow(by: number): void {
    this.end = Math.min(this.length, this.end + by)
  }

  /** As a process sees it; what it leads is given back when it dies. */
  as(process: Mortal, world: World): Pick<Log, 'lead' | 'position' | 'waitFor'> {
    return {
      position: async () => {
        await world.turn(process)
        return this.end
      },
      lead: async (name) => {
        await world.turn(process)
        const leadership = this.#lead(process, name)
        await world.turn(process)
        return leadership
      },
      waitFor: (after, timeoutMs, signal) =>
        new Promise((resolve) => {
          const untilMs = this.clock.now() + timeoutMs
          const look = (): void => {
            if (this.end > after || this.clock.now() >= untilMs || signal?.aborted === true) resolve(this.end > after)
            else world.clockOf(process).after(20, look)
          }
          look()
        }),
    }
  }

  #lead(process: Mortal, name: string): Leadership | undefined {
    if (this.#leaders.has(name) || !process.alive) return undefined
    this.#leaders.set(name, process)
    const resign = async (): Promise<void> => {
      if (this.#leaders.get(name) === process) this.#leaders.delete(name)
    }
    void process.death.then(resign)
    return { lost: new AbortController().signal, resign }
  }
}
