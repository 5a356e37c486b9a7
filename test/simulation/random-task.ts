/** Random templates and what their steps do, drawn from the world's chance: small graphs in which everything occurs. */
import type { Json } from '../../src/core/json.js'
import type { Outcome } from '../../src/core/outcome.js'
import type { StepDefinition } from '../../src/core/step.js'
import type { Template } from '../../src/core/template.js'
import { StepFailure } from '../../src/ports/handler.js'
import { templateWith } from '../support/small-engine.js'
import type { World } from './world.js'

export interface RandomTask {
  readonly template: Template
  /** What an attempt of a step does; drawn anew each time, so that a retry may go otherwise. */
  act(step: StepDefinition, attempt: number): Json | Outcome
}

const MAX_STEPS = 9
const RETRY = { maxAttempts: 3, maxLosses: 50, backoff: 'fibonacci', baseMs: 50, capMs: 1_000 } as const

export const randomTask = (world: World): RandomTask => {
  const steps: StepDefinition[] = []
  const count = 1 + world.pick(MAX_STEPS)
  for (let index = 0; index < count; index += 1) steps.push(randomStep(world, steps))
  // A decision without descendants, or a convergence without dependencies, is no template.
  const used = new Set(steps.flatMap((step) => step.dependencies))
  const sound = steps.map((step): StepDefinition => {
    if (step.type === 'decision' && !used.has(step.name)) return { ...step, type: 'standard', handler: 'work' }
    return step
  })
  const template = templateWith(Object.fromEntries(sound.map((step) => [step.name, step])))
  return { template, act: (step, attempt) => act(world, sound, step, attempt) }
}

const randomStep = (world: World, before: ReadonlyArray<StepDefinition>): StepDefinition => {
  const name = `s${before.length}`
  const dependencies = before.filter(() => world.random() < 0.35).map((step) => step.name)
  const of = { name, dependencies, handler: 'work', retry: RETRY }
  const kind = world.random()
  if (dependencies.length > 0 && kind < 0.3) return { ...of, ...randomConvergence(world), type: 'deferred_convergence' }
  if (kind < 0.5) return { ...of, type: 'decision', handler: 'choose' }
  if (kind < 0.65) return { ...of, type: 'standard', handler: 'spread' }
  return { ...of, type: 'standard' }
}

const randomConvergence = (world: World): Partial<StepDefinition> => {
  const requires = (['all', 'any', { quorum: 1 + world.pick(3) }] as const)[world.pick(3)] ?? 'all'
  return { requires, tolerateFailures: world.random() < 0.5, onEmpty: world.random() < 0.3 ? 'skip' : 'run' }
}

const act = (
  world: World,
  steps: ReadonlyArray<StepDefinition>,
  step: StepDefinition,
  attempt: number,
): Json | Outcome => {
  const luck = world.random()
  if (luck < 0.06) throw new StepFailure('broken', 'broken for good', { retryable: false })
  if (luck < 0.2) throw new Error('bad luck')
  if (step.handler === 'choose') return { kind: 'decided', create: choice(world, steps, step), result: { value: null } }
  if (step.handler === 'spread') return spread(world)
  return { by: step.name, attempt }
}

/** Mostly direct dependants; now and then nothing, a deeper descendant, or a name that is refused. */
const choice = (world: World, steps: ReadonlyArray<StepDefinition>, step: StepDefinition): ReadonlyArray<string> => {
  if (world.random() < 0.1) return []
  if (world.random() < 0.05) return ['nowhere']
  const below = steps.filter((other) => other.dependencies.includes(step.name))
  return below.filter(() => world.random() < 0.6).map((other) => other.name)
}

const spread = (world: World): Outcome => {
  const items = Array.from({ length: world.pick(5) }, (_, index) => index)
  const parallelism = world.random() < 0.5 ? { parallelism: 2 } : {}
  const handler = world.random() < 0.15 ? 'spread' : 'work'
  return { kind: 'fanned-out', items, handler, config: {}, retry: RETRY, ...parallelism }
}
