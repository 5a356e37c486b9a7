/**
 * The work that is measured: tasks of steps that do nothing, so that every microsecond is the system's own. The same
 * shapes as the peers were measured with.
 */
import { defineHandler } from '../../catalog/define-handler.js'
import type { Json } from '../../src/core/json.js'
import type { Handler, HandlerContext } from '../../src/ports/handler.js'

export interface Workload {
  /** `W1@100`: the shape, and how many tasks are in flight or how wide the one task is. */
  readonly id: string
  readonly about: string
  readonly shape: Shape
  readonly inFlight: number
  /** `loop`: tasks follow each other for a while. `whole`: whole tasks are timed, at least one. */
  readonly timing: 'loop' | 'whole'
}

export type Shape =
  | { readonly kind: 'sequence'; readonly steps: number }
  /** 1 → width → 1. */
  | { readonly kind: 'fan'; readonly width: number }

const W1 = { kind: 'sequence', steps: 10 } as const
const W2 = { kind: 'fan', width: 100 } as const

const loop = (name: string, shape: Shape, inFlight: number, about: string): Workload => ({
  id: `${name}@${inFlight}`,
  about: `${about}, ${inFlight} in flight`,
  shape,
  inFlight,
  timing: 'loop',
})

const whole = (id: string, shape: Shape, about: string): Workload => ({
  id,
  about,
  shape,
  inFlight: 1,
  timing: 'whole',
})

export const WORKLOADS: ReadonlyArray<Workload> = [
  ...[1, 10, 50, 100].map((inFlight) => loop('W1', W1, inFlight, '10 sequential steps')),
  ...[1, 50, 100].map((inFlight) => loop('W2', W2, inFlight, '1 → 100 parallel → 1')),
  whole('W3', { kind: 'sequence', steps: 1_000 }, 'one task of 1,000 sequential steps'),
  whole('W4@2000', { kind: 'fan', width: 2_000 }, 'one task 1 → 2,000 parallel → 1'),
  whole('W4@10000', { kind: 'fan', width: 10_000 }, 'one task 1 → 10,000 parallel → 1'),
]

/** What separate worker processes are given, over BullMQ. */
export const CARRIED: ReadonlyArray<Workload> = [
  loop('W1', W1, 100, '10 sequential steps'),
  loop('W2', W2, 50, '1 → 100 parallel → 1'),
]

export const NAMESPACE = 'bench'
const CALLABLE = 'bench_nothing'

export const stepsOf = (shape: Shape): number => (shape.kind === 'sequence' ? shape.steps : shape.width + 2)

const step = (name: string, dependencies: ReadonlyArray<string>): Json => ({
  name,
  dependencies,
  handler: { callable: CALLABLE },
})

/** The same shape at the size of W1 or W2. */
export const smallOf = (shape: Shape): Shape => (shape.kind === 'sequence' ? W1 : W2)

/** A template as its author would write it, so that it passes through the same door. */
export const templateFor = (shape: Shape): Json => ({
  name: shape.kind === 'sequence' ? `sequence_of_${shape.steps}` : `fan_of_${shape.width}`,
  namespace_name: NAMESPACE,
  version: '1.0.0',
  steps: shape.kind === 'sequence' ? sequence(shape.steps) : fan(shape.width),
})

const sequence = (count: number): ReadonlyArray<Json> =>
  Array.from({ length: count }, (_, index) => step(`step_${index + 1}`, index === 0 ? [] : [`step_${index}`]))

const fan = (width: number): ReadonlyArray<Json> => {
  const wide = Array.from({ length: width }, (_, index) => `wide_${index + 1}`)
  return [step('fork', []), ...wide.map((name) => step(name, ['fork'])), step('join', wide)]
}

export const isWide = (name: string): boolean => name.startsWith('wide_')

/** Does nothing, and tells when. */
export const nothingHandler = (onCall: (context: HandlerContext) => void): Handler =>
  defineHandler({
    name: CALLABLE,
    run: ({ context }) => {
      onCall(context)
      return null
    },
  })
