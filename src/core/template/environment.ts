/**
 * Environments: what a template changes in its steps where one environment is chosen. Without a choice nothing is
 * overlaid, and the template stands as it is written.
 */
import type { TemplateProblem } from './problem.js'
import type { WrittenOverride, WrittenStep, WrittenTemplate } from './written.js'

/** Tasker Core's name for every step. */
const EVERY_STEP = 'ALL'

/** `initialization` is merged key by key, `retry` and `timeout_seconds` are replaced; later overrides win. */
export const overlay = (template: WrittenTemplate, environment: string | undefined): WrittenTemplate => {
  const overrides = environment === undefined ? [] : (template.environments?.[environment]?.steps ?? [])
  if (overrides.length === 0) return template
  return {
    ...template,
    steps: template.steps.map((step) =>
      overrides.filter(({ name }) => name === EVERY_STEP || name === step.name).reduce(overridden, step),
    ),
  }
}

const overridden = (step: WrittenStep, override: WrittenOverride): WrittenStep => {
  const initialization = override.handler?.initialization
  return {
    ...step,
    ...(override.retry === undefined ? {} : { retry: override.retry }),
    ...(override.timeout_seconds === undefined ? {} : { timeout_seconds: override.timeout_seconds }),
    ...(initialization === undefined
      ? {}
      : { handler: { ...step.handler, initialization: { ...step.handler.initialization, ...initialization } } }),
  }
}

/** Overrides of steps that the template does not have. An environment that it does not describe changes nothing. */
export const environmentProblems = (template: WrittenTemplate): ReadonlyArray<TemplateProblem> => {
  const known = new Set([EVERY_STEP, ...template.steps.map((step) => step.name)])
  return Object.entries(template.environments ?? {}).flatMap(([name, { steps }]) =>
    (steps ?? []).flatMap((override, index): ReadonlyArray<TemplateProblem> => {
      if (known.has(override.name)) return []
      const path = `environments.${name}.steps.${index}.name`
      return [{ code: 'unknown_step', path, message: `there is no step "${override.name}" to override` }]
    }),
  )
}
