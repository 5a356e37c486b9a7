/**
 * A random task and what is to become of it: its template, what each of its steps does, and the same graph for the model,
 * in which a batch and a fan-out stand with their instances. Made so that the order in which steps end changes nothing.
 */
import type { Json } from '../../src/core/json.js'
import type { ModelStep } from '../core/graph-model/model.js'
import type { Dice } from '../support/dice.js'
import { type End, predict } from './prediction.js'

/** What the handler of a step does; told to it by the task's input. */
export interface Fate {
  readonly ms: number
  /** Attempts that fail before one does not. */
  readonly failures: number
  /** Times that it hands back a checkpoint before it is done. */
  readonly yields: number
  readonly end: 'completes' | 'fails' | 'exhausts'
  readonly create?: ReadonlyArray<string>
  readonly cursors?: number
}

export interface Story {
  readonly template: Json
  readonly input: Json
  readonly fates: Readonly<Record<string, Fate>>
  readonly gates: ReadonlyArray<string>
  readonly signals: ReadonlyArray<string>
  readonly maxSteps: number
  readonly end: End
}

export const NAMESPACE = 'chaos'
export const SCARCE = 'scarce'

type Kind = 'work' | 'choose' | 'join' | 'gate' | 'signal' | 'wait' | 'child' | 'batch' | 'fan'

interface Drawn {
  readonly name: string
  readonly kind: Kind
  readonly dependencies: ReadonlyArray<Drawn>
  readonly join: Pick<ModelStep, 'requires' | 'tolerateFailures' | 'onEmpty'>
  readonly instances: ReadonlyArray<string>
  readonly isScarce: boolean
}

const KINDS: readonly [Kind, ...Kind[]] = [
  ...(['work', 'work', 'work', 'work', 'work', 'choose', 'choose', 'choose', 'join', 'join', 'join'] as const),
  ...(['gate', 'signal', 'wait', 'child', 'batch', 'batch', 'fan'] as const),
]
const MAX_STEPS = 10
const DRAWS = 200

/** Draws until the order of things is of no consequence: the answers of decisions are what it may depend on. */
export const randomStory = (dice: Dice, number: number): Story => {
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const steps = drawSteps(dice)
    const fates = Object.fromEntries(steps.flatMap((step) => fatesOf(dice, step, steps)))
    const end = predict(steps.flatMap(modelOf), fates, dice)
    if (end !== undefined) return storyOf(number, steps, fates, end)
  }
  throw new Error(`story ${number}: every draw of ${DRAWS} depends on the order of things`)
}

const drawSteps = (dice: Dice): ReadonlyArray<Drawn> => {
  const steps: Drawn[] = []
  const count = 4 + dice.upTo(MAX_STEPS - 3)
  while (steps.length < count) steps.push(drawStep(dice, steps))
  const used = new Set(steps.flatMap(({ dependencies }) => dependencies.map(({ name }) => name)))
  // A decision about nothing is no template.
  const sound = steps.map((step): Drawn => (step.kind === 'choose' && !used.has(step.name) ? asWork(step) : step))
  return sound.map((step) => ({
    ...step,
    dependencies: step.dependencies.map((above) => sound.find(({ name }) => name === above.name) ?? above),
  }))
}

const asWork = (step: Drawn): Drawn => ({ ...step, kind: 'work' })

const drawStep = (dice: Dice, before: ReadonlyArray<Drawn>): Drawn => {
  const name = `s${before.length}`
  const dependencies = before.length === 0 ? [] : [...new Set(drawSome(dice, before))]
  const drawn = dice.one(KINDS)
  const kind = drawn === 'join' && dependencies.length === 0 ? 'work' : drawn
  return {
    name,
    kind,
    dependencies,
    join: {
      requires: dice.one(['all', 'all', 'any', { quorum: 2 }] as const),
      tolerateFailures: dice.chance(0.4),
      onEmpty: dice.one(['run', 'run', 'skip'] as const),
    },
    instances: instancesOf(name, kind, 1 + dice.upTo(3), dice.chance(0.2)),
    isScarce: dice.chance(0.1),
  }
}

const drawSome = (dice: Dice, before: ReadonlyArray<Drawn>): ReadonlyArray<Drawn> =>
  Array.from({ length: dice.upTo(4) }, () => before[dice.upTo(before.length)]).flatMap((step) => step ?? [])

const instancesOf = (name: string, kind: Kind, count: number, isEmpty: boolean): ReadonlyArray<string> => {
  const numbers = Array.from({ length: count }, (_, index) => index)
  if (kind === 'fan') return numbers.map((index) => `${name}[${index}]`)
  if (kind !== 'batch') return []
  // Where there is nothing to do, one worker stands in that has done it.
  return isEmpty ? [`${workerOf(name)}_000`] : numbers.map((index) => `${workerOf(name)}_00${index + 1}`)
}

const workerOf = (name: string): string => name.replace('s', 'w')

const fatesOf = (dice: Dice, step: Drawn, steps: ReadonlyArray<Drawn>): ReadonlyArray<readonly [string, Fate]> => {
  const isEmptyBatch = step.instances.some((name) => name.endsWith('_000'))
  const own = step.kind === 'work' || step.kind === 'gate' || step.kind === 'child' ? drawFate(dice) : plainFate(dice)
  const below = steps.filter(({ dependencies }) => dependencies.some(({ name }) => name === step.name))
  const named = below.filter(({ kind }) => kind !== 'join' && dice.chance(0.6)).map(({ name }) => name)
  const create = dice.chance(0.04) ? ['nowhere'] : named
  return [
    [
      step.name,
      {
        ...own,
        ...(step.kind === 'choose' ? { create } : {}),
        ...(step.kind === 'batch' ? { cursors: isEmptyBatch ? 0 : step.instances.length } : {}),
      },
    ],
    ...step.instances.map((name): readonly [string, Fate] => [
      name,
      isEmptyBatch ? { ms: 0, failures: 0, yields: 0, end: 'completes' } : instanceFate(dice, step.kind),
    ]),
  ]
}

const plainFate = (dice: Dice): Fate => ({
  ms: 20 + dice.upTo(300),
  failures: dice.chance(0.15) ? 1 : 0,
  yields: 0,
  end: 'completes',
})

const drawFate = (dice: Dice): Fate => {
  const end = dice.chance(0.1) ? dice.one(['fails', 'fails', 'exhausts'] as const) : 'completes'
  return { ms: 20 + dice.upTo(300), failures: dice.chance(0.2) ? 1 + dice.upTo(2) : 0, yields: 0, end }
}

/** An instance of a fan-out is short: how often it may be lost is not for a template to say. */
const instanceFate = (dice: Dice, kind: Kind): Fate =>
  kind === 'fan' ? { ...drawFate(dice), ms: 5 + dice.upTo(20) } : { ...drawFate(dice), yields: dice.upTo(3) }

/** The names by which the model knows what a step waits for. */
const expanded = (step: Drawn): ReadonlyArray<string> => (step.instances.length === 0 ? [step.name] : step.instances)

const modelOf = (step: Drawn): ReadonlyArray<ModelStep> => {
  const dependencies = [...new Set(step.dependencies.flatMap(expanded))]
  const type = step.kind === 'choose' ? 'decision' : step.kind === 'join' ? 'deferred_convergence' : 'standard'
  return [
    { name: step.name, type, dependencies, ...(step.kind === 'join' ? step.join : {}) },
    ...step.instances.map((name): ModelStep => ({ name, type: 'standard', dependencies: [step.name] })),
  ]
}

const RETRY: Json = { max_attempts: 3, max_losses: 100, backoff: 'linear', backoff_base_ms: 50, max_backoff_ms: 200 }

const writtenOf = (step: Drawn): ReadonlyArray<Json> => {
  const { name, kind, join } = step
  const dependencies = step.dependencies.map((above) => (above.kind === 'batch' ? workerOf(above.name) : above.name))
  const scarce = step.isScarce ? { limit_key: SCARCE } : {}
  const written = { name, dependencies, retry: RETRY, ...scarce }
  const by = (callable: string, initialization: Json = {}): Json => ({ callable, initialization })
  switch (kind) {
    case 'work':
    case 'child':
      return [{ ...written, handler: by(kind === 'work' ? 'chaos_work' : 'chaos_child') }]
    case 'choose':
      return [{ ...written, type: 'decision', handler: by('chaos_work') }]
    case 'join': {
      const { requires = 'all', tolerateFailures = false, onEmpty = 'run' } = join
      const said = { requires, tolerate_failures: tolerateFailures, on_empty: onEmpty }
      return [{ ...written, type: 'deferred_convergence', ...said, handler: by('chaos_work') }]
    }
    case 'gate':
      return [{ ...written, type: 'gate', handler: by('catalog:gate', { question: `May ${name} go on?` }) }]
    case 'signal':
      return [{ ...written, handler: by('catalog:wait', { signal: name }) }]
    case 'wait':
      return [{ ...written, handler: by('catalog:wait', { seconds: 1 }) }]
    case 'batch':
      return [
        {
          ...written,
          type: 'batchable',
          batch_config: { worker_template: workerOf(name) },
          handler: by('chaos_split'),
        },
        {
          name: workerOf(name),
          type: 'batch_worker',
          dependencies: [name],
          retry: RETRY,
          batch_config: { worker_template: workerOf(name), parallelism: 2 },
          handler: by('chaos_work'),
        },
      ]
    case 'fan': {
      const items = step.instances.map((_, index) => index)
      return [{ ...written, handler: by('catalog:fan_out', { items, handler: 'chaos_work', max_attempts: 3 }) }]
    }
    default:
      return unknownKind(kind)
  }
}

const storyOf = (
  number: number,
  steps: ReadonlyArray<Drawn>,
  fates: Readonly<Record<string, Fate>>,
  end: End,
): Story => {
  const maxSteps = steps.reduce(
    (sum, { kind, instances }) => sum + 1 + instances.length + (kind === 'batch' ? 1 : 0),
    0,
  )
  const of = (kind: Kind) => steps.filter((step) => step.kind === kind).map(({ name }) => name)
  return {
    template: {
      name: `story_${number}`,
      namespace_name: NAMESPACE,
      version: '1.0.0',
      bounds: { max_steps: maxSteps },
      steps: steps.flatMap(writtenOf),
    },
    input: { fates: JSON.parse(JSON.stringify(fates)) },
    fates,
    gates: of('gate'),
    signals: of('signal'),
    maxSteps,
    end,
  }
}

const unknownKind = (kind: never): never => {
  throw new Error(`no story has a step of the kind ${kind}`)
}
