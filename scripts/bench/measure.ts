/** Arithmetic of measurements. */

export interface Spread {
  readonly p50: number
  readonly p99: number
}

export const spreadOf = (values: ReadonlyArray<number>): Spread | undefined => {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

/** The measurement of median speed, whole, rather than medians of its figures from different runs. */
export const medianBy = <A>(measured: ReadonlyArray<A>, speed: (one: A) => number): A => {
  const sorted = [...measured].sort((left, right) => speed(left) - speed(right))
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]
  if (middle === undefined) throw new Error('nothing was measured')
  return middle
}

/**
 * How long each step took to start, in milliseconds: from the call of the step before it (from the task's creation for
 * the first) to its own call. It holds the commit of the one and everything that leads to the other.
 */
export class StepLatencies {
  readonly #tasks = new Map<string, { last: number; fork: number }>()
  #values: number[] = []
  #calls = 0

  created(task: string, at: number): void {
    // The first step may have been called before its creator was answered.
    if (!this.#tasks.has(task)) this.#tasks.set(task, { last: at, fork: at })
  }

  called(task: string, isWide: boolean): void {
    const now = performance.now()
    this.#calls += 1
    const known = this.#tasks.get(task)
    if (known === undefined) {
      this.#tasks.set(task, { last: now, fork: now })
      return
    }
    this.#values.push(now - (isWide ? known.fork : known.last))
    known.last = now
    if (!isWide) known.fork = now
  }

  ended(task: string): void {
    this.#tasks.delete(task)
  }

  get calls(): number {
    return this.#calls
  }

  /** What was seen since the last time. */
  take(): ReadonlyArray<number> {
    const values = this.#values
    this.#values = []
    return values
  }
}
