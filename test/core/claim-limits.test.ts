import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { limitsOf, partitionsOf } from '../../src/core/claim-limits.js'
import type { Json } from '../../src/core/json.js'
import { nodeAt } from '../../src/core/state.js'
import { parseTemplate } from '../../src/core/template/parse.js'
import { given } from '../support/given.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('limits of a claim')

const template = templateWith({
  plain: [],
  keyed: { limitKey: 'bank' },
  shared: { limitKey: 'bank', limitPer: 'customer.id' },
  catalog: { handler: 'catalog:wait', limitKey: 'unknown' },
})

const names = (input: Json, queues: ReadonlyArray<string>, keys: ReadonlyArray<string>) => {
  const partitions = partitionsOf(template.steps, input)
  const { state } = given(template, 0.5, { partitions })
  const all = (of: ReadonlyArray<string>) => Object.fromEntries(of.map((name) => [name, { concurrency: 1 }]))
  const limits = { queues: all(queues), keys: all(keys) }
  return state.nodes.map((_, id) => limitsOf(limits, state, nodeAt(state, id)).map(({ limit }) => limit))
}

test('a step is limited by its queue and by its key, where the operator says so', () => {
  assert.equal(names({}, [], []), [[], [], [], []])
  assert.equal(names({ customer: { id: 42 } }, ['default'], ['bank']), [
    ['queue/default'],
    ['queue/default', 'key/bank'],
    ['queue/default', 'key/bank/42'],
    [],
  ])
  assert.equal(names({}, ['catalog'], []), [[], [], [], ['queue/catalog']])
})

test('a key counts by the text of its value; what is not there counts as one', () => {
  const of = (id: Json) => names({ customer: { id } }, [], ['bank'])[2]
  assert.equal(of('ada'), ['key/bank/ada'])
  assert.equal(of({ a: [1] }), ['key/bank/{"a":[1]}'])
  assert.equal(of(null), ['key/bank/'])
  assert.equal(of('😀'.repeat(300)), [`key/bank/${'😀'.repeat(200)}`])
})

test('a template names limits by plain names, and counts by plain paths', () => {
  const problems = (step: Record<string, Json>): ReadonlyArray<string> => {
    const value = { name: 't', steps: [{ name: 'a', handler: { callable: 'x' }, ...step }] }
    const parsed = parseTemplate(value, undefined, { digest: '' })
    return E.isLeft(parsed) ? parsed.left.map(({ code, path }) => `${code} ${path}`) : []
  }
  assert.equal(problems({ limit_key: 'bank', limit_per: 'customer.id' }), [])
  assert.equal(problems({ limit_key: 'Bank/1' }), ['schema steps.0.limit_key'])
  assert.equal(problems({ limit_per: 'customer.id' }), ['misplaced_key steps.0.limit_per'])
  assert.equal(problems({ limit_key: 'bank', limit_per: 'customers[].id' }), ['schema steps.0.limit_per'])
})

test.run()
