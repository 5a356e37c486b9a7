/**
 * What a step promises of its results and events, held against what it came to. A result that breaks its promise fails
 * the step for good: another attempt would run the same handler. An event that does is withheld, and harms nobody.
 */
import * as E from 'fp-ts/lib/Either.js'
import { type EndOfStep, publishesOn } from '../core/evolve/publication.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Failed, WithheldEvent } from '../core/outcome.js'
import type { Publication, StepDefinition } from '../core/step.js'
import { TaskRefused } from '../engine/task-refused.js'
import type { Expressions } from '../ports/expressions.js'
import { StepFailure } from '../ports/handler.js'
import type { Attempted } from './report.js'

type Evaluator = Pick<Expressions, 'validateEach'>

/** Holds an attempt's end against what its step promises; `result` is absent where the handler gave none. */
export const heldToPromises = async (
  expressions: Evaluator,
  definition: StepDefinition,
  attempted: Attempted,
  result: Json | undefined,
): Promise<Attempted> => {
  const { outcome } = attempted
  if (outcome.kind === 'yielded') return attempted
  if (result === undefined) refusePromise(definition)
  else await checkResult(expressions, definition, result)
  if (outcome.kind !== 'completed' && outcome.kind !== 'decided') return attempted
  const withheld = await withheldEvents(expressions, definition.publishes, ['success'], result ?? null)
  return withheld.length === 0 ? attempted : { ...attempted, outcome: { ...outcome, withheld } }
}

/** The same of an attempt that failed; whether another one follows is not the worker's to say. */
export const heldToFailurePromises = async (
  expressions: Evaluator,
  { publishes }: StepDefinition,
  outcome: Failed,
): Promise<Failed> => {
  const withheld = await withheldEvents(expressions, publishes, ['retry', 'failure'], { ...outcome.error })
  return withheld.length === 0 ? outcome : { ...outcome, withheld }
}

/** Throws `TaskRefused` (`result_schema_violated`): what a person gives is held to the same promise. */
export const refuseBrokenPromise = async (
  expressions: Evaluator,
  definition: StepDefinition,
  result: Json,
): Promise<void> => {
  try {
    await checkResult(expressions, definition, result)
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error
    throw new TaskRefused(error.code, error.message, error.details)
  }
}

/** Throws `result_schema_violated` with every path at fault. */
const checkResult = async (
  expressions: Evaluator,
  { name, resultSchema }: StepDefinition,
  result: Json,
): Promise<void> => {
  if (resultSchema === undefined) return
  const faults = await faultsOf(expressions, resultSchema, result)
  if (faults.length === 0) return
  const message = `the result of ${name} does not fit its result_schema: ${faults.map(shown).join('; ')}`
  throw new StepFailure('result_schema_violated', message, { retryable: false, details: faults.map((f) => ({ ...f })) })
}

/** A handler whose result is made later, by a signal or by instances, cannot have promised what it is. */
const refusePromise = ({ name, resultSchema }: StepDefinition): void => {
  if (resultSchema === undefined) return
  const message = `${name} has a result_schema, and its handler gives no result that could be held against it`
  throw new StepFailure('result_schema_violated', message, { retryable: false })
}

/** Which of a step's events must not be published with this payload, if the attempt ends in one of these ways. */
const withheldEvents = async (
  expressions: Evaluator,
  publishes: ReadonlyArray<Publication> | undefined,
  ends: ReadonlyArray<EndOfStep>,
  payload: Json,
): Promise<ReadonlyArray<WithheldEvent>> => {
  const withheld: WithheldEvent[] = []
  for (const { name, condition, schema } of publishes ?? []) {
    if (schema === undefined || !ends.some((end) => publishesOn(condition, end))) continue
    const faults = await faultsOf(expressions, schema, payload)
    if (faults.length > 0) withheld.push({ name, condition, message: faults.map(shown).join('; ') })
  }
  return withheld
}

interface Fault {
  readonly path: string
  readonly message: string
}

const faultsOf = async (expressions: Evaluator, schema: JsonObject, value: Json): Promise<ReadonlyArray<Fault>> => {
  const validated = await expressions.validateEach(schema, [value])
  if (E.isRight(validated)) return validated.right[0] ?? []
  return [{ path: '', message: `the schema cannot be applied: ${validated.left.message}` }]
}

const shown = ({ path, message }: Fault): string => (path === '' ? message : `${path}: ${message}`)
