/**
 * What carrying out a plan comes to, as far as the plan and the catalog tell before anything has run: steps, whom they
 * reach, and what further planning may cost at most. It promises nothing: a fan-out has as many instances as its data.
 */
import { left } from './allowance.js'
import { addUsage, type Bounds, type Usage } from './bounds.js'
import type { Capability, Vocabulary } from './capability.js'
import { CATALOG_PREFIX, type StepDefinition } from './step.js'
import type { MaterializablePlan } from './validation/validate-fragment.js'

export interface PlanEstimate {
  readonly steps: number
  /** Steps on the longest path: what runs one after the other. */
  readonly levels: number
  /** Steps that lead to instances, and how many these may be at most all together; null where nothing bounds them. */
  readonly fanOuts: number
  readonly instancesAtMost: number | null
  /** Steps, instances of one counted once, that reach the network; and that wait for people. */
  readonly network: number
  readonly gates: number
  /** Handlers of the plan that cost something by their own account, planning and gates aside. */
  readonly costly: ReadonlyArray<string>
  /** Planning steps in the plan: each is a further phase. */
  readonly furtherPhases: number
  /** What planning has used so far. */
  readonly planned: Pick<Usage, 'plannerCalls' | 'tokens' | 'costUsd'>
  /** What further phases may cost at most; null where nothing bounds it. */
  readonly furtherCostUsdAtMost: number | null
}

/** `task` is the task while its plan waits: its usage, what is promised to the plan included. */
export const estimateOf = (
  plan: Pick<MaterializablePlan, 'steps' | 'withheld'>,
  vocabulary: Vocabulary,
  task: { readonly used: Usage; readonly reserved: Usage; readonly bounds: Bounds },
): PlanEstimate => {
  const steps = [...plan.steps, ...plan.withheld]
  const rest = left(task.bounds, addUsage(task.used, task.reserved))
  const capabilities = steps.map((step) => capabilitiesOf(step, vocabulary))
  const fanOuts = steps.filter((step, at) => leadsToInstances(step, capabilities[at] ?? [])).length
  const furtherPhases = steps.filter(({ type }) => type === 'planning').length
  const { plannerCalls, tokens, costUsd } = task.used
  return {
    steps: steps.length,
    levels: levelsOf(steps),
    fanOuts,
    instancesAtMost: fanOuts === 0 ? 0 : atMost(fanOuts, rest),
    // What plans reaches a model, and is told as a phase.
    network: steps.filter(({ type }, at) => type !== 'planning' && capabilities[at]?.some(({ hints }) => hints.network))
      .length,
    gates: steps.filter(({ type }) => type === 'gate').length,
    costly: [
      ...new Set(
        steps.flatMap(({ type }, at) =>
          type === 'planning' || type === 'gate'
            ? []
            : (capabilities[at] ?? []).filter(({ hints }) => hints.cost !== 'none').map(({ callable }) => callable),
        ),
      ),
    ].sort(),
    furtherPhases,
    planned: { plannerCalls, tokens, costUsd },
    furtherCostUsdAtMost: furtherPhases === 0 ? 0 : (rest.max_cost_usd ?? null),
  }
}

/** Instances are steps, and no step leads to more than `max_fan_out` of them. */
const atMost = (fanOuts: number, { max_steps, max_fan_out }: Bounds): number | null => {
  const limits = [max_steps, max_fan_out === undefined ? undefined : fanOuts * max_fan_out]
  const known = limits.filter((limit) => limit !== undefined)
  return known.length === 0 ? null : Math.min(...known)
}

/** The step's own, and those of the handlers that its configuration hands on to instances. */
const capabilitiesOf = (step: StepDefinition, { capabilities }: Vocabulary): ReadonlyArray<Capability> => {
  const own = capabilities.get(step.handler)
  if (own === undefined) return []
  const nested = own.fields.nested.flatMap(({ handler }) => {
    const name = step.config?.[handler]
    if (typeof name !== 'string') return []
    const found = capabilities.get(name) ?? capabilities.get(`${CATALOG_PREFIX}${name}`)
    return found === undefined ? [] : [found]
  })
  return [own, ...nested]
}

const leadsToInstances = (step: StepDefinition, capabilities: ReadonlyArray<Capability>): boolean =>
  step.type === 'batchable' || (capabilities[0]?.fields.nested.length ?? 0) > 0

/** Steps stand after what they depend on, withheld ones last. */
const levelsOf = (steps: ReadonlyArray<StepDefinition>): number => {
  const levels = new Map<string, number>()
  for (const { name, dependencies } of steps) {
    levels.set(name, 1 + Math.max(0, ...dependencies.map((dependency) => levels.get(dependency) ?? 0)))
  }
  return Math.max(0, ...levels.values())
}
