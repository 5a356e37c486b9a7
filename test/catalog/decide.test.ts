import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { handlerOf, problemsOf, run, satisfied, withCatalog } from './run-handler.js'

const rules = [
  { name: 'small', when: 'amount < `1000`', create: ['approve'] },
  { when: 'amount >= `5000`', create: ['first_review', 'second_review'] },
  { name: 'never reached', when: 'amount >= `5000`', create: [] },
]

test(
  'the first rule that holds names the steps, and is recorded',
  withCatalog(async (catalog) => {
    const decide = handlerOf(catalog, 'decide')
    const create = ['first_review', 'second_review']
    assert.equal(await run(decide, { config: { rules, input: { amount: 9000 } } }), {
      kind: 'decided',
      create,
      result: { value: { rule: null, index: 1, create } },
    })
    assert.equal(await run(decide, { config: { rules }, inputs: { input: { amount: 1 } } }), {
      kind: 'decided',
      create: ['approve'],
      result: { value: { rule: 'small', index: 0, create: ['approve'] } },
    })
  }),
)

test(
  'where no rule holds the default is created, or nothing',
  withCatalog(async (catalog) => {
    const decide = handlerOf(catalog, 'decide')
    const context = { dependencies: { load: satisfied(null) } }
    const createdBy = async (config: { default?: string[] }) =>
      ((await run(decide, { config: { rules, ...config }, context })) as { create: unknown }).create
    assert.equal(await createdBy({ default: ['manual'] }), ['manual'])
    assert.equal(await createdBy({}), [])
  }),
)

test(
  'an empty list, object or text does not hold, and zero does',
  withCatalog(async (catalog) => {
    const decide = handlerOf(catalog, 'decide')
    for (const [input, created] of [
      [[], 'no'],
      [{}, 'no'],
      ['', 'no'],
      [false, 'no'],
      [0, 'yes'],
      [[0], 'yes'],
      ['a', 'yes'],
    ] as const) {
      const config = { input, rules: [{ when: '@', create: ['yes'] }], default: ['no'] }
      assert.equal(((await run(decide, { config })) as { create: unknown }).create, [created], JSON.stringify(input))
    }
  }),
)

test(
  'the names stand where validation looks for them',
  withCatalog(async (catalog) => {
    const decide = handlerOf(catalog, 'decide')
    assert.equal(decide.capability.fields.stepNames, ['rules.*.create.*', 'default.*'])
    assert.match(problemsOf(decide, { rules: [] })[0] ?? '', /^rules: must be an array of 1 to/)
    assert.match(problemsOf(decide, { rules: [{ when: 'a' }] })[0] ?? '', /^rules\.0\.create: is missing/)
  }),
)

test.run()
