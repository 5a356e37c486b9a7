/** Chance from a seed: the seed is the bug report. */
export interface Dice {
  /** True so often. */
  chance(probability: number): boolean
  /** From 0 to one less than `count`. */
  upTo(count: number): number
  one<A>(options: readonly [A, ...A[]]): A
}

export const diceOf = (seed: number): Dice => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const upTo = (count: number): number => Math.floor(next() * count)
  return {
    chance: (probability) => next() < probability,
    upTo,
    one: (options) => options[upTo(options.length)] ?? options[0],
  }
}
