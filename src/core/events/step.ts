/** Events of one step. `attempt` numbers never restart; `enqueue` counts how often a step was put in a queue. */
import * as t from 'io-ts'
import { content, json, nullable, stepError } from './codecs.js'

const ofStep = { step: t.string }
const ofAttempt = { step: t.string, attempt: t.number }

const condition = t.keyof({
  success: null,
  failure: null,
  retryable_failure: null,
  permanent_failure: null,
  always: null,
})

export const stepEvents = {
  'step-enqueued': t.type({ ...ofAttempt, enqueue: t.number }),
  /** This append is the claim. */
  'step-started': t.intersection([
    t.type({ ...ofAttempt, session: t.number, worker: t.string }),
    /** `limits`: those under which the attempt holds a slot, until it ends. */
    t.partial({ handlerVersion: t.string, limits: t.array(t.string) }),
  ]),
  'step-checkpointed': t.type({ ...ofAttempt, checkpoint: json }),
  'step-completed': t.type({ ...ofAttempt, result: content }),
  'step-attempt-failed': t.type({
    ...ofAttempt,
    error: stepError,
    retryable: t.boolean,
    /** When the next attempt is due, in milliseconds since the epoch; null where there is none. */
    dueAtMs: nullable(t.number),
  }),
  'step-failed': t.type({
    step: t.string,
    attempt: nullable(t.number),
    reason: t.keyof({
      permanent: null,
      attempts_exhausted: null,
      lost_too_often: null,
      refused_decision: null,
      plan_rejected: null,
      gate_rejected: null,
      gate_expired: null,
      bounds_exceeded: null,
    }),
    error: stepError,
  }),
  'step-lost': t.intersection([
    t.type({ ...ofAttempt, session: t.number }),
    /** True for a graceful drain, which counts neither as a failure nor as a loss. */
    t.partial({ drained: t.boolean }),
  ]),
  'step-cancelled': t.intersection([
    t.type({ ...ofStep, attempt: nullable(t.number) }),
    t.partial({ reason: t.string }),
  ]),
  'step-skipped': t.type({ ...ofStep, reason: nullable(t.string) }),
  'step-reset': t.type({ ...ofStep, reason: nullable(t.string) }),
  'step-resolved-manually': t.type({ ...ofStep, reason: nullable(t.string) }),
  'step-completed-manually': t.type({ ...ofStep, result: content, reason: nullable(t.string) }),
  'step-retried-now': t.type({ ...ofStep, reason: nullable(t.string) }),
  /** A step that waits without a worker: until a time, for a signal, or for the end of another task. */
  'step-waiting': t.intersection([
    t.type(ofAttempt),
    t.partial({ untilMs: t.number, signal: t.string, child: t.string }),
  ]),
  /** Another task is to be started: a command travels to its stream until it is known to exist. */
  'child-requested': t.type({
    ...ofAttempt,
    child: t.string,
    template: content,
    input: content,
    onFailure: t.keyof({ fail: null, continue: null }),
  }),
  'child-started': t.type({ ...ofStep, child: t.string }),
  'child-ended': t.type({ ...ofStep, child: t.string, status: t.string, result: content }),
  /** For whoever follows the log: what a step came to, under a name that its template publishes. */
  'domain-event-published': t.intersection([
    t.type({ step: t.string, attempt: nullable(t.number), name: t.string, condition, payload: content }),
    t.partial({ deliveryMode: t.keyof({ durable: null, fast: null, broadcast: null }) }),
  ]),
  /** The payload does not fit the schema that its event promises, or the task that this one is a fork of has told it. */
  'domain-event-withheld': t.type({ ...ofAttempt, name: t.string, condition, message: t.string }),
  'late-result-recorded': t.type({ ...ofAttempt, outcome: t.string }),
  /** The descendants that a decision step chose; none is `no_branches`. */
  'decision-made': t.type({ ...ofAttempt, create: t.array(t.string) }),
  'batches-planned': t.intersection([
    t.type({ ...ofAttempt, workerTemplate: t.string, workers: t.number, totalItems: t.number }),
    t.partial({
      parallelism: t.number,
      failureStrategy: t.keyof({ continue_on_failure: null, fail_fast: null, isolate: null }),
    }),
  ]),
  'fan-out-planned': t.intersection([
    t.type({ ...ofAttempt, instances: t.number }),
    t.partial({ parallelism: t.number }),
  ]),
}
