import { fail } from 'node:assert'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createExpressions } from '../../../catalog/expressions/evaluator.js'
import type { Json } from '../../../src/core/json.js'
import type { ExpressionFault, Expressions } from '../../../src/ports/expressions.js'

const test = suite<{ expressions: Expressions }>('expressions')

test.before.each((context) => {
  context.expressions = createExpressions()
})
test.after.each(({ expressions }) => expressions.close())

const right = <A>(either: E.Either<ExpressionFault, A>): A =>
  E.isRight(either) ? either.right : fail(JSON.stringify(either.left))

const code = (either: E.Either<ExpressionFault, unknown>): string =>
  E.isLeft(either) ? either.left.code : fail('no fault was found')

test('an expression finds what it names', async ({ expressions }) => {
  const data = {
    rows: [
      { name: 'a', n: 1 },
      { name: 'b', n: 2 },
    ],
  }
  assert.equal(right(await expressions.evaluate('rows[?n > `1`].name', data)), ['b'])
  assert.equal(right(await expressions.evaluate('rows[0].name', data)), 'a')
  assert.is(right(await expressions.evaluate('rows[9].name', data)), null)
})

test('expressions and values cross together, a row a value', async ({ expressions }) => {
  const rows = right(await expressions.evaluateAll(['length(a)', 'a[0]'], [{ a: [1, 2] }, { a: [] }]))
  assert.equal(rows, [
    [2, 1],
    [0, null],
  ])
})

test('a field is only ever an own key', async ({ expressions }) => {
  for (const expression of [
    'a.constructor',
    'a.constructor.name',
    '__proto__',
    '{x: @}.toString',
    '[a.hasOwnProperty][0]',
  ]) {
    assert.is(right(await expressions.evaluate(`${expression} || \`null\``, { a: {} })), null, expression)
  }
  assert.is(right(await expressions.evaluate('let $x = a in $x.constructor || `null`', { a: {} })), null)
  assert.is(right(await expressions.evaluate('not_null(constructor)', { constructor: 'McLaren' })), 'McLaren')
})

test('a simple path needs no process, and an evaluator without any is closed at once', async () => {
  const never = createExpressions({ processes: 0 })
  assert.is(right(await never.evaluate('a."b c"[-1]', { a: { 'b c': [1, 2] } })), 2)
  await never.close()
})

test('an expression that cannot be parsed, or that fails, is a fault and not a breakage', async ({ expressions }) => {
  assert.is(code(await expressions.evaluate('a[', {})), 'expression_invalid')
  assert.is(code(await expressions.evaluate('', {})), 'expression_invalid')
  assert.is(code(await expressions.evaluate('sum(a)', { a: ['x'] })), 'expression_invalid')
  assert.is(right(await expressions.evaluate('sum(a)', { a: [1] })), 1)
})

test('arithmetic is refused where it would run, not only where it is validated', async ({ expressions }) => {
  assert.is(code(await expressions.evaluate('a.b-c', {})), 'expression_invalid')
})

test('doublings that are small in memory and endless on paper are refused', async ({ expressions }) => {
  const doubling = ['a', ...Array.from({ length: 17 }, () => '[@, @]')].join(' | ')
  const data = { a: 'x'.repeat(300) }
  assert.ok(doubling.length < 200)
  assert.is(code(await expressions.evaluate(doubling, data)), 'expression_output_too_large')
})

test('a text that grows without end ends its evaluator and nothing else', async () => {
  const expressions = createExpressions({ memoryMb: 32, processes: 1 })
  const joining = ['a', ...Array.from({ length: 12 }, () => "join('', [@, @, @])"), 'length(@)'].join(' | ')
  assert.is(code(await expressions.evaluate(joining, { a: 'x'.repeat(1000) })), 'expression_out_of_memory')
  assert.is(right(await expressions.evaluate('length(a)', { a: 'x' })), 1)
  await expressions.close()
})

test('lists that grow without end run out of memory', async () => {
  const expressions = createExpressions({ memoryMb: 32, processes: 1, timeoutMs: 20_000 })
  const growing = ['a', ...Array.from({ length: 12 }, () => '[@, @, @, @, @, @, @, @][]')].join(' | ')
  assert.is(code(await expressions.evaluate(growing, { a: [1, 2, 3] })), 'expression_out_of_memory')
  assert.is(right(await expressions.evaluate('length(a)', { a: 'x' })), 1)
  await expressions.close()
})

test('an evaluation out of time is ended, and the next one runs in a new process', async () => {
  const expressions = createExpressions({ timeoutMs: 100, processes: 1 })
  const data = { a: Array.from({ length: 3000 }, (_, index) => index) }
  const quadratic = 'a[*].[length($.a[?contains($.a, @)])] | length(@)'
  const [first, second] = await Promise.all([
    expressions.evaluate(quadratic, data),
    expressions.evaluate('length(a)', { a: [1] }),
  ])
  assert.is(code(first), 'expression_timeout')
  assert.is(right(second), 1)
  await expressions.close()
})

test('the event loop goes on while an expression is evaluated', async () => {
  const expressions = createExpressions({ timeoutMs: 300, processes: 1 })
  const data = { a: Array.from({ length: 3000 }, (_, index) => index) }
  let turns = 0
  const turning = setInterval(() => turns++, 5)
  await expressions.evaluate('a[*].[length($.a[?contains($.a, @)])] | length(@)', data)
  clearInterval(turning)
  assert.ok(turns > 10, `${turns} turns`)
  await expressions.close()
})

test('many evaluations share two processes', async ({ expressions }) => {
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      expressions.evaluate(
        'length(@)',
        Array.from({ length: index }, () => 0),
      ),
    ),
  )
  assert.equal(
    results.map(right),
    Array.from({ length: 50 }, (_, index) => index),
  )
})

test('an idle evaluator keeps no process alive, and ends with it', async () => {
  const evaluator = new URL('../../../catalog/expressions/evaluator.js', import.meta.url).href
  const script = `import { createExpressions } from '${evaluator}'
    console.log(JSON.stringify(await createExpressions().evaluate('length(@)', [1, 2])))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    timeout: 20_000,
  })
  assert.is(stdout.trim(), '{"_tag":"Right","right":2}')
})

test('an evaluator that is closed takes no more, and says so', async () => {
  const expressions = createExpressions()
  await expressions.close()
  const refused = await expressions.evaluate('length(@)', []).catch((error: Error) => error.message)
  assert.is(refused, 'the evaluator is closed')
})

const schema: { readonly [key: string]: Json } = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: '^(a+)+$' },
    age: { type: 'integer', minimum: 0 },
    tags: { type: 'array', items: { type: 'string' } },
  },
  patternProperties: { '^x_': { type: 'number' } },
  additionalProperties: false,
}

test('a schema tells for each value what is wrong with it, and where', async ({ expressions }) => {
  const faults = right(
    await expressions.validateEach(schema, [
      { name: 'aaa', x_1: 1 },
      { name: 'aaa', age: -1, tags: ['a', 1] },
      { nmae: 'aaa' },
      { name: 'aaa', x_1: 'one' },
    ]),
  )
  assert.equal(faults[0], [])
  assert.equal(
    faults[1]?.map(({ path }) => path),
    ['age', 'tags.1'],
  )
  assert.equal(faults[2]?.map(({ path }) => path).sort(), ['', 'nmae'])
  assert.equal(
    faults[3]?.map(({ path }) => path),
    ['x_1'],
  )
})

test('a pattern that would block the usual engine is judged in linear time', async ({ expressions }) => {
  const started = Date.now()
  const faults = right(await expressions.validateEach(schema, [{ name: `${'a'.repeat(50_000)}!` }]))
  assert.equal(
    faults[0]?.map(({ path }) => path),
    ['name'],
  )
  assert.ok(Date.now() - started < 2_000)
})

test('a schema that refers to itself without end is a fault', async ({ expressions }) => {
  assert.is(code(await expressions.validateEach({ $ref: '#' }, [1])), 'schema_invalid')
  assert.is(code(await expressions.validateEach({ $ref: '#/$defs/none' }, [1])), 'schema_invalid')
  assert.is(code(await expressions.validateEach({ $ref: 'https://example.com/schema' }, [1])), 'schema_invalid')
})

test('a member of anyOf that does not fit is no fault of its own', async ({ expressions }) => {
  const faults = right(await expressions.validateEach({ anyOf: [{ type: 'string' }, { type: 'null' }] }, [1, 'a']))
  assert.equal(
    faults.map((each) => each.length),
    [1, 0],
  )
})

test.run()
