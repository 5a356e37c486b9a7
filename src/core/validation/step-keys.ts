/** Keys that belong to other types of step, and types that their handlers may not stand in. */
import type { Finding } from '../finding.js'
import { CATALOG_PREFIX, type StepType } from '../step.js'
import { finding, offered, placeOf, quoted } from './findings.js'
import type { Proposal, ProposedStep } from './proposal.js'

const BELONGS: ReadonlyArray<readonly [key: string, types: ReadonlyArray<StepType>]> = [
  ['requires', ['deferred_convergence']],
  ['tolerate_failures', ['deferred_convergence']],
  ['on_empty', ['deferred_convergence']],
  ['batch_config', ['batchable', 'batch_worker']],
  ['bounds', ['planning']],
]

export const stepKeyFindings = (proposal: Proposal): ReadonlyArray<Finding> =>
  proposal.steps.flatMap((step) => [
    ...typeFindings(step),
    ...misplaced(step),
    ...waitsForNothing(step),
    ...workerTemplate(step, proposal),
    ...orphanedWorker(step, proposal),
  ])

/** Types whose work only one handler does. */
const ONLY: ReadonlyMap<StepType, string> = new Map([
  ['planning', `${CATALOG_PREFIX}plan`],
  ['gate', `${CATALOG_PREFIX}gate`],
])

const typeFindings = ({ draft, capability, type }: ProposedStep): ReadonlyArray<Finding> => {
  if (capability === undefined || draft.type === undefined) return []
  const only = ONLY.get(type)
  const agrees = capability.stepTypes.includes(type) && (only === undefined || only === capability.callable)
  if (agrees) return []
  const message = `${capability.callable} stands in ${offered(capability.stepTypes)} steps, and this one is ${type}; change step_type or leave it out`
  return [finding('invalid_config', placeOf(draft.place, 'step_type'), message)]
}

const misplaced = ({ draft, capability, type }: ProposedStep): ReadonlyArray<Finding> => {
  // Where neither is known, nobody can say what the step would have been.
  if (capability === undefined && draft.type === undefined) return []
  return BELONGS.filter(([key, types]) => draft.keys.has(key) && !types.includes(type)).map(([key, types]) => {
    const message = `has a meaning on ${types.join(' and ')} steps only, and this one is ${type}; leave it out or set step_type`
    return finding('invalid_config', placeOf(draft.place, key), message)
  })
}

/** What it depends on may be wrong, which is told elsewhere; that it depends on nothing is told here. */
const waitsForNothing = ({ draft, type }: ProposedStep): ReadonlyArray<Finding> => {
  if (type !== 'deferred_convergence' || draft.dependencies.length > 0) return []
  const message =
    'a deferred_convergence step waits for its dependencies, and this one has none; name what it brings together'
  return [finding('invalid_config', placeOf(draft.place, 'dependencies'), message)]
}

const workerTemplate = (step: ProposedStep, { steps, resolve }: Proposal): ReadonlyArray<Finding> => {
  const { workerTemplate: name, place } = step.draft
  if (name === undefined || step.type !== 'batchable') return []
  const resolved = resolve(name)
  const worker = resolved.kind === 'fragment' ? steps[resolved.id] : undefined
  const fault =
    worker === undefined
      ? `there is no step ${quoted(name)} in this fragment`
      : worker.type !== 'batch_worker'
        ? `${quoted(name)} is a ${worker.type} step; make it a batch_worker`
        : worker.dependencies.includes(step.id)
          ? undefined
          : `its worker ${quoted(name)} must depend on ${quoted(step.name)}`
  return fault === undefined
    ? []
    : [finding('invalid_config', placeOf(place, 'batch_config', 'worker_template'), fault)]
}

/** A batch worker is the pattern of instances that a batchable step makes; without one it never runs. */
const orphanedWorker = (step: ProposedStep, { steps }: Proposal): ReadonlyArray<Finding> => {
  if (step.type !== 'batch_worker') return []
  if (step.dependencies.some((id) => steps[id]?.type === 'batchable')) return []
  const message = `no batchable step would ever make instances of ${quoted(step.name)}; let it depend on the one that does`
  return [finding('unreachable_step', step.draft.place, message)]
}
