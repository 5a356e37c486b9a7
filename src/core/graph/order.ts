/** Orders declared steps so that dependencies come first; steps that are free stay in the order they were written in. */
import type { StepDefinition } from '../step.js'

/** Throws on a cycle: registration and validation have refused those, so one here is a fault of theirs. */
export const dependenciesFirst = (steps: ReadonlyArray<StepDefinition>): ReadonlyArray<StepDefinition> => {
  const byName = new Map(steps.map((step) => [step.name, step]))
  const open = new Map<string, number>()
  const dependents = new Map<string, StepDefinition[]>()
  for (const step of steps) {
    const inside = step.dependencies.filter((name) => byName.has(name))
    open.set(step.name, inside.length)
    for (const name of inside) {
      const known = dependents.get(name)
      if (known === undefined) dependents.set(name, [step])
      else known.push(step)
    }
  }
  const ordered = steps.filter((step) => open.get(step.name) === 0)
  for (let index = 0; index < ordered.length; index += 1) {
    for (const next of dependents.get(ordered[index]?.name ?? '') ?? []) {
      const left = (open.get(next.name) ?? 0) - 1
      open.set(next.name, left)
      if (left === 0) ordered.push(next)
    }
  }
  if (ordered.length !== steps.length) throw new Error('the steps depend on one another in a circle')
  return ordered
}
