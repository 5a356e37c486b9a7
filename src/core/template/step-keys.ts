/**
 * The keys that a step of a template and a step of a fragment share, as people and planners write them, and what they
 * mean in the normal form. One meaning for both, so that a planned step is an ordinary step.
 */
import * as t from 'io-ts'
import { closed } from '../closed.js'
import { listOf } from '../described.js'
import { jsonSchemaOf } from '../json-schema.js'
import {
  MAX_ATTEMPTS,
  MAX_BACKOFF_MS,
  MAX_BATCH_SIZE,
  MAX_BOUND,
  MAX_BOUND_NAMES,
  MAX_NAME_CHARS,
  MAX_PARALLELISM,
  MAX_STEP_TIMEOUT_SECONDS,
} from '../limits.js'
import { SchemaType } from '../schema-type.js'
import type { BatchPolicy, Requires, RetryPolicy } from '../step.js'
import { integer, numeric, oneOf, text } from './scalars.js'

export const STEP_TYPES = [
  'standard',
  'decision',
  'deferred_convergence',
  'batchable',
  'batch_worker',
  'planning',
  'gate',
] as const

export const stepType = oneOf(...STEP_TYPES)

export const timeoutSeconds = numeric(0.001, MAX_STEP_TIMEOUT_SECONDS)

/** `max_attempts: 0` is Tasker Core's way to say that nothing is tried again; the first attempt runs there too. */
export const retry = closed(
  {},
  {
    retryable: t.boolean,
    max_attempts: integer(0, MAX_ATTEMPTS),
    max_losses: integer(1, MAX_ATTEMPTS),
    backoff: oneOf('none', 'linear', 'exponential', 'fibonacci'),
    backoff_base_ms: integer(0, MAX_BACKOFF_MS),
    max_backoff_ms: integer(0, MAX_BACKOFF_MS),
    jitter: numeric(0, 1),
  },
)

export const retryOf = (written: t.TypeOf<typeof retry>): RetryPolicy => ({
  ...(written.retryable === undefined ? {} : { retryable: written.retryable }),
  ...(written.max_attempts === undefined ? {} : { maxAttempts: Math.max(1, written.max_attempts) }),
  ...(written.max_losses === undefined ? {} : { maxLosses: written.max_losses }),
  ...(written.backoff === undefined ? {} : { backoff: written.backoff }),
  ...(written.backoff_base_ms === undefined ? {} : { baseMs: written.backoff_base_ms }),
  ...(written.max_backoff_ms === undefined ? {} : { capMs: written.max_backoff_ms }),
  ...(written.jitter === undefined ? {} : { jitter: written.jitter }),
})

export const batchKeys = {
  batch_size: integer(1, MAX_BATCH_SIZE),
  parallelism: integer(1, MAX_PARALLELISM),
  cursor_field: text(MAX_NAME_CHARS),
  worker_template: text(MAX_NAME_CHARS),
  failure_strategy: oneOf('continue_on_failure', 'fail_fast', 'isolate'),
}

export const batchConfig = closed({}, batchKeys)

export const batchOf = (written: t.TypeOf<typeof batchConfig>): BatchPolicy => ({
  ...(written.worker_template === undefined ? {} : { workerTemplate: written.worker_template }),
  ...(written.batch_size === undefined ? {} : { batchSize: written.batch_size }),
  ...(written.parallelism === undefined ? {} : { parallelism: written.parallelism }),
  ...(written.cursor_field === undefined ? {} : { cursorField: written.cursor_field }),
  ...(written.failure_strategy === undefined ? {} : { failureStrategy: written.failure_strategy }),
})

const quorum = closed({ quorum: integer(1, MAX_BOUND) })

/** `all`, `any`, or `{quorum: n}`. */
export const requires = new SchemaType<Requires>(
  'all, any, or {quorum: n}',
  { anyOf: [{ enum: ['all', 'any'] }, jsonSchemaOf(quorum)] },
  (value): value is Requires => value === 'all' || value === 'any' || quorum.is(value),
  (value, context) => {
    if (value === 'all' || value === 'any') return t.success(value)
    return typeof value === 'object' && value !== null ? quorum.validate(value, context) : t.failure(value, context)
  },
)

const names = listOf(text(MAX_NAME_CHARS), { maxItems: MAX_BOUND_NAMES })
const count = integer(0, MAX_BOUND)

/** Bounds carry the same names everywhere, so what is written is already the normal form. */
export const bounds = closed(
  {},
  {
    max_steps: count,
    max_depth: count,
    max_fan_out: count,
    max_phases: count,
    max_planner_calls: count,
    max_tokens: count,
    max_cost_usd: numeric(0, MAX_BOUND),
    max_wall_clock_seconds: numeric(0, MAX_BOUND),
    required_convergence: names,
    allowed_handlers: names,
    allowed_hosts: names,
    allowed_secrets: names,
  },
)
