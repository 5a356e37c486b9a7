/**
 * The work that is measured: tasks of steps that do nothing, so that every microsecond is the system's own. The same
 * shapes as the peers were measured with.
 */
import { defineHandler } from '../../catalog/define-handler.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import type { Handler, HandlerContext } from '../../src/ports/handler.js'

export interface Workload {
  /** `W1@100`: the shape, and how many tasks are in flight or how wide the one task is. */
  readonly id: string
  readonly about: string
  readonly shape: Shape
  readonly inFlight: number
  /** `loop`: tasks follow each other for a while. `whole`: whole tasks are timed, so many together, at least once. */
  readonly timing: 'loop' | 'whole'
}

export type Shape =
  | { readonly kind: 'sequence'; readonly steps: number }
  /** 1 → width → 1. */
  | { readonly kind: 'fan'; readonly width: number }
  /** The same, where all of it is created by a decision, or what is in parallel by a batch. */
  | { readonly kind: 'decided' | 'batch'; readonly width: number }
  /** A decision → a batch of workers → a convergence. */
  | { readonly kind: 'routed'; readonly width: number }

const W1 = { kind: 'sequence', steps: 10 } as const
const W2 = { kind: 'fan', width: 100 } as const
const W5 = { kind: 'routed', width: 20 } as const
const W5_TASKS = 500

const loop = (name: string, shape: Shape, inFlight: number, about: string): Workload => ({
  id: `${name}@${inFlight}`,
  about: `${about}, ${inFlight} in flight`,
  shape,
  inFlight,
  timing: 'loop',
})

const whole = (id: string, shape: Shape, about: string, inFlight = 1): Workload => ({
  id,
  about,
  shape,
  inFlight,
  timing: 'whole',
})

export const WORKLOADS: ReadonlyArray<Workload> = [
  ...[1, 10, 50, 100].map((inFlight) => loop('W1', W1, inFlight, '10 sequential steps')),
  ...[1, 50, 100].map((inFlight) => loop('W2', W2, inFlight, '1 → 100 parallel → 1')),
  loop('W2-decided', { kind: 'decided', width: 100 }, 50, 'a decision → 1 → 100 parallel → 1'),
  loop('W2-batch', { kind: 'batch', width: 100 }, 50, 'a batch of 100 workers → 1'),
  whole('W3', { kind: 'sequence', steps: 1_000 }, 'one task of 1,000 sequential steps'),
  whole('W4@2000', { kind: 'fan', width: 2_000 }, 'one task 1 → 2,000 parallel → 1'),
  whole('W4@10000', { kind: 'fan', width: 10_000 }, 'one task 1 → 10,000 parallel → 1'),
  whole('W4-decided@10000', { kind: 'decided', width: 10_000 }, 'one task: a decision → 1 → 10,000 parallel → 1'),
  whole('W4-batch@10000', { kind: 'batch', width: 10_000 }, 'one task: a batch of 10,000 workers → 1'),
  whole('W5', W5, `${W5_TASKS} tasks: a decision → 20 batch workers → a convergence`, W5_TASKS),
]

/** What separate worker processes are given, over BullMQ. */
export const CARRIED: ReadonlyArray<Workload> = [
  loop('W1', W1, 100, '10 sequential steps'),
  loop('W2', W2, 50, '1 → 100 parallel → 1'),
]

export const NAMESPACE = 'bench'
const CALLABLE = 'bench_nothing'

/** Steps that run; what a decision leaves out does not. */
export const stepsOf = (shape: Shape): number =>
  shape.kind === 'sequence' ? shape.steps : shape.width + (shape.kind === 'routed' || shape.kind === 'decided' ? 3 : 2)

/** The same shape at the size of W1, W2 or W5. */
export const smallOf = (shape: Shape): Shape => {
  if (shape.kind === 'sequence') return W1
  return shape.kind === 'routed' ? W5 : { kind: shape.kind, width: W2.width }
}

/** A template as its author would write it, so that it passes through the same door. */
export const templateFor = (shape: Shape): Json => ({
  name: shape.kind === 'sequence' ? `sequence_of_${shape.steps}` : `${shape.kind}_of_${shape.width}`,
  namespace_name: NAMESPACE,
  version: '1.0.0',
  steps: shape.kind === 'sequence' ? sequence(shape.steps) : WIDE[shape.kind](shape.width),
})

const step = (name: string, dependencies: ReadonlyArray<string>, more: JsonObject = {}): Json => ({
  name,
  dependencies,
  handler: { callable: CALLABLE },
  ...more,
})

/** A step whose result is that of a decision or of a batchable step. */
const saying = (result: JsonObject): JsonObject => ({ handler: { callable: CALLABLE, initialization: result } })

const sequence = (count: number): ReadonlyArray<Json> =>
  Array.from({ length: count }, (_, index) => step(`step_${index + 1}`, index === 0 ? [] : [`step_${index}`]))

const wideNames = (width: number): ReadonlyArray<string> =>
  Array.from({ length: width }, (_, index) => `wide_${index + 1}`)

const fan = (width: number): ReadonlyArray<Json> => {
  const wide = wideNames(width)
  return [step('fork', []), ...wide.map((name) => step(name, ['fork'])), step('join', wide)]
}

const CONVERGENCE = { type: 'deferred_convergence' } as const

const decided = (width: number): ReadonlyArray<Json> => {
  const wide = wideNames(width)
  return [
    step('choose', [], { type: 'decision', ...saying({ route: 'fork' }) }),
    step('fork', ['choose']),
    ...wide.map((name) => step(name, ['fork'])),
    step('aside', ['choose']),
    step('join', [...wide, 'aside'], CONVERGENCE),
  ]
}

const batchOf = (width: number, dependencies: ReadonlyArray<string>): ReadonlyArray<Json> => [
  step('split', dependencies, { type: 'batchable', ...saying({ batches: width }) }),
  step('wide', ['split'], { type: 'batch_worker' }),
]

const batch = (width: number): ReadonlyArray<Json> => [...batchOf(width, []), step('join', ['wide'], CONVERGENCE)]

const routed = (width: number): ReadonlyArray<Json> => [
  step('choose', [], { type: 'decision', ...saying({ route: 'split' }) }),
  ...batchOf(width, ['choose']),
  step('aside', ['choose']),
  step('join', ['wide', 'aside'], CONVERGENCE),
]

const WIDE = { fan, decided, batch, routed } as const

export const isWide = (name: string): boolean => name.startsWith('wide_')

/** Does nothing, and tells when. Decisions and batchable steps answer as their template says. */
export const nothingHandler = (onCall: (context: HandlerContext) => void): Handler =>
  defineHandler({
    name: CALLABLE,
    run: ({ config, context }) => {
      onCall(context)
      return answerTo(config)
    },
  })

const answerTo = ({ route, batches }: JsonObject): Json => {
  if (typeof route === 'string') return { type: 'create_steps', step_names: [route] }
  if (typeof batches !== 'number') return null
  const cursors = Array.from({ length: batches }, (_, at) => ({ start_cursor: at * 10, end_cursor: at * 10 + 10 }))
  return {
    type: 'create_batches',
    worker_template_name: 'wide',
    worker_count: batches,
    cursor_configs: cursors,
    total_items: batches * 10,
  }
}
