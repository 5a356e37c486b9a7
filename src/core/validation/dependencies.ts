/** Dependencies: each names a step of the fragment or one that precedes the planning step, and none waits for itself. */
import type { Finding } from '../finding.js'
import { didYouMean } from '../near-names.js'
import { clipped, finding, placeOf, quoted } from './findings.js'
import type { Proposal, ProposedStep } from './proposal.js'

/** Names beyond which, and unknown names for which, no near name is looked up: it costs their product. */
const MAX_NAMES = 500
const MAX_SUGGESTIONS = 50

export const dependencyFindings = (proposal: Proposal): ReadonlyArray<Finding> => [
  ...unresolved(proposal),
  ...repeated(proposal),
  ...cycles(proposal),
]

const unresolved = ({ steps, frame, resolve }: Proposal): ReadonlyArray<Finding> => {
  const near = suggester(steps, [...frame.names.keys()].filter(frame.precedes))
  return steps.flatMap((step) =>
    step.draft.dependencies.flatMap(({ name, place }): ReadonlyArray<Finding> => {
      const resolved = resolve(name)
      const data = { dependency: clipped(name) }
      if (resolved.kind === 'unknown') {
        const message = `there is no step ${quoted(name)}, neither in this fragment nor before it${near(name)}; name another or leave it out`
        return [finding('unknown_dependency', place, message, data)]
      }
      if (resolved.kind === 'frame' && !resolved.precedes) {
        const why =
          resolved.name === frame.planningStep
            ? 'every step of this fragment follows it anyway; leave it out'
            : 'it does not end before the planning step; depend on steps of this fragment or on ones before it'
        return [finding('frame_violation', place, `${quoted(name)} may not be depended on: ${why}`, data)]
      }
      if (resolved.kind === 'fragment' && resolved.id === step.id) {
        const message = `${quoted(step.name)} depends on itself; leave that out`
        return [finding('cycle', place, message, { cycle: [step.name] })]
      }
      return []
    }),
  )
}

/** One step under one name or two (`fetch` and `plan/fetch`) is one dependency. */
const repeated = ({ steps, resolve }: Proposal): ReadonlyArray<Finding> =>
  steps.flatMap(({ draft }) => {
    const seen = new Set<string>()
    return draft.dependencies.flatMap(({ name, place }) => {
      const resolved = resolve(name)
      const key = resolved.kind === 'fragment' ? String(resolved.id) : resolved.kind === 'frame' ? resolved.name : name
      if (seen.has(key)) return [finding('schema', place, `${quoted(name)} is listed twice; list it once`)]
      seen.add(key)
      return []
    })
  })

/** The nearest known name, while both names and questions are few. */
const suggester = (steps: ReadonlyArray<ProposedStep>, before: ReadonlyArray<string>): ((name: string) => string) => {
  const known = [...steps.slice(0, MAX_NAMES).map(({ name }) => name), ...before.slice(0, MAX_NAMES)]
  let asked = 0
  return (name) => (asked++ < MAX_SUGGESTIONS ? didYouMean(name, known) : '')
}

const cycles = ({ steps, order }: Proposal): ReadonlyArray<Finding> =>
  order.components.flatMap((component) => {
    const members = component.flatMap((id) => steps[id] ?? [])
    const first = members.toSorted((a, b) => a.id - b.id)[0]
    if (members.length < 2 || first === undefined) return []
    const cycle = cycleIn(members)
    const shown = cycle.map((name) => quoted(name)).join(' → ')
    const message = `these steps wait for each other: ${shown} → ${quoted(cycle[0] ?? '')}; take one of the dependencies out`
    return [finding('cycle', placeOf(first.draft.place, 'dependencies'), message, { cycle })]
  })

/** A shortest cycle through the first of the members by name, each waiting for the next: the same in any order of steps. */
const cycleIn = (members: ReadonlyArray<ProposedStep>): ReadonlyArray<string> => {
  const byName = (a: ProposedStep, b: ProposedStep) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id)
  const sorted = members.toSorted(byName)
  const byId = new Map(sorted.map((step) => [step.id, step]))
  const start = sorted[0]
  if (start === undefined) return []
  const cameFrom = new Map<number, ProposedStep>()
  const queue = [start]
  for (let head = 0; head < queue.length; head++) {
    const step = queue[head]
    if (step === undefined) break
    const next = step.dependencies.flatMap((id) => byId.get(id) ?? []).sort(byName)
    for (const other of next) {
      if (other.id === start.id) return pathTo(step, start, cameFrom)
      if (cameFrom.has(other.id)) continue
      cameFrom.set(other.id, step)
      queue.push(other)
    }
  }
  return [start.name]
}

const MAX_SHOWN = 20

const pathTo = (
  last: ProposedStep,
  start: ProposedStep,
  cameFrom: ReadonlyMap<number, ProposedStep>,
): ReadonlyArray<string> => {
  const path: string[] = []
  let at: ProposedStep | undefined = last
  for (; at !== undefined && at.id !== start.id; at = cameFrom.get(at.id)) path.push(clipped(at.name))
  const whole = [clipped(start.name), ...path.reverse()]
  return whole.length <= MAX_SHOWN ? whole : [...whole.slice(0, MAX_SHOWN), `… ${whole.length - MAX_SHOWN} more`]
}
