/**
 * A hint as a BullMQ job and back. The id makes the same hint one job; the job is removed however it ends, so that the
 * store holds what waits and nothing else.
 */
import type { JobsOptions } from 'bullmq'
import type { Hint } from '../ports/queue.js'

/** BullMQ's own range; 0 comes before every other. */
const LOWEST_PRIORITY = 2_097_151

export interface HintJob {
  readonly name: string
  readonly data: Hint
  readonly opts: JobsOptions
}

export const jobOf = (hint: Hint): HintJob => ({
  name: 'step',
  data: hint,
  opts: {
    jobId: hintId(hint),
    priority: Math.min(Math.max(Math.trunc(hint.priority), 0), LOWEST_PRIORITY),
    attempts: 1,
    removeOnComplete: true,
    removeOnFail: true,
  },
})

/** `<task>-<step>-<attempt>-<enqueue>`; without a colon, which BullMQ keeps for itself. */
export const hintId = (hint: Hint): string => `${hint.stream}-${hint.step}-${hint.attempt}-${hint.enqueue}`

const NUMBERS = ['step', 'attempt', 'enqueue', 'version', 'priority'] as const

/** A job of another make, or of a later version, is no hint; its sender will send what it means again. */
export const isHint = (data: unknown): data is Hint =>
  typeof data === 'object' &&
  data !== null &&
  typeof Reflect.get(data, 'stream') === 'string' &&
  NUMBERS.every((key) => Number.isInteger(Reflect.get(data, key)))

/** BullMQ refuses a colon in a queue's name; percent-encoding keeps two namespaces apart that differ only there. */
export const queueName = (namespace: string): string => namespace.replaceAll('%', '%25').replaceAll(':', '%3A')
