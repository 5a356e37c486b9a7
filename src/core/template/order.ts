/** The order of steps by their dependencies, and the cycle that stands in its way where there is one. */
import * as E from 'fp-ts/lib/Either.js'

interface Ordered {
  readonly name: string
  readonly dependencies: ReadonlyArray<string>
}

/**
 * Dependencies before dependants, else in the order given; names that are not among the steps are passed over. On the
 * left a cycle, as names in which each depends on the one before it and the first on the last.
 */
export const inOrder = <S extends Ordered>(
  steps: ReadonlyArray<S>,
): E.Either<ReadonlyArray<string>, ReadonlyArray<S>> => {
  const byName = new Map(steps.map((step) => [step.name, step]))
  const placed = new Set<string>()
  const ordered: S[] = []
  for (const first of byName.values()) {
    const path: Array<{ readonly step: S; next: number }> = []
    const onPath = new Set<string>()
    const enter = (step: S): void => {
      path.push({ step, next: 0 })
      onPath.add(step.name)
    }
    if (!placed.has(first.name)) enter(first)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = top.step.dependencies[top.next]
      top.next += 1
      if (dependency === undefined) {
        placed.add(top.step.name)
        ordered.push(top.step)
        onPath.delete(top.step.name)
        path.pop()
        continue
      }
      const step = byName.get(dependency)
      if (step === undefined || placed.has(dependency)) continue
      if (onPath.has(dependency))
        return E.left(
          cycleOf(
            path.map((entry) => entry.step.name),
            dependency,
          ),
        )
      enter(step)
    }
  }
  return E.right(ordered)
}

const cycleOf = (path: ReadonlyArray<string>, repeated: string): ReadonlyArray<string> =>
  path.slice(path.indexOf(repeated)).toReversed()
