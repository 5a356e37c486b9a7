/** Tasks, steps and graphs as they are answered. */
import * as t from 'io-ts'
import { oneOf } from '../../core/described.js'
import { TASK_STATUSES } from '../../core/status.js'
import { list, named, orNull, pageOf } from '../shape.js'

export const status = oneOf(TASK_STATUSES)
const time = t.string

export const usage = named(
  'Usage',
  t.type({ steps: t.number, phases: t.number, planner_calls: t.number, tokens: t.number, cost_usd: t.number }),
)

export const taskSummary = named(
  'TaskSummary',
  t.type({
    task: t.string,
    namespace: t.string,
    template: t.string,
    template_version: t.string,
    status,
    priority: t.number,
    version: t.number,
    created_at: time,
    started_at: orNull(time),
    ended_at: orNull(time),
    updated_at: time,
    steps_total: t.number,
    steps_pending: t.number,
    steps_queued: t.number,
    steps_running: t.number,
    steps_waiting: t.number,
    steps_done: t.number,
    steps_failed: t.number,
    steps_skipped: t.number,
    phases: t.number,
    planner_calls: t.number,
    tokens: t.number,
    cost_usd: t.number,
    error_code: orNull(t.string),
    error_message: orNull(t.string),
    error_step: orNull(t.string),
    dead_letter: orNull(t.string),
    correlation: t.string,
    parent_correlation: orNull(t.string),
    identity: orNull(t.string),
    parent_task: orNull(t.string),
    parent_step: orNull(t.string),
    forked_from: orNull(t.string),
  }),
)

export const taskPage = pageOf('TaskPage', taskSummary)

/** A task that a filter of the command line's kind means. */
export const foundTask = named(
  'FoundTask',
  t.intersection([
    t.type({
      task: t.string,
      status: t.string,
      namespace: t.string,
      template: t.string,
      open: t.boolean,
      created_at: time,
    }),
    t.partial({ version: t.string, priority: t.number, error: t.string }),
  ]),
)

export const foundTasks = pageOf('FoundTasks', foundTask)

export const taskError = named('TaskError', t.type({ code: t.string, message: t.string, step: orNull(t.string) }))

/** A task as its log says at this moment. */
export const taskShown = named(
  'Task',
  t.type({
    task: t.string,
    namespace: t.string,
    template: t.string,
    template_version: t.string,
    template_digest: t.string,
    status,
    /** False once nothing can happen to it any more. */
    open: t.boolean,
    priority: t.number,
    version: t.number,
    created_at: time,
    correlation: t.string,
    parent_correlation: orNull(t.string),
    parent: orNull(t.type({ task: t.string, step: t.string })),
    error: orNull(taskError),
    dead_letter: orNull(t.string),
    steps: t.type({ created: t.number, settled: t.number, in_flight: t.number, waiting: t.number }),
    /** The step that was declared last. */
    newest_step: t.string,
    bounds: t.unknown,
    used: usage,
    reserved: usage,
  }),
)

export const createdTask = named('CreatedTask', t.type({ task: t.string, duplicate: t.boolean }))

export const stepError = named(
  'StepError',
  t.intersection([t.type({ code: t.string, message: t.string }), t.partial({ details: t.unknown })]),
)

export const createdBy = named('CreatedBy', t.type({ event: t.string, origin: t.string, step: orNull(t.string) }))

const stepParts = {
  name: t.string,
  state: t.string,
  settlement: orNull(t.string),
  attempts: t.number,
  error: orNull(stepError),
  created_by: createdBy,
}

/** A step with its result by value. */
export const stepResult = named('StepResult', t.type({ ...stepParts, result: t.unknown }))

export const taskResult = named(
  'TaskResult',
  t.type({ task: t.string, status, error: orNull(taskError), steps: list(stepResult) }),
)

export const graphNode = named(
  'GraphNode',
  t.type({
    name: t.string,
    type: t.string,
    handler: t.string,
    /** False while a decision has yet to create it. */
    is_created: t.boolean,
    state: t.string,
    settlement: orNull(t.string),
    attempts: t.number,
    created_by: orNull(createdBy),
    instance_of: orNull(t.string),
  }),
)

export const taskGraph = named(
  'TaskGraph',
  t.type({
    task: t.string,
    version: t.number,
    status,
    steps: list(graphNode),
    edges: list(t.type({ from: t.string, to: t.string })),
  }),
)

export const stepSummary = named(
  'StepSummary',
  t.type({
    step: t.string,
    number: t.number,
    type: t.string,
    handler: t.string,
    is_created: t.boolean,
    state: t.string,
    open_dependencies: t.number,
    is_ready: t.boolean,
    settlement: orNull(t.string),
    attempt: orNull(t.number),
    started_at: orNull(time),
    ended_at: orNull(time),
    error_code: orNull(t.string),
  }),
)

export const stepPage = pageOf('StepPage', stepSummary)

export const attemptSummary = named(
  'Attempt',
  t.type({
    step: t.string,
    attempt: t.number,
    handler: t.string,
    enqueued_at: time,
    started_at: orNull(time),
    ended_at: orNull(time),
    waiting_since: orNull(time),
    worker: orNull(t.string),
    handler_version: orNull(t.string),
    outcome: orNull(t.string),
    error_code: orNull(t.string),
    error_message: orNull(t.string),
  }),
)

export const attemptPage = pageOf('AttemptPage', attemptSummary)

export const changed = named('Changed', t.type({ task: t.string, outcome: t.literal('changed'), actor: t.string }))

export const bulkReport = named(
  'BulkReport',
  t.type({
    dry_run: t.boolean,
    changed: t.number,
    refused: t.number,
    /** More tasks are meant than one request changes: the next one goes on there. Null where it was all. */
    next_cursor: orNull(t.string),
    tasks: list(
      t.intersection([
        t.type({
          task: t.string,
          status: t.string,
          namespace: t.string,
          template: t.string,
          outcome: t.union([t.literal('changed'), t.literal('would_change'), t.literal('refused')]),
        }),
        t.partial({ code: t.string, message: t.string }),
      ]),
    ),
  }),
)
