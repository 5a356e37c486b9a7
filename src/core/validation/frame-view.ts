/**
 * The frame as a planning step may use it: which steps certainly precede it, and where its fragment may end. A step of a
 * fragment is preceded by the planning step that created it, though no dependency says so.
 */
import { type Frame, type FrameStep, scopeOf } from '../frame.js'
import type { JsonObject } from '../json.js'

export interface FrameView {
  readonly planningStep: string
  readonly inputSchema: JsonObject | undefined
  readonly names: ReadonlyMap<string, FrameStep>
  /** Does this step of the frame end before the planning step starts? */
  readonly precedes: (name: string) => boolean
  /** What a step of the frame waits for, the step that created it included. */
  readonly above: (name: string) => ReadonlyArray<string>
  readonly dependants: ReadonlyMap<string, ReadonlyArray<string>>
  /** Convergence steps below the planning step with no convergence, gate or planning step between. */
  readonly convergences: ReadonlySet<string>
  /** Everything of the frame downstream of these steps, themselves included. */
  readonly downstreamOf: (names: Iterable<string>) => ReadonlySet<string>
}

export const frameViewOf = (frame: Frame): FrameView => {
  const names = new Map(frame.steps.map((step) => [step.name, step]))
  const above = (name: string): ReadonlyArray<string> => {
    const creator = scopeOf(name)
    const step = names.get(instanceBase(name)) ?? names.get(name)
    const dependencies = step?.dependencies.filter((dependency) => names.has(dependency)) ?? []
    return names.has(creator) ? [...dependencies, creator] : dependencies
  }
  const dependants = dependantsOf(frame.steps)
  const below = (name: string) => dependants.get(name) ?? []
  const before = reached(above(frame.planningStep), above, () => true)
  before.delete(frame.planningStep)
  const downstreamOf = (from: Iterable<string>) => reached(from, below, () => true)
  return {
    planningStep: frame.planningStep,
    inputSchema: frame.inputSchema,
    names,
    precedes: (name) => before.has(name) || (names.has(name) && before.has(instanceBase(name))),
    above,
    dependants,
    convergences: nearestConvergences(frame.planningStep, names, below, downstreamOf),
    downstreamOf,
  }
}

/** `fetch` for `fetch[3]`; an instance comes when its step does. */
const instanceBase = (name: string): string => (name.endsWith(']') ? name.slice(0, name.lastIndexOf('[')) : name)

const dependantsOf = (steps: ReadonlyArray<FrameStep>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const dependants = new Map<string, string[]>()
  for (const { name, dependencies } of steps) {
    for (const dependency of dependencies) {
      const list = dependants.get(dependency)
      if (list === undefined) dependants.set(dependency, [name])
      else list.push(name)
    }
  }
  return dependants
}

const nearestConvergences = (
  planningStep: string,
  names: ReadonlyMap<string, FrameStep>,
  below: (name: string) => ReadonlyArray<string>,
  downstreamOf: (names: Iterable<string>) => ReadonlySet<string>,
): ReadonlySet<string> => {
  const typeOf = (name: string) => names.get(name)?.type
  const stops = (name: string) => ['deferred_convergence', 'gate', 'planning'].includes(typeOf(name) ?? '')
  const reachable = reached(below(planningStep), below, (name) => !stops(name))
  const nearest = [...reachable].filter((name) => typeOf(name) === 'deferred_convergence')
  if (nearest.length < 2) return new Set(nearest)
  // Where two are reached without passing a third, one may still stand behind the other.
  const beyond = downstreamOf(nearest.flatMap(below))
  return new Set(nearest.filter((name) => !beyond.has(name)))
}

const reached = (
  from: Iterable<string>,
  next: (name: string) => ReadonlyArray<string>,
  passes: (name: string) => boolean,
): Set<string> => {
  const seen = new Set<string>()
  const open = [...from]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    if (passes(name)) for (const other of next(name)) open.push(other)
  }
  return seen
}
