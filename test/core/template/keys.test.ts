import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { templateSvg } from '../../../src/cli/drawing/template-svg.js'
import { limitsOf } from '../../../src/core/claim-limits.js'
import { frameOf } from '../../../src/core/graph/frame-of.js'
import { isJsonObject, type Json, type JsonObject } from '../../../src/core/json.js'
import { jsonSchemaOf } from '../../../src/core/json-schema.js'
import { findNode, nodeAt } from '../../../src/core/state.js'
import { parseTemplate } from '../../../src/core/template/parse.js'
import { writtenTemplate } from '../../../src/core/template/written.js'
import type { Template } from '../../../src/core/template.js'
import { packageRoot } from '../../../src/package-root.js'
import { graphShown } from '../../../src/planner/graph-shown.js'
import { given } from '../../support/given.js'
import { KEYS } from './keys.js'

const test = suite('keys of a template')

/** Everything that may stand in a template, by its path; below `initialization` and the like all is the author's own. */
const keysIn = (schema: Json | undefined, at: string): ReadonlyArray<string> => {
  if (!isJsonObject(schema ?? null)) return []
  const { properties = {}, items, additionalProperties, anyOf = [] } = Object(schema) as Record<string, Json>
  return [
    ...Object.entries(Object(properties)).flatMap(([key, of]) => [
      `${at}${key}`,
      ...keysIn(of as Json, `${at}${key}.`),
    ]),
    ...keysIn(items, `${at}*.`),
    ...keysIn(additionalProperties, `${at}*.`),
    ...(anyOf as ReadonlyArray<Json>).flatMap((one) => keysIn(one, at)),
  ]
}

/** A key with keys below it does what those do. */
const leaves = (): ReadonlySet<string> => {
  const all = keysIn(jsonSchemaOf(writtenTemplate), '')
  return new Set(all.filter((key) => key === 'steps.*.requires' || !all.some((other) => other.startsWith(`${key}.`))))
}

test('each of them is in the table, and nothing else is', () => {
  assert.equal(Object.keys(KEYS).sort(), [...leaves()].sort())
})

const PLAIN: JsonObject = {
  name: 'order',
  steps: [
    { name: 'change', handler: { callable: 'work' } },
    { name: 'first', handler: { callable: 'work' } },
  ],
}
const step = (more: JsonObject, ...others: ReadonlyArray<JsonObject>): JsonObject => ({
  name: 'order',
  steps: [{ name: 'change', handler: { callable: 'work' }, ...more }, ...others],
})
const UNDONE: JsonObject = { callable: 'undo' }
const BOUNDED: JsonObject = {
  bounds: { max_steps: 50, max_depth: 5, max_fan_out: 5, max_phases: 2, max_planner_calls: 5 },
  ...step(
    { name: 'plan', type: 'planning', handler: { callable: 'catalog:plan', initialization: { goal: 'g' } } },
    { name: 'end', type: 'deferred_convergence', dependencies: ['plan'], handler: { callable: 'work' } },
  ),
}
const worker = (name: string): JsonObject => ({
  name,
  type: 'batch_worker',
  dependencies: ['change'],
  handler: { callable: 'work' },
})
const below: JsonObject = { name: 'below', dependencies: ['change'], handler: { callable: 'work' } }
const first: JsonObject = { name: 'first', handler: { callable: 'work' } }

/** A template in which the key has something to say, by how the key begins. */
const AROUND: Readonly<Record<string, JsonObject>> = {
  'steps.*.bounds': BOUNDED,
  bounds: BOUNDED,
  'steps.*.type': step({}, below),
  'steps.*.step_type': step({}, below),
  'steps.*.requires': step({ type: 'deferred_convergence', dependencies: ['first'] }, first),
  'steps.*.tolerate_failures': step({ type: 'deferred_convergence', dependencies: ['first'] }, first),
  'steps.*.on_empty': step({ type: 'deferred_convergence', dependencies: ['first'] }, first),
  'steps.*.on_cancel': step({ on_cancel: UNDONE }),
  'steps.*.on_failure': step({ on_failure: UNDONE }),
  'steps.*.batch_config.worker_template': step({ type: 'batchable' }, worker('some_work')),
  'steps.*.batch_config': step({ type: 'batchable', batch_config: { worker_template: 'w' } }, worker('w')),
  'steps.*.limit_per': step({ limit_key: 'crm' }),
  'steps.*.publishes_events': step({ publishes_events: [{ name: 'order.paid' }] }),
  'domain_events.*.name': step({ publishes_events: ['order.kept'] }),
  domain_events: { ...step({ publishes_events: ['order.paid'] }), domain_events: [{ name: 'order.paid' }] },
  'lifecycle.staleness_action': { ...PLAIN, lifecycle: { max_steps_in_process_minutes: 1 } },
  'lifecycle.auto': { ...PLAIN, lifecycle: { max_duration_minutes: 1 } },
  'environments.*.steps.*.name': {
    ...PLAIN,
    environments: { test: { steps: [{ name: 'change', timeout_seconds: 1 }] } },
  },
  environments: { ...PLAIN, environments: { test: { steps: [{ name: 'change' }] } } },
}

const aroundOf = (key: string): JsonObject =>
  AROUND[
    Object.keys(AROUND)
      .filter((begin) => key.startsWith(begin))
      .sort((left, right) => right.length - left.length)[0] ?? ''
  ] ?? PLAIN

const placeOf = (key: string): ReadonlyArray<string> =>
  key.replace('environments.*', 'environments.test').replaceAll('*', '0').split('.')

const set = (value: Json | undefined, [key, ...rest]: ReadonlyArray<string>, to: Json): Json => {
  if (key === undefined) return to
  if (Array.isArray(value)) return value.map((item, index) => (index === Number(key) ? set(item, rest, to) : item))
  const object = isJsonObject(value ?? null) ? Object(value) : {}
  return { ...object, [key]: set(object[key], rest, to) }
}

const parse = (value: Json) => parseTemplate(value, undefined, { digest: 'sha256:0', environment: 'test' })

const accepted = (value: Json): Template => {
  const parsed = parse(value)
  if (E.isLeft(parsed)) throw new Error(`${JSON.stringify(value)} was refused: ${JSON.stringify(parsed.left)}`)
  return parsed.right
}

test('each of them changes what is recorded and run, or is refused with its place and the reason', () => {
  for (const [key, row] of Object.entries(KEYS)) {
    const around = key === 'domain_events.*.name' ? { ...aroundOf(key), domain_events: [{}] } : aroundOf(key)
    const place = placeOf(key)
    const written = set(around, place, 'refused' in row ? row.refused : row.value)
    if ('refused' in row) {
      const parsed = parse(written)
      const found = E.isLeft(parsed) ? parsed.left : []
      const [problem] = found.filter(({ path }) => path === place.join('.'))
      assert.is(problem?.code, 'not_supported', `${key}: ${JSON.stringify(found)}`)
      assert.match(problem?.message ?? '', /^not supported: .{20,}/, key)
      continue
    }
    // These are seen by what they are checked against, or by what they forbid elsewhere.
    if (key === 'system_dependencies.secondary' || key === 'domain_events.*.name') accepted(written)
    else if (key === 'steps.*.batch_config.worker_template') {
      const named = (name: string) => parse(set(step({ type: 'batchable' }, worker('other_work')), place, name))
      assert.ok(E.isRight(named('other_work')) && E.isLeft(named('some_work')), key)
    } else assert.not.equal(accepted(written), accepted(around), `${key} is accepted and ignored`)
  }
})

test('what each of them does is proven by a test that there is', async () => {
  for (const [key, row] of Object.entries(KEYS)) {
    if ('refused' in row) continue
    const [file, name] = row.proof
    const text = await readFile(join(packageRoot, 'test', file), 'utf8')
    assert.ok(text.includes(`'${name}'`) || text.includes(`"${name}"`), `${key}: ${file} has no test "${name}"`)
  }
})

test('what an author says of a template and its steps is shown to people and to planners', () => {
  const template = accepted({
    ...step(
      { description: 'Reads the "orders".' },
      { name: 'plan', type: 'planning', dependencies: ['change'], handler: { callable: 'catalog:plan' } },
      { name: 'end', type: 'deferred_convergence', dependencies: ['plan'], handler: { callable: 'work' } },
    ),
    bounds: { max_steps: 50, max_depth: 5, max_fan_out: 5, max_phases: 2, max_planner_calls: 5 },
    description: 'Sums up the day.',
  })
  const svg = templateSvg(template)
  assert.match(svg, '<title>change: standard. Reads the &quot;orders&quot;.</title>')
  assert.match(svg, '<desc>Sums up the day. change (standard)')
  const { state } = given(template)
  const planning = nodeAt(state, state.byName.get('plan') ?? 0)
  assert.match(JSON.stringify(graphShown(frameOf(state, planning))), '"description":"Reads the \\"orders\\"."')
})

test('the system that a step uses is limited by the operator, its own before the primary one', () => {
  const systems = { primary: 'ledger', secondary: ['mail'] }
  const steps = [
    { name: 'book', handler: { callable: 'work' } },
    { name: 'tell', system_dependency: 'mail', handler: { callable: 'work' } },
    { name: 'both', system_dependency: 'mail', limit_key: 'slow', handler: { callable: 'work' } },
  ]
  const { state } = given(accepted({ name: 'order', system_dependencies: systems, steps }))
  const limits = {
    queues: {},
    keys: { ledger: { concurrency: 1 }, mail: { concurrency: 2 }, slow: { concurrency: 3 } },
  }
  const of = (name: string) => {
    const node = findNode(state, name)
    return node === undefined ? [] : limitsOf(limits, state, node).map(({ limit }) => limit)
  }
  assert.equal([of('book'), of('tell'), of('both')], [['key/ledger'], ['key/mail'], ['key/slow', 'key/mail']])
  const misspelt = parse({
    name: 'order',
    system_dependencies: systems,
    steps: [{ name: 'tell', system_dependency: 'mial', handler: { callable: 'work' } }],
  })
  const [problem] = E.isLeft(misspelt) ? misspelt.left : []
  assert.equal([problem?.code, problem?.path], ['unknown_system', 'steps.0.system_dependency'])
  assert.match(problem?.message ?? '', 'did you mean "mail"?')
  assert.ok(E.isRight(parse({ name: 'order', steps })), 'a template that declares no systems may name any')
})

test.run()
