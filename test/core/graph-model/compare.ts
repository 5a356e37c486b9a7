/** The model and the core, side by side through the same history; a difference is told with the shortest way to it. */
import { CoreRun } from './core-run.js'
import { type Happened, type Intervention, isIntervention, type ModelStep, type Picture, picture } from './model.js'

export interface Difference {
  readonly about: string
  readonly steps: ReadonlyArray<ModelStep>
  readonly history: ReadonlyArray<Happened>
  readonly model: unknown
  readonly core: unknown
}

/** What the model and the core say differently after this history. */
export const difference = (
  steps: ReadonlyArray<ModelStep>,
  history: ReadonlyArray<Happened>,
  hands: 'hands' | 'no hands' = 'no hands',
): { readonly model: Picture; readonly difference: Difference | undefined } => {
  const model = picture(steps, history)
  const core = new CoreRun(steps)
  for (const happened of history) {
    if (!isIntervention(happened)) core.take(happened)
    else if (!core.meddle(happened)) throw new Error(`${happened.step} could not be ${happened.came}`)
  }
  const differ = (about: string, ofModel: unknown, ofCore: unknown): Difference | undefined =>
    JSON.stringify(ofModel) === JSON.stringify(ofCore)
      ? undefined
      : { about, steps, history, model: ofModel, core: ofCore }
  const inOrder = (names: ReadonlyArray<string>) => names.toSorted()
  const settled = (settlements: Picture['settlements']) => [...settlements].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const found =
    differ('ready', inOrder(model.ready), inOrder(core.ready())) ??
    differ('status', model.status, core.status()) ??
    differ('skipped', inOrder(model.skipped), inOrder(core.skipped())) ??
    (hands === 'hands'
      ? differ('interventions', inOrder(model.interventions.map(said)), inOrder(core.interventions().map(said)))
      : undefined) ??
    (model.status === 'open'
      ? undefined
      : differ('settlements', settled(model.settlements), settled(core.settlements())))
  return { model, difference: found }
}

const said = ({ step, came }: Intervention): string => `${step} ${came}`

/** What a step may come to: a decision names any of the other steps, as it should or as it should not. */
export const outcomesOf = (step: ModelStep, steps: ReadonlyArray<ModelStep>): ReadonlyArray<Happened> => {
  const failed: Happened = { step: step.name, came: 'failed' }
  if (step.type !== 'decision') return [{ step: step.name, came: 'completed' }, failed]
  const others = steps.map(({ name }) => name).filter((name) => name !== step.name)
  return [...subsets(others).map((create): Happened => ({ step: step.name, came: 'decided', create })), failed]
}

const subsets = (names: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  Array.from({ length: 2 ** names.length }, (_, chosen) => names.filter((_name, index) => (chosen >> index) % 2 === 1))

/** Every history that the model allows, in every order: calls back with each difference and returns how many pictures. */
export const everyHistory = (
  steps: ReadonlyArray<ModelStep>,
  tell: (difference: Difference) => void,
  orders: 'all' | 'first',
): number => {
  let pictures = 0
  const go = (history: ReadonlyArray<Happened>): void => {
    pictures += 1
    const { model, difference: found } = difference(steps, history)
    if (found !== undefined) {
      tell(found)
      return
    }
    for (const name of orders === 'all' ? model.ready : model.ready.slice(0, 1)) {
      const step = steps.find((each) => each.name === name)
      if (step !== undefined) for (const happened of outcomesOf(step, steps)) go([...history, happened])
    }
  }
  go([])
  return pictures
}

export const shownDifference = ({ about, steps, history, model, core }: Difference): string =>
  [
    `model and core differ in ${about}`,
    ...steps.map(
      ({ name, type, dependencies, requires, tolerateFailures, onEmpty }) =>
        `  ${name}: ${type} [${dependencies.join(' ')}] ${JSON.stringify({ requires, tolerateFailures, onEmpty })}`,
    ),
    ...history.map((happened) => `  then ${JSON.stringify(happened)}`),
    `  model: ${JSON.stringify(model)}`,
    `  core:  ${JSON.stringify(core)}`,
  ].join('\n')
