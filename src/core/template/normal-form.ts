/**
 * From what is written to the normal form in which steps are recorded and run. Nothing is judged here: what the checks
 * have against a template is found on the normal form, so that they hold for whatever it was written in.
 */
import type { JsonObject } from '../json.js'
import { type BatchPolicy, CATALOG_PREFIX, type StepDefinition, type StepType } from '../step.js'
import { compensationOf } from './compensations.js'
import { publicationsOf } from './domain-events.js'
import { batchOf, retryOf } from './step-keys.js'
import { systemOf } from './systems.js'
import type { WrittenStep, WrittenTemplate } from './written.js'

/** A step with where its author wrote it, for the places of problems. */
export interface PlacedStep {
  readonly definition: StepDefinition
  /** `steps.3` */
  readonly path: string
  /** `steps.3.dependencies`, or `depends_on` where that was written. */
  readonly dependenciesPath: string
  readonly written: WrittenStep
}

/** Handlers that make their step what it is, so that `type` may be left out. */
const IMPLIED: Readonly<Record<string, StepType>> = {
  [`${CATALOG_PREFIX}plan`]: 'planning',
  [`${CATALOG_PREFIX}gate`]: 'gate',
  [`${CATALOG_PREFIX}decide`]: 'decision',
}

export const placedSteps = (template: WrittenTemplate): ReadonlyArray<PlacedStep> =>
  template.steps.map((written, index) => ({
    written,
    definition: stepOf(written, template),
    path: `steps.${index}`,
    dependenciesPath: `steps.${index}.${written.dependencies === undefined ? 'depends_on' : 'dependencies'}`,
  }))

export const typeOf = (step: WrittenStep): StepType =>
  step.type ?? step.step_type ?? IMPLIED[step.handler.callable] ?? 'standard'

const stepOf = (step: WrittenStep, template: WrittenTemplate): StepDefinition => {
  const { callable, method, initialization } = step.handler
  const batch = batchPolicyOf(step, template.steps)
  const publishes = publicationsOf(step.publishes_events, template.domain_events)
  const system = systemOf(step, template)
  return {
    name: step.name,
    type: typeOf(step),
    handler: callable,
    ...(method === undefined ? {} : { method }),
    ...(step.description === undefined ? {} : { description: step.description }),
    ...(system === undefined ? {} : { system }),
    dependencies: step.dependencies ?? step.depends_on ?? [],
    ...(isEmpty(initialization) ? {} : { config: initialization }),
    ...(isEmpty(step.inputs) ? {} : { inputs: step.inputs }),
    ...(step.retry === undefined ? {} : { retry: retryOf(step.retry) }),
    ...(step.timeout_seconds === undefined ? {} : { timeoutMs: Math.round(step.timeout_seconds * 1000) }),
    ...(step.requires === undefined ? {} : { requires: step.requires }),
    ...(step.tolerate_failures === undefined ? {} : { tolerateFailures: step.tolerate_failures }),
    ...(step.on_empty === undefined ? {} : { onEmpty: step.on_empty }),
    ...(batch === undefined ? {} : { batch }),
    ...(step.bounds === undefined ? {} : { bounds: step.bounds }),
    ...(step.limit_key === undefined ? {} : { limitKey: step.limit_key }),
    ...(step.limit_per === undefined ? {} : { limitPer: step.limit_per }),
    ...(step.result_schema === undefined ? {} : { resultSchema: step.result_schema }),
    ...(step.on_failure === undefined ? {} : { onFailure: compensationOf(step.on_failure) }),
    ...(step.on_cancel === undefined ? {} : { onCancel: compensationOf(step.on_cancel) }),
    ...(publishes.length === 0 ? {} : { publishes }),
  }
}

/**
 * Tasker Core's templates state `batch_config` on the worker, whose batchable step is the one that it depends on; ours
 * may state it on the batchable step. Either way the batchable step has it in the end.
 */
const batchPolicyOf = (step: WrittenStep, all: ReadonlyArray<WrittenStep>): BatchPolicy | undefined => {
  const own = step.batch_config === undefined ? {} : batchOf(step.batch_config)
  if (typeOf(step) !== 'batchable') return step.batch_config === undefined ? undefined : own
  const worker = all.find(
    (other) =>
      typeOf(other) === 'batch_worker' &&
      (own.workerTemplate === undefined
        ? (other.dependencies ?? other.depends_on ?? []).includes(step.name)
        : other.name === own.workerTemplate),
  )
  if (worker === undefined) return own
  const workers = worker.batch_config === undefined ? {} : batchOf(worker.batch_config)
  return { ...workers, ...own, workerTemplate: worker.name }
}

const isEmpty = (value: JsonObject | undefined): value is undefined =>
  value === undefined || Object.keys(value).length === 0
