/**
 * What a good plan for a goal has beside being valid, as far as it can be told without carrying it out: which handlers it
 * uses and in which order, what it refers to, how large and how wide it is. It says nothing of names and nothing of
 * expressions, for there are many good plans.
 */
import { CATALOG_PREFIX, type StepDefinition, type StepType } from './step.js'
import type { MaterializablePlan } from './validation/validate-fragment.js'

export interface PlanExpectations {
  /** Handlers, without `catalog:`; what a fan-out runs counts as used. */
  readonly uses?: ReadonlyArray<string>
  readonly avoids?: ReadonlyArray<string>
  readonly step_types?: ReadonlyArray<StepType>
  /** In each list a step of each handler leads to one of the next, directly or through others. */
  readonly in_order?: ReadonlyArray<ReadonlyArray<string>>
  /** Beginnings of references: `task.context.records`, `steps.load`, `secrets.NAME`. */
  readonly references?: ReadonlyArray<string>
  readonly at_most_steps?: number
  readonly at_least_steps?: number
  /** Steps of which none waits for another. */
  readonly at_least_parallel?: number
}

/** What is missing, a sentence each; empty where the plan is as it should be. */
export const unmetBy = (
  plan: Pick<MaterializablePlan, 'steps' | 'withheld'>,
  expected: PlanExpectations,
): ReadonlyArray<string> => {
  const steps = [...plan.steps, ...plan.withheld]
  const used = new Set(steps.flatMap(handlersOf))
  const written = JSON.stringify(steps.map(({ config, inputs }) => [config, inputs]))
  const { at_most_steps: most, at_least_steps: least, at_least_parallel: wide } = expected
  const width = widthOf(steps)
  return [
    ...(expected.uses ?? []).filter((handler) => !used.has(handler)).map((handler) => `does not use ${handler}`),
    ...(expected.avoids ?? []).filter((handler) => used.has(handler)).map((handler) => `uses ${handler}`),
    ...(expected.step_types ?? [])
      .filter((type) => !steps.some((step) => step.type === type))
      .map((type) => `has no ${type} step`),
    ...(expected.in_order ?? [])
      .filter((order) => !leads(steps, order))
      .map((order) => `${order.join(' does not lead to ')}`),
    ...(expected.references ?? [])
      .filter((reference) => !written.includes(`\${${reference}`))
      .map((reference) => `does not refer to ${reference}`),
    ...(most !== undefined && steps.length > most ? [`has ${steps.length} steps, more than ${most}`] : []),
    ...(least !== undefined && steps.length < least ? [`has ${steps.length} steps, fewer than ${least}`] : []),
    ...(wide !== undefined && width < wide ? [`has ${width} steps side by side, fewer than ${wide}`] : []),
  ]
}

const short = (handler: string): string =>
  handler.startsWith(CATALOG_PREFIX) ? handler.slice(CATALOG_PREFIX.length) : handler

const handlersOf = ({ handler, config }: StepDefinition): ReadonlyArray<string> => {
  const nested = config?.handler
  return typeof nested === 'string' ? [short(handler), short(nested)] : [short(handler)]
}

/** Whether the handlers stand behind each other on some path. Steps come after what they depend on. */
const leads = (steps: ReadonlyArray<StepDefinition>, order: ReadonlyArray<string>): boolean => {
  /** How much of the order the best path to a step has seen, the step included. */
  const seen = new Map<string, number>()
  for (const step of steps) {
    const before = Math.max(0, ...step.dependencies.map((dependency) => seen.get(dependency) ?? 0))
    const next = order[before]
    seen.set(step.name, next !== undefined && handlersOf(step).includes(next) ? before + 1 : before)
  }
  return Math.max(0, ...seen.values()) >= order.length
}

/** The most steps on one level; steps of a level never wait for each other. */
const widthOf = (steps: ReadonlyArray<StepDefinition>): number => {
  const levels = new Map<string, number>()
  const counts = new Map<number, number>()
  for (const { name, dependencies } of steps) {
    const level = 1 + Math.max(0, ...dependencies.map((dependency) => levels.get(dependency) ?? 0))
    levels.set(name, level)
    counts.set(level, (counts.get(level) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}
