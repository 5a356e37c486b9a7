/**
 * Where a fragment ends: its terminals attach to the frame's nearest convergence step below the planning step, never
 * beyond it, never past a gate or past another planning step.
 */
import type { Finding } from '../finding.js'
import { resolveName } from '../frame.js'
import { clipped, finding, offered, quoted } from './findings.js'
import type { FrameView } from './frame-view.js'
import type { Proposal } from './proposal.js'

/** The materialised name of what the fragment calls its convergence, right or wrong; undefined where there is none. */
export const convergenceOf = ({ draft, frame }: Pick<Proposal, 'draft' | 'frame'>): string | undefined =>
  draft.convergence === undefined
    ? undefined
    : resolveName(frame.planningStep, draft.convergence, (name) => frame.names.has(name))

export const convergenceFindings = (proposal: Proposal): ReadonlyArray<Finding> => [
  ...named(proposal),
  ...required(proposal),
  ...phasesWithoutEnd(proposal),
]

const named = (proposal: Proposal): ReadonlyArray<Finding> => {
  const { draft, frame } = proposal
  const written = draft.convergence
  if (written === undefined) {
    if (!draft.hasSteps || draft.namesConvergence) return []
    const message = `steps have to end in a convergence of the frame; name one: ${offered(frame.convergences)}`
    return [finding('convergence_not_reached', 'convergence', message)]
  }
  const data = { convergence: clipped(written) }
  const full = convergenceOf(proposal)
  if (full === undefined) {
    const own = proposal.resolve(written).kind === 'fragment'
    const fault = own
      ? `${quoted(written)} is a step of this fragment, which has to end in one of the frame`
      : `there is no step ${quoted(written)} in the frame`
    return [
      finding('unknown_convergence', 'convergence', `${fault}; name one of: ${offered(frame.convergences)}`, data),
    ]
  }
  const fault = attachmentFault(full, frame)
  if (fault === undefined) return []
  const message = `${quoted(written)} ${fault}; name one of: ${offered(frame.convergences)}`
  return [finding('frame_violation', 'convergence', message, data)]
}

const attachmentFault = (
  name: string,
  { names, convergences, planningStep, precedes }: FrameView,
): string | undefined => {
  const step = names.get(name)
  if (step === undefined) return 'is no step of the frame'
  if (step.type !== 'deferred_convergence') return `is a ${step.type} step, no convergence`
  if (convergences.has(name)) return step.started ? 'has started already, and nothing may be attached to it' : undefined
  return precedes(name)
    ? `comes before ${quoted(planningStep)}`
    : `is not the nearest convergence below ${quoted(planningStep)}: nothing may be attached beyond it, past a gate or past another planning step`
}

/**
 * A planning step of the fragment needs a convergence below it as one of the template does, with no gate and no planning
 * step between: else nothing that it plans could ever be accepted. Terminals lead to the one that the fragment names.
 */
const phasesWithoutEnd = ({ steps, order, dependants, isAcyclic }: Proposal): ReadonlyArray<Finding> => {
  if (!isAcyclic || !steps.some(({ type }) => type === 'planning')) return []
  const ends = new Uint8Array(steps.length)
  for (const [id = 0] of order.components.toReversed()) {
    if (steps[id] === undefined) continue
    const below = dependants[id] ?? []
    const leadsOn = (other: number): boolean => {
      const type = steps[other]?.type
      if (type === 'deferred_convergence') return true
      return type !== 'gate' && type !== 'planning' && ends[other] === 1
    }
    ends[id] = below.length === 0 || below.some(leadsOn) ? 1 : 0
  }
  return steps
    .filter(({ id, type }) => type === 'planning' && ends[id] === 0)
    .map(({ draft, name }) => {
      const message = `what ${quoted(name)} plans has nowhere to end: every way on from it leads to a gate or to another planning step; put a deferred_convergence step between`
      return finding('convergence_not_reached', draft.place, message, { step: clipped(name) })
    })
}

/**
 * A required convergence that lies below the planning step is reached where the fragment attaches to it or above it. One
 * of another part of the frame is for the fragments of that part; one that the frame does not have is never reached.
 */
const required = (proposal: Proposal): ReadonlyArray<Finding> => {
  const { frame, draft, limits } = proposal
  const names = limits.bounds.required_convergence ?? []
  if (names.length === 0 || !draft.hasSteps || (draft.convergence === undefined && !draft.namesConvergence)) return []
  const attached = convergenceOf(proposal)
  const reached = attached === undefined ? new Set<string>() : frame.downstreamOf([attached])
  const below = frame.downstreamOf([frame.planningStep])
  return names.flatMap((written) => {
    const name = resolveName(frame.planningStep, written, (full) => frame.names.has(full))
    if (name !== undefined && (!below.has(name) || reached.has(name))) return []
    const message = `the bounds require that ${quoted(written)} is reached, and nothing here attaches to it`
    return [finding('convergence_not_reached', 'convergence', message, { required: clipped(written) })]
  })
}
