/** What stands above and below a step of a template, by the dependencies that were written. */
import type { StepDefinition } from '../step.js'

type Named = Pick<StepDefinition, 'name' | 'dependencies'>

/** All that a step depends on, directly or through others, itself left out. Names that are no step are passed over. */
export const precedingSteps = (byName: ReadonlyMap<string, Named>, name: string): ReadonlySet<string> =>
  reached(name, (at) => (byName.get(at)?.dependencies ?? []).filter((dependency) => byName.has(dependency)))

export const dependantsOf = (steps: ReadonlyArray<Named>): ReadonlyMap<string, ReadonlyArray<string>> => {
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

/** All that is reached from a step, itself left out; `passes` says through which steps the walk goes on. */
export const reached = (
  from: string,
  next: (name: string) => ReadonlyArray<string>,
  passes: (name: string) => boolean = () => true,
): ReadonlySet<string> => {
  const seen = new Set<string>()
  const open = [...next(from)]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    if (passes(name)) open.push(...next(name))
  }
  seen.delete(from)
  return seen
}
