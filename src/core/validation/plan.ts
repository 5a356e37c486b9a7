/** What an accepted fragment comes to: ordinary steps under their materialised names, and where they attach. */
import { left, narrow } from '../allowance.js'
import type { Bounds, Usage } from '../bounds.js'
import { stepDefinitionOf } from '../fragment.js'
import type { StepDefinition, StepType } from '../step.js'
import { takesOf } from './bounds.js'
import { convergenceOf } from './convergence.js'
import type { Proposal, ProposedStep } from './proposal.js'

export interface MaterializablePlan {
  /** Dependencies before dependants. */
  readonly steps: ReadonlyArray<StepDefinition>
  /** Those of the fragment that a decision or planning step of the fragment has yet to create; not among `steps`. */
  readonly withheld: ReadonlyArray<StepDefinition>
  /** Materialised name of the step to which the terminals attach; null where there are no steps. */
  readonly convergence: string | null
  /** Materialised names of the steps on which no other step of the fragment depends, withheld ones included. */
  readonly terminals: ReadonlyArray<string>
  readonly takes: Usage
  /** How the fragment narrows the bounds for itself. */
  readonly bounds: Bounds
  readonly graph: {
    readonly steps: ReadonlyArray<{ readonly name: string; readonly handler: string; readonly step_type: StepType }>
    /** Dependencies, and the attachment of the terminals. */
    readonly edges: ReadonlyArray<{ readonly from: string; readonly to: string }>
  }
}

/** Presumes that no check has a finding. */
export const planOf = (proposal: Proposal): MaterializablePlan => {
  const { steps, order, dependants } = proposal
  const inOrder = order.components.flatMap(([id]) => (id === undefined ? [] : (steps[id] ?? [])))
  const isWithheld = withheldSteps(inOrder, steps)
  const definitions = inOrder.map((step) => ({
    definition: definitionOf(step, proposal),
    withheld: isWithheld(step.id),
  }))
  const convergence = steps.length === 0 ? null : (convergenceOf(proposal) ?? null)
  const terminals = inOrder.filter(({ id }) => dependants[id]?.length === 0).map(({ fullName }) => fullName)
  return {
    steps: definitions.filter(({ withheld }) => !withheld).map(({ definition }) => definition),
    withheld: definitions.filter(({ withheld }) => withheld).map(({ definition }) => definition),
    convergence,
    terminals,
    takes: takesOf(steps),
    bounds: proposal.draft.bounds,
    graph: {
      steps: definitions.map(({ definition: { name, handler, type } }) => ({ name, handler, step_type: type })),
      edges: [
        ...definitions.flatMap(({ definition: { name, dependencies } }) =>
          dependencies.map((dependency) => ({ from: dependency, to: name })),
        ),
        ...(convergence === null ? [] : terminals.map((terminal) => ({ from: terminal, to: convergence }))),
      ],
    },
  }
}

const definitionOf = (step: ProposedStep, proposal: Proposal): StepDefinition => {
  const { resolve, steps } = proposal
  const { written } = step.draft
  if (written === undefined) throw new Error(`${step.draft.place} was accepted, though its shape is wrong`)
  const materialise = (name: string): string => {
    const resolved = resolve(name)
    if (resolved.kind === 'unknown') throw new Error(`${step.draft.place} was accepted, though it names "${name}"`)
    return resolved.kind === 'frame' ? resolved.name : (steps[resolved.id]?.fullName ?? name)
  }
  const definition = stepDefinitionOf(written, step.type, step.capability?.callable ?? written.handler, materialise)
  return step.type === 'planning' ? withinFragment(definition, proposal) : definition
}

/** What a fragment denies itself it denies the phases inside it: they get what its own steps leave. */
const withinFragment = (definition: StepDefinition, { draft, steps }: Proposal): StepDefinition => {
  if (Object.keys(draft.bounds).length === 0) return definition
  return { ...definition, bounds: narrow(left(draft.bounds, takesOf(steps)), definition.bounds ?? {}) }
}

const withheldSteps = (
  inOrder: ReadonlyArray<ProposedStep>,
  steps: ReadonlyArray<ProposedStep>,
): ((id: number) => boolean) => {
  const withheld = new Set<number>()
  for (const { id, dependencies } of inOrder) {
    const isBelow = dependencies.some((other) => {
      const type = steps[other]?.type
      return type === 'decision' || type === 'planning' || withheld.has(other)
    })
    if (isBelow) withheld.add(id)
  }
  return (id) => withheld.has(id)
}
