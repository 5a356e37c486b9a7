/**
 * First come, first served, at a constant cost: who leaves is passed over, and their places are given up as soon as they
 * are half of all. A line that is never empty therefore holds what waits, and not all that ever waited.
 */
const KEPT_PLACES = 64

export class Line<A> {
  #places: Array<A | undefined> = []
  #head = 0

  get isEmpty(): boolean {
    return this.#head === this.#places.length
  }

  get first(): A | undefined {
    return this.#places[this.#head]
  }

  /** Places in memory, those of who has left included. */
  get places(): number {
    return this.#places.length
  }

  join(one: A): void {
    this.#places.push(one)
  }

  leave(): A | undefined {
    if (this.isEmpty) return undefined
    const first = this.#places[this.#head]
    this.#places[this.#head] = undefined
    this.#head += 1
    if (this.#head > KEPT_PLACES && this.#head * 2 > this.#places.length) {
      this.#places = this.#places.slice(this.#head)
      this.#head = 0
    }
    return first
  }
}
