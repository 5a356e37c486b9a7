import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fragment, fragmentStep } from '../../src/core/fragment.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import { ANSWER_SCHEMA, textFaultsOf, unfolded } from '../../src/planner/answer-form.js'
import { strictSchema } from '../../src/planner/openai-schema.js'
import { schemaProblem } from '../support/messages-rules.js'

const at = (schema: Json | undefined, ...path: ReadonlyArray<string>): JsonObject =>
  path.reduce<unknown>((value, key) => Reflect.get(value as object, key), schema) as JsonObject

test('the schema of an answer is within what the Messages API accepts', () => {
  assert.is(schemaProblem(ANSWER_SCHEMA), undefined)
})

test('an answer has the keys of a fragment, no more and no fewer', () => {
  const keys = (codec: { required: object; optional: object }) =>
    [...Object.keys(codec.required), ...Object.keys(codec.optional)].sort()
  assert.equal(Object.keys(at(ANSWER_SCHEMA, 'properties')).sort(), keys(fragment))
  const step = at(ANSWER_SCHEMA, 'properties', 'steps', 'items', 'properties')
  assert.equal(Object.keys(step).sort(), keys(fragmentStep))
})

test('JSON text becomes the object that it says', () => {
  const answer = {
    steps: [
      { name: 'a', config: '{"url": "https://example.org", "deep": {"list": [1]}}', inputs: ' {}', requires: 'all' },
      { name: 'b', config: { already: true }, requires: '{"quorum": 2}', retry: '{"max_attempts": 2}' },
    ],
    resource_bounds: '{"max_steps": 3}',
  }
  assert.equal(unfolded(answer), {
    steps: [
      { name: 'a', config: { url: 'https://example.org', deep: { list: [1] } }, inputs: {}, requires: 'all' },
      { name: 'b', config: { already: true }, requires: { quorum: 2 }, retry: { max_attempts: 2 } },
    ],
    resource_bounds: { max_steps: 3 },
  })
})

test('a key that was left out by null is left out, and no other null is', () => {
  const step = {
    name: 'a',
    config: '{"body": null}',
    timeout_seconds: null,
    on_empty: null,
    retry: null,
    handler: null,
  }
  assert.equal(unfolded({ steps: [step], convergence: null, resource_bounds: null, planning_context: null }), {
    steps: [{ name: 'a', config: { body: null }, handler: null }],
    planning_context: null,
  })
})

test('what the strict form lets be null is what may be left out', () => {
  const everyKey = (schema: JsonObject): JsonObject =>
    Object.fromEntries(Object.keys(at(schema, 'properties')).map((key) => [key, null]))
  const whole = strictSchema(ANSWER_SCHEMA)
  const answer = { ...everyKey(whole), steps: [everyKey(at(whole, 'properties', 'steps', 'items'))] }
  const { steps, ...rest } = unfolded(answer)
  const required = (schema: JsonObject) => (schema.required as ReadonlyArray<string>).filter((key) => key !== 'steps')
  assert.equal(Object.keys(rest), required(ANSWER_SCHEMA))
  const [step] = steps as ReadonlyArray<JsonObject>
  assert.equal(
    Object.keys(step ?? {}),
    required(at(ANSWER_SCHEMA, 'properties', 'steps', 'items')).sort(byOrderIn(step)),
  )
})

const byOrderIn = (object: JsonObject | undefined) => (left: string, right: string) =>
  Object.keys(object ?? {}).indexOf(left) - Object.keys(object ?? {}).indexOf(right)

test('what is no JSON text of an object is left for validation to name', () => {
  const deep = `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`
  for (const config of ['{"url": ', '{"a": 1, "a": 2}', '[1]', 'null', '', deep]) {
    const answer = { steps: [{ name: 'a', config }, 'no step'], convergence: '{"a": 1}' }
    assert.equal(unfolded(answer), answer)
  }
  assert.equal(unfolded({ steps: 'none' }), { steps: 'none' })
})

test('a text that could not be read is told with its place and its fault', () => {
  const steps = [{ config: '{}' }, { config: '{"a": 1, "a": 2}', requires: 'all', inputs: '{"b": ' }]
  const faults = textFaultsOf(JSON.stringify({ steps, resource_bounds: '{]' }))
  assert.is(faults.length, 3)
  assert.match(faults[0] ?? '', /^In the JSON text of resource_bounds /)
  assert.match(faults[1] ?? '', /^In the JSON text of steps\.1\.config the key "a" stands twice/)
  assert.match(faults[2] ?? '', /^In the JSON text of steps\.1\.inputs the answer is no JSON/)
  assert.equal(textFaultsOf('no JSON'), [])
})

test.run()
