import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json, JsonObject } from '../../../src/core/json.js'
import type { MaterializablePlan } from '../../../src/core/validation/validate-fragment.js'
import { BOUNDS, FRAME, fragmentOf, judge, request, step } from './proposals.js'

const name = fc.constantFrom(
  'a',
  'b',
  'c',
  'd',
  'e',
  'load',
  'check',
  'plan',
  'merge',
  'item',
  'A',
  '__proto__',
  'plan/a',
)
const texts = fc.constantFrom(
  '${steps.a.result}',
  '${steps.b.result.x} and ${steps.check.result.count}',
  '${item}',
  '${secrets.API_KEY}',
  '${foo',
  'plain',
  'https://api.example.com/${task.context.x}',
  'https://evil.example/',
)
const fanOut = (handler: string, value: string): JsonObject => ({
  items: [1, 2],
  handler,
  handler_config: { url: value, table: value },
})

const config: fc.Arbitrary<JsonObject> = fc.oneof(
  texts.map((value) => ({ table: value })),
  texts.map((value) => ({ url: value, body: { deep: [value] } })),
  fc.tuple(fc.constantFrom('persist', 'fan_out', 'ghost'), texts).map(([handler, value]) => fanOut(handler, value)),
  fc.array(name).map((create) => ({ rules: [{ when: '@', create }] })),
  fc.constant({}),
)

const proposedStep: fc.Arbitrary<Json> = fc.record(
  {
    name,
    handler: fc.constantFrom(
      'persist',
      'http_request',
      'transform',
      'decide',
      'plan',
      'fan_out',
      'ghost',
      'Orders::Ship',
    ),
    config,
    inputs: texts.map((value) => ({ data: value })),
    dependencies: fc.array(name, { maxLength: 3 }),
    step_type: fc.constantFrom('standard', 'decision', 'gate', 'batchable', 'batch_worker', 'loop'),
    bounds: fc.constant({ max_steps: 3 }),
  },
  { requiredKeys: ['name', 'handler', 'config'] },
)

const proposal: fc.Arbitrary<Json> = fc
  .tuple(fc.array(proposedStep, { maxLength: 6 }), fc.constantFrom('merge', 'finale', 'ghost'))
  .map(([steps, convergence]) => fragmentOf(steps, { convergence }))

/** Fragments of which most are sound, so that what is accepted is tried too. */
const soundProposal: fc.Arbitrary<JsonObject> = fc
  .array(
    fc.tuple(
      fc.array(fc.nat(30), { maxLength: 4 }),
      fc.constantFrom('persist', 'plan', 'request', 'request', 'persist'),
    ),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((shapes) =>
    fragmentOf(
      shapes.map(([above, handler], index) => {
        const dependencies = [...new Set(above.filter((other) => other < index).map((other) => `s${other}`))]
        if (handler === 'request') return request(`s${index}`, {}, { dependencies })
        return handler === 'plan'
          ? { name: `s${index}`, handler, config: { goal: 'more' }, dependencies }
          : step(`s${index}`, { dependencies })
      }),
    ),
  )

test('whatever is proposed, validation neither throws nor answers with both a plan and findings', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        proposal,
        fc.array(fc.jsonValue()).map((steps) => fragmentOf(steps as Json[])),
      ),
      (fragment) => {
        const { findings, plan } = judge(fragment as Json)
        assert.is(plan === undefined, findings.length > 0)
        for (const { code, message } of findings) assert.ok(code.length > 0 && message.length > 0)
      },
    ),
    { numRuns: 1_000 },
  )
})

const isSound = (plan: MaterializablePlan): void => {
  const known = new Set(FRAME.steps.map(({ name: full }) => full))
  for (const definition of [...plan.steps, ...plan.withheld]) {
    assert.ok(definition.name.startsWith('plan/'))
    assert.not(known.has(definition.name), `${definition.name} is unique`)
    for (const dependency of definition.dependencies)
      assert.ok(known.has(dependency), `${dependency} comes before ${definition.name}`)
    known.add(definition.name)
  }
  const created = new Set(plan.steps.map(({ name: full }) => full))
  for (const { dependencies } of plan.steps) {
    for (const dependency of dependencies) assert.ok(created.has(dependency) || !dependency.startsWith('plan/'))
  }
  for (const terminal of plan.terminals) {
    assert.ok([...plan.steps, ...plan.withheld].every(({ dependencies }) => !dependencies.includes(terminal)))
  }
  assert.ok(plan.takes.steps <= (BOUNDS.max_steps ?? 0) && plan.takes.phases <= (BOUNDS.max_phases ?? 0))
}

test('an accepted plan is acyclic, inside its bounds, and names every step once and in full', () => {
  let accepted = 0
  fc.assert(
    fc.property(fc.oneof(soundProposal, proposal), (fragment) => {
      const { plan } = judge(fragment)
      if (plan === undefined) return
      accepted++
      isSound(plan)
    }),
    { numRuns: 1_000 },
  )
  assert.ok(accepted > 100, `${accepted} were accepted`)
})

test('depth and fan-out of what is accepted are inside the bounds', () => {
  const bounds = { ...BOUNDS, max_depth: 3, max_fan_out: 3 }
  fc.assert(
    fc.property(soundProposal, (fragment) => {
      const { plan } = judge(fragment, { bounds })
      if (plan === undefined) return
      const depths = new Map<string, number>()
      const followers = new Map<string, number>()
      for (const { name: full, dependencies } of [...plan.steps, ...plan.withheld]) {
        depths.set(full, 1 + Math.max(0, ...dependencies.map((other) => depths.get(other) ?? 0)))
        for (const other of dependencies) followers.set(other, (followers.get(other) ?? 0) + 1)
      }
      assert.ok(Math.max(...depths.values()) <= 3)
      assert.ok(Math.max(0, ...followers.values()) <= 3)
    }),
  )
})

test('the same steps in another order have the same findings, each at its own place', () => {
  const unplaced = (fragment: JsonObject) => {
    const steps: Json = fragment.steps ?? []
    const names = Array.isArray(steps) ? steps.map((one: Json) => JSON.stringify(one)) : []
    return judge(fragment)
      .findings.map(
        ({ code, path }) => `${code} ${path.replace(/^steps\.(\d+)/, (_, index) => names[Number(index)] ?? '')}`,
      )
      .sort()
  }
  const distinct = fc.uniqueArray(proposedStep, { maxLength: 6, selector: (one) => (one as JsonObject).name })
  fc.assert(
    fc.property(distinct, fc.infiniteStream(fc.nat()), (steps, chance) => {
      const shuffled = steps
        .map((one) => ({ one, at: chance.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one)
      // A cycle is told at whichever of its steps comes first.
      const placeless = (found: ReadonlyArray<string>) =>
        found.map((one) => (one.startsWith('cycle') ? 'cycle' : one)).sort()
      assert.equal(placeless(unplaced(fragmentOf(shuffled))), placeless(unplaced(fragmentOf(steps))))
    }),
    { numRuns: 1_000 },
  )
})

test('thousands of steps are judged in a time that grows with their number', () => {
  const sized = (count: number, dependenciesOf: (index: number) => ReadonlyArray<string>) =>
    fragmentOf(
      Array.from({ length: count }, (_, index) =>
        request(
          `s${index}`,
          { body: { from: index === 0 ? 'x' : `\${steps.s${Math.floor(index / 3)}.result.body}` } },
          { dependencies: dependenciesOf(index) },
        ),
      ),
    )
  const chain = (index: number) => (index === 0 ? [] : [`s${index - 1}`])
  const millis = (fragment: Json): number => {
    const before = performance.now()
    judge(fragment, { bounds: { allowed_hosts: BOUNDS.allowed_hosts ?? [] } })
    return performance.now() - before
  }
  millis(sized(1_000, chain))
  assert.ok(millis(sized(1_000, chain)) < 10_000)
  assert.ok(millis(sized(4_000, chain)) < 20_000)
  assert.ok(millis(sized(4_000, () => ['check'])) < 20_000)
})

test.run()
