/**
 * The form in which a model writes a fragment. Providers hold an answer to a JSON Schema only where every object is
 * closed and none is recursive, which a handler's configuration is not: so the open objects (`config`, `inputs`, …) are
 * written as JSON text in a string, and `unfolded` puts the objects back before anything is judged. A provider that
 * wants every key gets null for one that was left out (`openai-schema.ts`). The schema only helps a model to write; what
 * a fragment must be is said by validation alone.
 */
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { type ParsedAnswer, parseAnswer } from '../core/validation/parse-answer.js'

const text = (description: string): JsonObject => ({ type: 'string', description })
const object = (properties: JsonObject, required: ReadonlyArray<string>): JsonObject => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const STEP_SCHEMA = object(
  {
    name: text('Lower-case letters, digits and underscores, unique in this fragment.'),
    handler: text('The name of a handler of the catalog or of the user.'),
    step_type: {
      type: 'string',
      enum: ['standard', 'decision', 'batchable', 'batch_worker', 'deferred_convergence', 'gate', 'planning'],
    },
    dependencies: { type: 'array', items: { type: 'string' } },
    config: text('JSON text of an object: the configuration, as the schema of the handler says. "{}" for none.'),
    inputs: text('JSON text of an object: names of the input contract to references. "{}" for none.'),
    retry: text('JSON text of an object: retryable, max_attempts, backoff, backoff_base_ms, max_backoff_ms.'),
    timeout_seconds: { type: 'number' },
    requires: text('For a convergence: all, any, or JSON text such as {"quorum": 2}.'),
    tolerate_failures: { type: 'boolean' },
    on_empty: { type: 'string', enum: ['run', 'skip'] },
    batch_config: text('JSON text of an object, for a batchable step.'),
    bounds: text('JSON text of an object, for a planning step.'),
  },
  ['name', 'handler', 'step_type', 'dependencies', 'config', 'inputs'],
)

/** Within what `output_config.format` of the Messages API accepts; a test holds it to that. */
export const ANSWER_SCHEMA: JsonObject = object(
  {
    fragment_version: { type: 'string', enum: ['1.0'] },
    planning_context: object(
      {
        goal: text('The goal as you understood it.'),
        reasoning: text('Why these steps, in a few sentences for the person who audits the plan.'),
        estimated_steps: { type: 'integer' },
        estimated_depth: { type: 'integer' },
      },
      ['goal', 'reasoning', 'estimated_steps', 'estimated_depth'],
    ),
    steps: { type: 'array', items: STEP_SCHEMA },
    convergence: text('The convergence step to which the last steps attach; left out only where there are no steps.'),
    resource_bounds: text('JSON text of an object: bounds narrower than those left.'),
  },
  ['fragment_version', 'planning_context', 'steps'],
)

const TEXTS_OF_STEP = ['config', 'inputs', 'retry', 'requires', 'batch_config', 'bounds']
const TEXTS_OF_FRAGMENT = ['resource_bounds']

/**
 * Puts objects where their JSON text stands, and leaves out what was left out by null; whatever is neither stays as it is,
 * for validation to name.
 */
export const unfolded = (answer: JsonObject): JsonObject => {
  const { steps } = answer
  const whole = withoutNulls(unfoldKeys(answer, TEXTS_OF_FRAGMENT), OPTIONAL_IN_FRAGMENT)
  if (!isList(steps)) return whole
  return { ...whole, steps: steps.map((step) => (isJsonObject(step) ? unfoldedStep(step) : step)) }
}

const unfoldedStep = (step: JsonObject): JsonObject => withoutNulls(unfoldKeys(step, TEXTS_OF_STEP), OPTIONAL_IN_STEP)

const withoutNulls = (object: JsonObject, keys: ReadonlyArray<string>): JsonObject =>
  keys.some((key) => object[key] === null)
    ? Object.fromEntries(Object.entries(object).filter(([key, value]) => value !== null || !keys.includes(key)))
    : object

const OPTIONAL_IN_STEP = [
  'retry',
  'timeout_seconds',
  'requires',
  'tolerate_failures',
  'on_empty',
  'batch_config',
  'bounds',
]
const OPTIONAL_IN_FRAGMENT = ['convergence', 'resource_bounds']

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)

/** Why a text was left: validation can only say that no object stands there. One sentence a text, with its path. */
export const textFaultsOf = (raw: string): ReadonlyArray<string> => {
  const parsed = parseAnswer(raw)
  if ('findings' in parsed) return []
  const { steps } = parsed.fragment
  const ofSteps = isList(steps)
    ? steps.flatMap((step, index) => (isJsonObject(step) ? faultsOf(step, TEXTS_OF_STEP, `steps.${index}.`) : []))
    : []
  return [...faultsOf(parsed.fragment, TEXTS_OF_FRAGMENT, ''), ...ofSteps]
}

const unfoldKeys = (object: JsonObject, keys: ReadonlyArray<string>): JsonObject => {
  const objects = keys.flatMap((key): ReadonlyArray<[string, Json]> => {
    const read = readText(object[key])
    return read !== undefined && 'fragment' in read ? [[key, read.fragment]] : []
  })
  return objects.length === 0 ? object : { ...object, ...Object.fromEntries(objects) }
}

const faultsOf = (object: JsonObject, keys: ReadonlyArray<string>, place: string): ReadonlyArray<string> =>
  keys.flatMap((key) => {
    const read = readText(object[key])
    if (read === undefined || !('findings' in read)) return []
    return [`In the JSON text of ${place}${key} ${read.findings.map((finding) => finding.message).join('; ')}.`]
  })

/** A text that sets out to be an object is read as strictly as an answer; `all` or a number is no such text. */
const readText = (value: Json | undefined): ParsedAnswer | undefined =>
  typeof value === 'string' && value.trimStart().startsWith('{') ? parseAnswer(value) : undefined
