import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { emptyState, type TaskState } from '../../src/core/state.js'
import { reviveState, serializeState } from '../../src/engine/snapshot.js'

const test = suite('a folded state as text')

const revived = (change: Partial<TaskState>): TaskState => reviveState(serializeState({ ...emptyState(), ...change }))

test('comes back with its maps, sets and numbers without end', () => {
  const byName = new Map([['charge', 0]])
  const { byName: known, enqueued, nodes } = revived({ byName, enqueued: new Set([3, 4]), nodes: [] })
  assert.equal([...known], [['charge', 0]])
  assert.equal([...enqueued], [3, 4])
  assert.equal(nodes, [])
  assert.is(revived({ priority: Number.POSITIVE_INFINITY }).priority, Number.POSITIVE_INFINITY)
})

test('carries a user’s values as they are, whatever they look like', () => {
  for (const text of [
    '{"$map":[["a",1]]}',
    '{"deep":[{"$set":[1,2]},{"$infinity":true}]}',
    '{"__proto__":{"$map":[]},"a":1}',
    '{"__proto__":{"deep":{"$json":"1"}}}',
    '[[{"$json":"not JSON"}],null,"$map"]',
  ]) {
    const { input } = revived({ input: { value: JSON.parse(text) } })
    assert.is(JSON.stringify(input), `{"value":${text}}`)
  }
})

test.run()
