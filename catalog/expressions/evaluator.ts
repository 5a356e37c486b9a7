/**
 * The evaluator behind the port `Expressions`: simple paths are read at once, all else goes to a small pool of
 * processes that are started when first needed. One that takes too long or too much memory is ended and replaced; an idle
 * one never keeps this process alive.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import {
  EXPRESSION_MEMORY_MB,
  EXPRESSION_PROCESSES,
  EXPRESSION_TIMEOUT_MS,
  MAX_EXPRESSION_OUTPUT_CHARS,
} from '../../src/core/limits.js'
import { parseSimplePath, readSimplePath } from '../../src/core/simple-path.js'
import type { ExpressionFault, Expressions, SchemaFault } from '../../src/ports/expressions.js'
import { checkExpression } from './check-expression.js'
import { checkSchema } from './check-schema.js'
import type { Job } from './evaluation-job.js'
import { ProcessPool } from './process-pool.js'

export interface EvaluatorLimits {
  readonly processes: number
  readonly timeoutMs: number
  readonly memoryMb: number
  readonly maxOutputChars: number
}

type Rows = ReadonlyArray<ReadonlyArray<Json>>

export const createExpressions = (limits: Partial<EvaluatorLimits> = {}): Expressions => {
  const maxChars = limits.maxOutputChars ?? MAX_EXPRESSION_OUTPUT_CHARS
  const timeoutMs = limits.timeoutMs ?? EXPRESSION_TIMEOUT_MS
  const pool = new ProcessPool({
    processes: limits.processes ?? EXPRESSION_PROCESSES,
    timeoutMs,
    memoryMb: limits.memoryMb ?? EXPRESSION_MEMORY_MB,
  })
  const run = async <A>(job: Job): Promise<E.Either<ExpressionFault, A>> => {
    const answered = await pool.run(job)
    return E.isLeft(answered) ? answered : E.right(JSON.parse(answered.right))
  }

  const evaluateAll = async (
    expressions: ReadonlyArray<string>,
    values: ReadonlyArray<Json>,
  ): Promise<E.Either<ExpressionFault, Rows>> => {
    if (values.length === 0 || expressions.length === 0) return E.right(values.map(() => []))
    const paths = expressions.map((expression) => (expression === '' ? undefined : parseSimplePath(expression)))
    if (paths.every((path) => path !== undefined)) {
      return E.right(values.map((value) => paths.map((path) => readSimplePath(value, path))))
    }
    const fault = faultIn(expressions)
    if (fault !== undefined) return E.left(fault)
    return run<Rows>({ kind: 'expressions', expressions, values: JSON.stringify(values), maxChars, timeoutMs })
  }

  const evaluateEach = async (
    expression: string,
    values: ReadonlyArray<Json>,
  ): Promise<E.Either<ExpressionFault, ReadonlyArray<Json>>> =>
    E.map((rows: Rows) => rows.map((row) => row[0] ?? null))(await evaluateAll([expression], values))

  return {
    evaluateAll,
    evaluateEach,
    evaluate: async (expression, data) =>
      E.map((results: ReadonlyArray<Json>) => results[0] ?? null)(await evaluateEach(expression, [data])),
    validateEach: async (schema: JsonObject, values) => {
      const fault = checkSchema(schema)
      if (fault !== undefined) {
        return E.left({ code: 'schema_invalid', message: `the schema ${fault.problem}; ${fault.remedy}` })
      }
      return run<ReadonlyArray<ReadonlyArray<SchemaFault>>>({
        kind: 'schema',
        schema: JSON.stringify(schema),
        values: JSON.stringify(values),
        maxChars,
        timeoutMs,
      })
    },
    close: () => pool.close(),
  }
}

/** Checked here too: an expression may come from a template that nobody validated, or out of a reference. */
const faultIn = (expressions: ReadonlyArray<string>): ExpressionFault | undefined => {
  for (const expression of expressions) {
    const fault = checkExpression(expression)
    if (fault !== undefined) {
      return {
        code: 'expression_invalid',
        message: `the expression "${expression.slice(0, 200)}" ${fault.problem}; ${fault.remedy}`,
      }
    }
  }
  return undefined
}
