import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import {
  CONTEXT_GRAPH_BYTES,
  CONTEXT_OUTLINE_BYTES,
  CONTEXT_TOTAL_BYTES,
  CONTEXT_WHOLE_BYTES,
} from '../../src/core/limits.js'
import { type ContextPart, contextDigestOf, contextParts } from '../../src/planner/context.js'
import { promptOf } from '../../src/planner/prompt.js'
import { brief } from './briefs.js'

const rows = (count: number): Json =>
  Array.from({ length: count }, (_, index) => ({ country: `Country ${index}`, year: 1955 + index, pop: index * 1.5 }))

const part = (parts: ReadonlyArray<ContextPart>, name: string): ContextPart => {
  const found = parts.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no part ${name}`)
  return found
}

/** What stands between the tags, read by a JSON parser. */
const shownIn = (text: string): unknown => JSON.parse(text.split('\n').slice(1, -1).join('\n'))

test('a small result is shown as it is, a larger one by its structure, the largest by its digest', () => {
  const results = { small: rows(3), larger: rows(1_000), largest: rows(20_000) }
  const parts = contextParts({ input: { year: 2005 }, results })
  assert.equal(
    parts.map(({ name, form }) => [name, form]),
    [
      ['task.context', 'whole'],
      ['steps.larger.result', 'outline'],
      ['steps.largest.result', 'reference'],
      ['steps.small.result', 'whole'],
    ],
  )
  assert.ok(part(parts, 'steps.larger.result').bytes > CONTEXT_WHOLE_BYTES)
  assert.ok(part(parts, 'steps.largest.result').bytes > CONTEXT_OUTLINE_BYTES)
  assert.equal(shownIn(part(parts, 'steps.small.result').text), results.small)
  const larger = shownIn(part(parts, 'steps.larger.result').text)
  assert.equal(larger, [...(rows(3) as Json[]), '… 997 more, 1000 in all'])
  const { schema, sample } = shownIn(part(parts, 'steps.largest.result').text) as Record<string, Json>
  assert.equal(schema, {
    type: 'array',
    items: {
      type: 'object',
      properties: { country: { type: 'string' }, year: { type: 'integer' }, pop: { type: ['integer', 'number'] } },
    },
  })
  assert.equal((sample as Json[])[1], '… 19999 more, 20000 in all')
  assert.match(part(parts, 'steps.largest.result').text, /digest="sha256:[0-9a-f]{64}"/)
})

test('many results together stay within the limit of a prompt, and the order of keys does not matter', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `step_${index}`)
  const results = Object.fromEntries(names.map((name) => [name, rows(40)]))
  const backwards = Object.fromEntries(names.reverse().map((name) => [name, rows(40)]))
  const parts = contextParts({ input: null, results })
  const bytes = parts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  assert.ok(bytes <= CONTEXT_TOTAL_BYTES, `${bytes} bytes`)
  assert.ok(parts.some(({ form }) => form === 'omitted'))
  assert.is(part(parts, 'steps.step_1999.result').text, '')
  assert.equal(contextParts({ input: null, results: backwards }), parts)
})

test('a few results that are too much together are each shown in a smaller form', () => {
  const results = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`step_${index}`, rows(100)]))
  const parts = contextParts({ input: null, results })
  assert.ok(parts.every(({ form }) => form !== 'omitted'))
  assert.ok(parts.some(({ form }) => form === 'outline'))
})

test('deep, wide and long values are cut, and no surrogate pair is halved', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`)
  const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`key_${index}`, index]))
  const long = `${'a'.repeat(199)}${'😀'.repeat(9_000)}`
  const parts = contextParts({ input: null, results: { deep, wide, long } })
  assert.match(part(parts, 'steps.deep.result').text, /… an object of 1 keys/)
  assert.match(part(parts, 'steps.wide.result').text, /1960 more keys, 2000 in all/)
  assert.is(shownIn(part(parts, 'steps.long.result').text), `${'a'.repeat(199)}… (18199 characters in all)`)
})

test('the digest names the data exactly, whatever form they are shown in', () => {
  const before = { input: null, results: { load: rows(20_000) } }
  const changed = { input: null, results: { load: [...(rows(19_999) as Json[]), { country: 'Other' }] } }
  assert.is(
    contextDigestOf({ context: before }),
    contextDigestOf({ context: { input: null, results: { load: rows(20_000) } } }),
  )
  assert.is.not(contextDigestOf({ context: before }), contextDigestOf({ context: changed }))
})

test('what failed before is data like the results: named by the digest, and shown small', () => {
  const failures = Array.from({ length: 20_000 }, (_, index) => ({
    step: `plan/fetch[${index}]`,
    error: 'x'.repeat(100),
  }))
  const { user } = promptOf(brief({ failures }))
  assert.ok(Buffer.byteLength(user) < CONTEXT_WHOLE_BYTES * 2, `${Buffer.byteLength(user)} bytes`)
  assert.match(user, /<failed_before>\n\{"schema":/)
  assert.match(promptOf(brief({ failures: ['it broke'] })).user, /<failed_before>\n\["it broke"\]/)
  const context = { input: null, results: {} }
  assert.is.not(contextDigestOf({ context, failures: ['it broke'] }), contextDigestOf({ context }))
})

test('of a graph that is too large only what a fragment may touch is shown, the nearest first', () => {
  const steps = (count: number, place: string) =>
    Array.from({ length: count }, (_, index) => ({
      ...({ name: `${place}_${index}`, type: 'standard', handler: 'catalog:transform', started: true } as const),
      dependencies: index === 0 || place === 'aside' ? [] : [`${place}_${index - 1}`],
    }))
  const shownFor = (before: number, aside: number) => {
    const plan = {
      name: 'plan',
      type: 'planning',
      handler: 'catalog:plan',
      dependencies: [`load_${before - 1}`],
      started: true,
    } as const
    const gather = {
      name: 'gather',
      type: 'deferred_convergence',
      handler: 'x',
      dependencies: ['plan'],
      started: false,
    } as const
    const frame = { planningStep: 'plan', steps: [...steps(before, 'load'), ...steps(aside, 'aside'), plan, gather] }
    const { user } = promptOf(brief({ frame }))
    const graph = JSON.parse(/<graph>\n(.*)\n<\/graph>/.exec(user)?.[1] ?? '')
    const names: ReadonlyArray<string> = graph.steps.map(({ name }: { readonly name: string }) => name)
    return { names, missing: graph.steps_not_shown, bytes: Buffer.byteLength(JSON.stringify(graph)) }
  }
  assert.is(shownFor(3, 3).missing, undefined)
  const withoutBeside = shownFor(100, 3_000)
  assert.equal([withoutBeside.names.length, withoutBeside.missing], [102, 3_000])
  const tooMany = shownFor(3_000, 0)
  assert.ok(tooMany.bytes < CONTEXT_GRAPH_BYTES * 1.1, `${tooMany.bytes} bytes`)
  assert.equal(tooMany.names.slice(-3), ['load_2999', 'plan', 'gather'])
  assert.is(tooMany.names.length + tooMany.missing, 3_002)
})

test.run()
