/**
 * What a handler works on, by one rule for all: the named input, else the key of the configuration, else the results of
 * the step's dependencies by their names. And the failure that an expression over it comes to.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from '../src/core/json.js'
import type { ExpressionFault } from '../src/ports/expressions.js'
import { type HandlerContext, StepFailure } from '../src/ports/handler.js'

/** How the rule is told to those who read the schema. */
export const WHERE_DATA_COMES_FROM = 'Absent, it is an object with the result of each dependency by its name.'

export const workingData = (named: Json | undefined, configured: Json | undefined, context: HandlerContext): Json =>
  named ?? configured ?? resultsByName(context)

export const resultsByName = (context: HandlerContext): Json =>
  Object.fromEntries(Object.entries(context.dependencies).map(([name, { result }]) => [name, result]))

/** A list where a list is needed; null is what an absent dependency left, and is empty. */
export const listIn = (value: Json, what: string): ReadonlyArray<Json> => {
  if (isList(value)) return value
  if (value === null) return []
  throw new StepFailure('not_a_list', `${what} must be a list, and is ${kindOf(value)}`, { retryable: false })
}

export const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)

const kindOf = (value: Json): string => (typeof value === 'object' ? 'an object' : `a ${typeof value}`)

/** A time-out may be the machine's load and is tried again; all other faults are the expression's own. */
export const orFail = <A>(evaluated: E.Either<ExpressionFault, A>): A => {
  if (E.isRight(evaluated)) return evaluated.right
  const { code, message } = evaluated.left
  throw new StepFailure(code, message, { retryable: code === 'expression_timeout' })
}

export const EXPRESSION_ERRORS = [
  { code: 'expression_invalid', retryable: false, when: 'an expression cannot be parsed or does not fit its data' },
  { code: 'expression_timeout', retryable: true, when: 'an expression takes too long' },
  { code: 'expression_out_of_memory', retryable: false, when: 'an expression needs too much memory' },
  { code: 'expression_output_too_large', retryable: false, when: 'an expression gives back too much' },
]

export const NOT_A_LIST = { code: 'not_a_list', retryable: false, when: 'what must be a list is something else' }
