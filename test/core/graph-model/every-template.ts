/** Every template of a size: all types, all edges between them, and the given kinds of convergence. */
import type { ModelStep } from './model.js'

type Kind = Pick<ModelStep, 'type' | 'requires' | 'tolerateFailures' | 'onEmpty'>

export const PLAIN: Kind = { type: 'deferred_convergence' }

export const EVERY_CONVERGENCE: ReadonlyArray<Kind> = (['all', 'any', { quorum: 2 }] as const).flatMap((requires) =>
  [false, true].flatMap((tolerateFailures) =>
    (['run', 'skip'] as const).map((onEmpty) => ({ ...PLAIN, requires, tolerateFailures, onEmpty })),
  ),
)

const NAMES = ['a', 'b', 'c', 'd']

/** Those that a template check would refuse are left out: a decision about nothing, a convergence of nothing. */
export function* everyTemplate(
  size: number,
  convergences: ReadonlyArray<Kind>,
): Generator<ReadonlyArray<ModelStep>, void, undefined> {
  for (const steps of grown([], size, convergences)) {
    const decidesNothing = ({ name, type }: ModelStep): boolean =>
      type === 'decision' && !steps.some((step) => step.dependencies.includes(name))
    if (!steps.some(decidesNothing)) yield steps
  }
}

function* grown(
  steps: ReadonlyArray<ModelStep>,
  size: number,
  convergences: ReadonlyArray<Kind>,
): Generator<ReadonlyArray<ModelStep>, void, undefined> {
  if (steps.length === size) {
    yield steps
    return
  }
  const name = NAMES[steps.length] ?? ''
  for (let edges = 0; edges < 2 ** steps.length; edges += 1) {
    const dependencies = steps.map((step) => step.name).filter((_, index) => (edges >> index) % 2 === 1)
    const kinds: ReadonlyArray<Kind> = [
      { type: 'standard' },
      { type: 'decision' },
      ...(dependencies.length === 0 ? [] : convergences),
    ]
    for (const kind of kinds) yield* grown([...steps, { ...kind, name, dependencies }], size, convergences)
  }
}
