/** Larger graphs than can be tried one by one: random templates, each run once in a random order to its end. */
import fc from 'fast-check'
import { type Difference, difference, outcomesOf } from './compare.js'
import type { Happened, ModelStep } from './model.js'

/** Skipping what failures left empty is tried in the small graphs. */
const convergence = fc
  .record({
    type: fc.constant('deferred_convergence' as const),
    requires: fc.constantFrom('all' as const, 'any' as const, { quorum: 2 }),
    onFailure: fc.constantFrom(
      { tolerateFailures: false, onEmpty: 'run' as const },
      { tolerateFailures: false, onEmpty: 'skip' as const },
      { tolerateFailures: true, onEmpty: 'run' as const },
    ),
  })
  .map(({ type, requires, onFailure }) => ({ type, requires, ...onFailure }))

/** A step of a random graph, and which of the steps before it it depends on. */
const written = fc.record({
  kind: fc.oneof(
    fc.record({ type: fc.constant('standard' as const) }),
    fc.record({ type: fc.constant('decision' as const) }),
    convergence,
  ),
  above: fc.array(fc.nat(), { maxLength: 3 }),
})

export const randomSteps = (maxSteps: number): fc.Arbitrary<ReadonlyArray<ModelStep>> =>
  fc.array(written, { minLength: 2, maxLength: maxSteps }).map((all) =>
    all.map(({ kind, above }, index): ModelStep => {
      const names = index === 0 ? [] : above.map((number) => `s${number % index}`)
      const dependencies = [...new Set(names)]
      // What a template could not be refused for.
      const isLast = !all
        .slice(index + 1)
        .some((other, later) => other.above.some((n) => n % (index + 1 + later) === index))
      const unfit = dependencies.length === 0 ? kind.type === 'deferred_convergence' : false
      const shape = unfit || (isLast && kind.type === 'decision') ? { type: 'standard' as const } : kind
      return { name: `s${index}`, dependencies, ...shape }
    }),
  )

/** Follows one history, chosen by the numbers, until nothing is ready; stops at the first difference. */
export const follow = (steps: ReadonlyArray<ModelStep>, choices: ReadonlyArray<number>): Difference | undefined => {
  const history: Happened[] = []
  for (let turn = 0; ; turn += 1) {
    const { model, difference: found } = difference(steps, history)
    if (found !== undefined || model.ready.length === 0) return found
    const choice = choices[turn % choices.length] ?? 0
    const name = model.ready[choice % model.ready.length]
    const step = steps.find((each) => each.name === name)
    if (step === undefined) return undefined
    history.push(chosen(step, steps, Math.floor(choice / 7)))
  }
}

const MAX_INTERVENTIONS = 6

/** The same, and now and then a person resolves, skips or resets some step, as long as the model says that they may. */
export const followWithHands = (
  steps: ReadonlyArray<ModelStep>,
  choices: ReadonlyArray<number>,
): Difference | undefined => {
  const history: Happened[] = []
  for (let turn = 0, left = MAX_INTERVENTIONS; ; turn += 1) {
    const { model, difference: found } = difference(steps, history, 'hands')
    if (found !== undefined) return found
    const choice = choices[turn % choices.length] ?? 0
    const intervention = model.interventions[Math.floor(choice / 11) % model.interventions.length]
    const name = model.ready[choice % model.ready.length]
    const step = steps.find((each) => each.name === name)
    if (intervention !== undefined && left > 0 && (step === undefined || choice % 3 === 0)) {
      left -= 1
      history.push(intervention)
    } else if (step !== undefined) history.push(chosen(step, steps, Math.floor(choice / 7)))
    else return undefined
  }
}

/** Decisions mostly name what they may: most of all that could be named would be refused. */
const chosen = (step: ModelStep, steps: ReadonlyArray<ModelStep>, choice: number): Happened => {
  if (step.type !== 'decision' || choice % 10 === 0) {
    const outcomes = outcomesOf(step, step.type === 'decision' ? steps.slice(-6) : steps)
    return (
      outcomes[choice % 4 === 3 ? outcomes.length - 1 : choice % outcomes.length] ?? { step: step.name, came: 'failed' }
    )
  }
  const below = steps.filter(({ dependencies }) => dependencies.includes(step.name)).map(({ name }) => name)
  return { step: step.name, came: 'decided', create: below.filter((_, index) => (choice >> index) % 2 === 1) }
}
