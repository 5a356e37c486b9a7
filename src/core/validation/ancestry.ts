/**
 * Who stands above whom, for many questions at once. A set of ancestors for each step would be quadratic in the size of
 * a fragment; here the steps that are asked about are taken in blocks, each a few words of bits that flow down the graph.
 */

/** Dependencies first; members of one component stand above each other. */
export interface Order {
  readonly size: number
  readonly components: ReadonlyArray<ReadonlyArray<number>>
  readonly dependenciesOf: (id: number) => ReadonlyArray<number>
}

export interface Question {
  readonly step: number
  /** Is this one above the step? */
  readonly above: number
}

const WORDS = 16
const BLOCK = WORDS * 32

/** One answer for each question, in their order. */
export const areAbove = (order: Order, questions: ReadonlyArray<Question>): ReadonlyArray<boolean> => {
  const bitOf = new Map<number, number>()
  for (const { above } of questions) if (!bitOf.has(above)) bitOf.set(above, bitOf.size)
  const answers: boolean[] = questions.map(() => false)
  const byBlock = new Map<number, number[]>()
  for (const [index, { above }] of questions.entries()) {
    const block = Math.floor((bitOf.get(above) ?? 0) / BLOCK)
    const list = byBlock.get(block)
    if (list === undefined) byBlock.set(block, [index])
    else list.push(index)
  }
  for (const [block, indices] of byBlock) {
    const above = flow(order, (id) => {
      const bit = bitOf.get(id)
      return bit === undefined || Math.floor(bit / BLOCK) !== block ? undefined : bit % BLOCK
    })
    for (const index of indices) {
      const question = questions[index]
      if (question === undefined) continue
      const bit = (bitOf.get(question.above) ?? 0) % BLOCK
      answers[index] = (((above[question.step * WORDS + (bit >> 5)] ?? 0) >>> (bit & 31)) & 1) === 1
    }
  }
  return answers
}

const flow = ({ size, components, dependenciesOf }: Order, bitOf: (id: number) => number | undefined): Uint32Array => {
  const above = new Uint32Array(size * WORDS)
  const gathered = new Uint32Array(WORDS)
  for (const component of components) {
    gathered.fill(0)
    for (const id of component) {
      for (const dependency of dependenciesOf(id)) {
        const bit = bitOf(dependency)
        if (bit !== undefined) gathered[bit >> 5] = (gathered[bit >> 5] ?? 0) | (1 << (bit & 31))
        const from = dependency * WORDS
        for (let word = 0; word < WORDS; word++) {
          gathered[word] = (gathered[word] ?? 0) | (above[from + word] ?? 0)
        }
      }
    }
    for (const id of component) above.set(gathered, id * WORDS)
  }
  return above
}
