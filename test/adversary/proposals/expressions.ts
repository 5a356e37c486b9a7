/** Expressions and schemas that would take the machine with them, or calculate what they must not. */
import type { JsonObject } from '../../../src/core/json.js'
import { type Attack, proposal } from '../attack.js'

const transform = (expression: string, input: string | number = 1) => ({
  name: 'a',
  handler: 'transform',
  config: { input, expression },
  retry: { max_attempts: 1 },
})

const validate = (schema: JsonObject) => ({ name: 'a', handler: 'validate', config: { items: [], schema } })

const nested = (depth: number): JsonObject => (depth === 0 ? { type: 'string' } : { items: nested(depth - 1) })

export const EXPRESSIONS: ReadonlyArray<Attack> = [
  { name: 'arithmetic', proposes: () => proposal([transform('a.b-c')]), finds: ['expression_not_allowed'] },
  {
    name: 'a function that is none',
    proposes: () => proposal([transform("eval('1')")]),
    finds: ['expression_not_allowed'],
  },
  { name: 'no expression', proposes: () => proposal([transform('[[[')]), finds: ['expression_not_allowed'] },
  {
    name: 'an expression that nests too deep',
    proposes: () => proposal([transform(`${'['.repeat(100)}@${']'.repeat(100)}`)]),
    finds: ['expression_not_allowed'],
  },
  {
    name: 'an expression of many parts',
    proposes: () => proposal([transform(`[${Array.from({ length: 400 }, () => '@').join(',')}]`)]),
    finds: ['expression_not_allowed'],
  },
  {
    name: 'an expression that is a book',
    proposes: () => proposal([transform(`'${'x'.repeat(5_000)}'`)]),
    finds: ['expression_not_allowed', 'invalid_config'],
  },
  {
    name: 'an expression that grows by doubling',
    proposes: () => proposal([transform(`@${' | [@, @]'.repeat(19)}`)]),
    finds: ['expression_not_allowed'],
  },
  {
    name: 'an expression that grows, within what is allowed, over a result',
    upstream: 'x'.repeat(8_000),
    proposes: () =>
      proposal([{ ...transform(`@${' | [@, @, @, @]'.repeat(8)}`, '${steps.look.result}'), dependencies: ['look'] }]),
    fails: { 'plan/a': 'expression_output_too_large' },
  },
  {
    name: 'a pattern that backtracks for ever',
    proposes: () =>
      proposal([validate({ type: 'string', pattern: '^(a+)+$' }), { ...validate({ pattern: '(?=a)b' }), name: 'b' }]),
    finds: ['expression_not_allowed'],
  },
  {
    name: 'a pattern that is a machine of millions of states',
    proposes: () => proposal([validate({ type: 'string', pattern: '(((a{1,99}){1,99}){1,99}){1,99}' })]),
    finds: ['expression_not_allowed'],
  },
  {
    name: 'a schema that refers to itself, and one from elsewhere',
    proposes: () =>
      proposal([validate({ $ref: '#' }), { ...validate({ $ref: 'http://127.0.0.1/schema.json' }), name: 'b' }]),
    finds: ['expression_not_allowed'],
  },
  {
    name: 'a schema that nests too deep',
    proposes: () => proposal([validate(nested(40))]),
    finds: ['expression_not_allowed'],
  },
  {
    name: 'a schema of a thousand parts',
    proposes: () => proposal([validate({ anyOf: Array.from({ length: 1_000 }, () => ({ type: 'string' })) })]),
    finds: ['expression_not_allowed'],
  },
]
