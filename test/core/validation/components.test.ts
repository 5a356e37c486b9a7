import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { componentsOf } from '../../../src/core/validation/components.js'

const test = suite('the components of a graph')

const WIDE = 1_000
/** 0 → 1 … 1,000 → 1,001. */
const fan = (id: number): ReadonlyArray<number> => {
  if (id === 0) return []
  return id <= WIDE ? [0] : Array.from({ length: WIDE }, (_, index) => index + 1)
}

test('come with their dependencies first, and what depends on itself is one', () => {
  const graph = [[2], [0], [1], [1], []]
  assert.equal(
    componentsOf(graph.length, (id) => graph[id] ?? []).map((members) => [...members].sort()),
    [[0, 1, 2], [3], [4]],
  )
})

test('each step is asked for its dependencies once, however many it has', () => {
  let asked = 0
  const components = componentsOf(WIDE + 2, (id) => {
    asked += 1
    return fan(id)
  })
  assert.equal([components.length, asked], [WIDE + 2, WIDE + 2])
  assert.equal([components[0], components.at(-1)], [[0], [WIDE + 1]])
})

test.run()
