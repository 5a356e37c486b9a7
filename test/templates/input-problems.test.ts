import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Template } from '../../src/core/template.js'
import { inputProblems } from '../../src/templates/input-problems.js'

const template = (inputSchema?: Template['inputSchema']): Template => ({
  name: 'order',
  namespace: 'default',
  version: '1.0.0',
  description: '',
  steps: [],
  bounds: {},
  lifecycle: {},
  digest: 'sha256:0',
  ...(inputSchema === undefined ? {} : { inputSchema }),
})

test('an input is held against the schema of its template', async () => {
  const asked: unknown[] = []
  const problems = await inputProblems(
    template({ type: 'object' }),
    { amount: 'much' },
    {
      validateEach: async (schema, values) => {
        asked.push([schema, values])
        return E.right([[{ path: 'amount', message: 'must be a number' }]])
      },
    },
  )
  assert.equal(asked, [[{ type: 'object' }, [{ amount: 'much' }]]])
  assert.equal(problems, [{ code: 'invalid_input', path: 'amount', message: 'must be a number' }])
})

test('without a schema any input will do', async () => {
  const never = { validateEach: () => Promise.reject(new Error('asked')) }
  assert.equal(await inputProblems(template(), null, never), [])
})

test('a schema that cannot be applied is told as such', async () => {
  const [problem] = await inputProblems(template({}), null, {
    validateEach: async () => E.left({ code: 'expression_timeout', message: 'took too long' }),
  })
  assert.is(problem?.code, 'expression_timeout')
  assert.match(problem?.message ?? '', /input_schema cannot be applied: took too long/)
})

test.run()
