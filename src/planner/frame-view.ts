/**
 * The frame as a planner reads it: where each step stands to the planning step, and which convergence is the nearest.
 * It only tells; whether a fragment may do something with the frame is said by validation.
 */
import type { Frame, FrameStep } from '../core/frame.js'

/** `before` may be depended on and referenced; nothing else of the frame may. */
export type Place = 'this' | 'before' | 'after' | 'beside'

export const placesOf = (frame: Frame): ReadonlyMap<string, Place> => {
  const before = reach(frame.planningStep, dependenciesOf(frame))
  const after = reach(frame.planningStep, dependantsOf(frame))
  return new Map(
    frame.steps.map(({ name }): [string, Place] => [
      name,
      name === frame.planningStep ? 'this' : before.has(name) ? 'before' : after.has(name) ? 'after' : 'beside',
    ]),
  )
}

/** The convergence that the fewest edges below the planning step lead to, past no gate and no other planning step. */
export const nearestConvergence = (frame: Frame): string | undefined => {
  const dependants = dependantsOf(frame)
  const types = new Map(frame.steps.map((step): [string, FrameStep['type']] => [step.name, step.type]))
  const seen = new Set<string>([frame.planningStep])
  for (let level: ReadonlyArray<string> = [frame.planningStep]; level.length > 0; ) {
    const next = level.flatMap((name) => dependants.get(name) ?? []).filter((name) => !seen.has(name))
    const found = frame.steps.find((step) => next.includes(step.name) && step.type === 'deferred_convergence')
    if (found !== undefined) return found.name
    for (const name of next) seen.add(name)
    level = [...new Set(next)].filter((name) => types.get(name) !== 'gate' && types.get(name) !== 'planning')
  }
  return undefined
}

const dependenciesOf = (frame: Frame): ReadonlyMap<string, ReadonlyArray<string>> =>
  new Map(frame.steps.map((step) => [step.name, step.dependencies]))

const dependantsOf = (frame: Frame): ReadonlyMap<string, ReadonlyArray<string>> => {
  const dependants = new Map<string, string[]>()
  for (const step of frame.steps) {
    for (const dependency of step.dependencies) {
      const known = dependants.get(dependency)
      if (known === undefined) dependants.set(dependency, [step.name])
      else known.push(step.name)
    }
  }
  return dependants
}

const reach = (from: string, edges: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlySet<string> => {
  const reached = new Set<string>()
  const waiting = [from]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const next of edges.get(name) ?? []) {
      if (reached.has(next)) continue
      reached.add(next)
      waiting.push(next)
    }
  }
  return reached
}
