/**
 * Which limits hold for the claim of a step: those of its queue, of its key and of the system that it uses, where the
 * operator has set them. Limits are configuration, the same in every process; what a claim takes under them is in the log.
 */
import type { Node } from './graph/node.js'
import type { Json } from './json.js'
import { MAX_PARTITION_CHARS } from './limits.js'
import { parseSimplePath, readSimplePath } from './simple-path.js'
import type { TaskState } from './state.js'
import { queueOf, type StepDefinition } from './step.js'

export interface ClaimLimit {
  /** Attempts at a time. */
  readonly concurrency?: number
  /** Claims in a time: a bucket of `max` that is refilled evenly within `perMs`. */
  readonly rate?: { readonly max: number; readonly perMs: number }
}

export interface ClaimLimits {
  /** By the queue's name, which is the namespace, or `catalog`. */
  readonly queues: Readonly<Record<string, ClaimLimit>>
  /** By the name that steps state as their `limit_key`, or as the system that they use. */
  readonly keys: Readonly<Record<string, ClaimLimit>>
}

export const NO_LIMITS: ClaimLimits = { queues: {}, keys: {} }

export interface NamedLimit extends ClaimLimit {
  /** `queue/default`, `key/crm`, and `key/crm/42` for a key that counts by a value of the task's input. */
  readonly limit: string
}

const NONE: ReadonlyArray<NamedLimit> = []

export const limitsOf = ({ queues, keys }: ClaimLimits, state: TaskState, node: Node): ReadonlyArray<NamedLimit> => {
  const { handler, limitKey, limitPer, system } = node.definition
  const queue = queueOf(handler, state.template.namespace)
  const ofQueue = queues[queue]
  const ofKey = limitKey === undefined ? undefined : keys[limitKey]
  const ofSystem = system === undefined || system === limitKey ? undefined : keys[system]
  if (ofQueue === undefined && ofKey === undefined && ofSystem === undefined) return NONE
  const part = limitPer === undefined ? '' : `/${state.partitions[limitPer] ?? ''}`
  return [
    ...(ofQueue === undefined ? [] : [{ limit: `queue/${queue}`, ...ofQueue }]),
    ...(ofKey === undefined ? [] : [{ limit: `key/${limitKey}${part}`, ...ofKey }]),
    ...(ofSystem === undefined ? [] : [{ limit: `key/${system}`, ...ofSystem }]),
  ]
}

/**
 * The values by which the keys of these steps count, read from the input when the task is created: a claim must not
 * have to fetch a large one. A path that leads nowhere counts as the empty value.
 */
export const partitionsOf = (steps: ReadonlyArray<StepDefinition>, input: Json): Readonly<Record<string, string>> => {
  const partitions: Record<string, string> = {}
  for (const { limitPer } of steps) {
    if (limitPer !== undefined) partitions[limitPer] ??= textAt(input, limitPer)
  }
  return partitions
}

const textAt = (input: Json, path: string): string => {
  const steps = parseSimplePath(path)
  const value = steps === undefined ? null : readSimplePath(input, steps)
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  // A name that is cut is shared with others that begin alike, which limits too much rather than too little.
  return text.length <= MAX_PARTITION_CHARS ? text : [...text].slice(0, MAX_PARTITION_CHARS).join('')
}
