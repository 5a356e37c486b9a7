/**
 * Fragment 1.0, what a planner returns: the proposed middle of a task. Its closed codec is also the JSON Schema that
 * planners are shown, and an accepted fragment is translated here into ordinary steps. What a fragment may ask for is judged in `validation/`, never here.
 */
import * as t from 'io-ts'
import { closed } from './closed.js'
import { described, integer, oneOf, text } from './described.js'
import { jsonObject } from './events/codecs.js'
import type { JsonObject } from './json.js'
import { jsonSchemaOf } from './json-schema.js'
import { MAX_BOUND, MAX_CALLABLE_CHARS, MAX_NAME_CHARS, MAX_TEXT_CHARS, STEP_NAME } from './limits.js'
import { SchemaType } from './schema-type.js'
import type { BatchPolicy, StepDefinition, StepType } from './step.js'
import {
  batchConfig,
  batchOf,
  bounds,
  requires,
  retry,
  retryOf,
  stepType,
  timeoutSeconds,
} from './template/step-keys.js'

export const FRAGMENT_VERSION = '1.0'

const isStepName = (value: unknown): value is string => typeof value === 'string' && STEP_NAME.test(value)

const stepName = new SchemaType<string>(
  'step name',
  {
    type: 'string',
    pattern: STEP_NAME.source,
    description: 'Unique in this fragment, and no name of a step around it.',
  },
  isStepName,
  (value, context) =>
    isStepName(value)
      ? t.success(value)
      : t.failure(value, context, 'must be lower-case letters, digits and _, beginning with a letter, at most 63'),
)

const dependency = text({ maxChars: MAX_NAME_CHARS })

export const fragmentStep = closed(
  {
    name: stepName,
    handler: text({ maxChars: MAX_CALLABLE_CHARS, description: 'A handler of the catalog, or one of the user.' }),
  },
  {
    config: described(jsonObject, "The handler's configuration, as its own schema says; references may stand in it."),
    inputs: described(jsonObject, "Names of the handler's inputs to references."),
    dependencies: described(
      t.array(dependency),
      'Steps of this fragment, or steps before the planning step, that must have ended.',
    ),
    step_type: stepType,
    retry,
    timeout_seconds: timeoutSeconds,
    requires,
    tolerate_failures: t.boolean,
    on_empty: oneOf(['run', 'skip']),
    batch_config: batchConfig,
    bounds,
  },
)

const planningContext = closed(
  {
    goal: text({ maxChars: MAX_TEXT_CHARS, description: 'The goal as the planner understood it.' }),
    reasoning: text({ maxChars: MAX_TEXT_CHARS, description: 'Why these steps, for the person who audits the plan.' }),
  },
  {
    estimated_steps: integer({ min: 0, max: MAX_BOUND }),
    estimated_depth: integer({ min: 0, max: MAX_BOUND }),
  },
)

const convergence = text({
  maxChars: MAX_NAME_CHARS,
  description: 'The nearest convergence step after the planning step; left out only where there are no steps.',
})

/** The fragment without its steps, which validation reads one by one: a fault in one leaves the others legible. */
export const fragmentEnvelope = closed(
  { fragment_version: oneOf([FRAGMENT_VERSION]), planning_context: planningContext, steps: t.UnknownArray },
  { convergence, resource_bounds: bounds },
)

export const fragment = closed(
  { fragment_version: oneOf([FRAGMENT_VERSION]), planning_context: planningContext, steps: t.array(fragmentStep) },
  { convergence, resource_bounds: bounds },
)

/** JSON Schema of a fragment, for planners and for people. Validation holds a fragment against more than this. */
export const fragmentSchema: JsonObject = jsonSchemaOf(fragment)

export type FragmentStep = t.TypeOf<typeof fragmentStep>
export type Fragment = t.TypeOf<typeof fragment>

/** The step as it is recorded and run; `materialise` gives a name as it is written its materialised form. */
export const stepDefinitionOf = (
  step: FragmentStep,
  type: StepType,
  callable: string,
  materialise: (name: string) => string,
): StepDefinition => ({
  name: materialise(step.name),
  type,
  handler: callable,
  dependencies: (step.dependencies ?? []).map(materialise),
  ...(step.config === undefined ? {} : { config: step.config }),
  ...(step.inputs === undefined ? {} : { inputs: step.inputs }),
  ...(step.retry === undefined ? {} : { retry: retryOf(step.retry) }),
  ...(step.timeout_seconds === undefined ? {} : { timeoutMs: Math.round(step.timeout_seconds * 1000) }),
  ...(step.requires === undefined ? {} : { requires: step.requires }),
  ...(step.tolerate_failures === undefined ? {} : { tolerateFailures: step.tolerate_failures }),
  ...(step.on_empty === undefined ? {} : { onEmpty: step.on_empty }),
  ...(step.batch_config === undefined ? {} : { batch: batchOfStep(step.batch_config, materialise) }),
  ...(step.bounds === undefined ? {} : { bounds: step.bounds }),
})

const batchOfStep = (written: t.TypeOf<typeof batchConfig>, materialise: (name: string) => string): BatchPolicy => {
  const { workerTemplate, ...batch } = batchOf(written)
  return workerTemplate === undefined ? batch : { ...batch, workerTemplate: materialise(workerTemplate) }
}
