/** Events of a task as a whole. */
import * as t from 'io-ts'
import type { Bounds } from '../bounds.js'
import type { StepDefinition } from '../step.js'
import { content, json, jsonObject, nullable, stepError } from './codecs.js'

const recorded = <A>() => jsonObject as unknown as t.Type<A, A, unknown>

/** Definitions and bounds were validated before they were recorded; the log's hash protects them since. */
export const stepDefinition = recorded<StepDefinition>()
export const partialDefinition = recorded<Partial<StepDefinition>>()
export const bounds = recorded<Bounds>()

const timeLimit = t.keyof({
  max_duration_minutes: null,
  max_wall_clock_seconds: null,
  max_waiting_for_dependencies_minutes: null,
  max_waiting_for_retry_minutes: null,
  max_steps_in_process_minutes: null,
})

const timeoutAction = t.type({ fails: t.boolean, deadLetter: t.boolean })

export const taskEvents = {
  'task-created': t.intersection([
    t.type({
      template: t.type({ name: t.string, namespace: t.string, version: t.string, digest: t.string }),
      input: content,
      priority: t.number,
      bounds,
      /** Digest of the capability schema that the template was checked against. */
      vocabulary: t.string,
    }),
    t.partial({
      /** What happens when nothing more can run because of a failure: wait for an operator, or end in `error`. */
      onBlocked: t.type({ errorAfterMs: t.number }),
      maxDurationMs: t.number,
      /** Nothing is enqueued before. */
      runAtMs: t.number,
      /** When the task must have ended, and the limit that says so. */
      deadline: t.type({ atMs: t.number, limit: timeLimit }),
      staleness: t.partial({
        waitingForDependenciesMs: t.number,
        waitingForRetryMs: t.number,
        stepsInProcessMs: t.number,
      }),
      onTimeout: t.type({ late: timeoutAction, stale: timeoutAction }),
      identity: t.string,
      /** By the paths that steps state as `limit_per`: what the input held there. */
      partitions: t.record(t.string, t.string),
      /** The step of another task that waits for this one. */
      parent: t.type({ task: t.string, step: t.string }),
      /** Of a template that plans: what it says of the input, to which references of fragments are held. */
      inputSchema: jsonObject,
      forkedFrom: t.type({ task: t.string, version: t.number }),
    }),
  ]),
  /** The clock stands still: what was left of it is kept, and put back by `task-resumed`; phases with a clock need both times. */
  'task-paused': t.intersection([
    t.type({ reason: nullable(t.string) }),
    t.partial({ deadlineLeftMs: t.number, atMs: t.number }),
  ]),
  'task-resumed': t.intersection([
    t.type({ reason: nullable(t.string) }),
    t.partial({ deadlineAtMs: t.number, stoodStillMs: t.number }),
  ]),
  /** The time for which the task was created has come. */
  'delay-ended': t.type({}),
  /** Nothing more can run, and these failures are not absorbed. */
  'task-blocked': t.type({ failed: t.array(t.string) }),
  'task-completed': t.type({}),
  'task-failed': t.type({ error: stepError, step: nullable(t.string) }),
  'task-cancelled': t.type({ reason: nullable(t.string) }),
  /** What it was to do is done otherwise, or need not be done. */
  'task-resolved-manually': t.type({ reason: nullable(t.string) }),
  /** Somebody has looked into it; `opened` is the event that made it a dead letter. */
  'dead-letter-resolved': t.type({
    resolution: t.keyof({ manually_resolved: null, permanently_failed: null, cancelled: null }),
    reason: nullable(t.string),
    opened: t.string,
  }),
  'task-reopened': t.type({ reason: nullable(t.string) }),
  'priority-changed': t.type({ priority: t.number, reason: nullable(t.string) }),
  /** A limit of time has passed: which, and what that means; what follows from it stands beside it. */
  /** `phases`: the task does not fail; these planning steps of the frame say what becomes of what is open of theirs. */
  'deadline-passed': t.partial({
    limit: timeLimit,
    fails: t.boolean,
    deadLetter: t.boolean,
    phases: t.array(t.string),
  }),
  'signal-received': t.type({ id: t.string, name: t.string, payload: json }),
  /** A command to another task has been decided there; `key` is that of its `due` row. */
  'command-delivered': t.type({ key: t.string }),
}
