/**
 * Evaluation of expressions and schemas that people or models wrote: off the event loop, with limits of time, memory
 * and output. A fault of the expression is a value; only a broken evaluator throws.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Json, JsonObject } from '../core/json.js'

export interface ExpressionFault {
  /** `expression_invalid`, `expression_timeout`, `expression_out_of_memory`, `expression_output_too_large`, `schema_invalid`. */
  readonly code: string
  readonly message: string
}

export interface SchemaFault {
  /** Keys and indices joined by dots. */
  readonly path: string
  readonly message: string
}

export interface Expressions {
  /** JMESPath over a value. */
  evaluate(expression: string, data: Json): Promise<Either<ExpressionFault, Json>>
  /** One expression over many values, in one crossing of the boundary. */
  evaluateEach(expression: string, values: ReadonlyArray<Json>): Promise<Either<ExpressionFault, ReadonlyArray<Json>>>
  /** Every expression over every value, in one crossing: a row a value, in it a column an expression. */
  evaluateAll(
    expressions: ReadonlyArray<string>,
    values: ReadonlyArray<Json>,
  ): Promise<Either<ExpressionFault, ReadonlyArray<ReadonlyArray<Json>>>>
  /** For each value what the schema has against it; an empty list where it is valid. */
  validateEach(
    schema: JsonObject,
    values: ReadonlyArray<Json>,
  ): Promise<Either<ExpressionFault, ReadonlyArray<ReadonlyArray<SchemaFault>>>>
  close(): Promise<void>
}
