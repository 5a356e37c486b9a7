/** What a person does to a task, to a step of it, or to every task that a filter means: each with a name and a reason. */
import * as t from 'io-ts'
import { closed } from '../../core/closed.js'
import { integer, text } from '../../core/described.js'
import { json } from '../../core/events/codecs.js'
import { MAX_FILTER_CHARS, MAX_PRIORITY } from '../../core/limits.js'
import type { Change } from '../../engine/change.js'
import type { AppParts } from '../app-parts.js'
import { byOf, type Caller, type Permission } from '../caller.js'
import { permissionOf } from '../change-permission.js'
import { MAX_BULK, MAX_NAME_CHARS, MAX_REASON_CHARS } from '../limits.js'
import { ok, type Route, route } from '../route.js'
import { demand, taskCursor, visibleTask } from '../scope.js'
import { bulkReport, changed } from '../shapes/task.js'
import { asChange, type WrittenChange, writtenChange } from '../written-change.js'

const reason = text({ maxChars: MAX_REASON_CHARS, description: 'why, as the log records it' })
const name = text({ maxChars: MAX_NAME_CHARS })
const priority = integer({ min: -MAX_PRIORITY, max: MAX_PRIORITY, description: 'the higher number goes first' })
const onlyReason = closed({}, { reason })

const common = { method: 'post', tag: 'tasks', permission: 'tasks:write', answer: changed } as const

const changeOne = async (parts: AppParts, caller: Caller, task: string, change: Change, reason: string | undefined) => {
  const id = await visibleTask(parts, caller, task)
  await parts.tasks.change(id, change, byOf(caller, reason))
  return ok({ task: id, outcome: 'changed' as const, actor: caller.actor })
}

const plainHand = (kind: 'cancel' | 'pause' | 'resume', summary: string, refuses: ReadonlyArray<string>): Route =>
  route({
    ...common,
    id: `${kind}Task`,
    path: `/tasks/:id/${kind}`,
    summary,
    body: onlyReason,
    refuses: ['task_unknown', 'task_closed', ...refuses],
    handle: ({ params: { id = '' }, body, caller }, parts) => changeOne(parts, caller, id, { kind }, body.reason),
  })

const stepHand = (
  kind: 'retry' | 'reset' | 'resolve' | 'skip',
  permission: Permission,
  summary: string,
  refuses: ReadonlyArray<string>,
): Route =>
  route({
    ...common,
    id: `${kind}Step`,
    permission,
    path: `/tasks/:id/steps/:step/${kind}`,
    summary,
    body: onlyReason,
    refuses: ['task_unknown', 'step_unknown', 'task_closed', ...refuses],
    handle: ({ params: { id = '', step = '' }, body, caller }, parts) =>
      changeOne(parts, caller, id, { kind, step }, body.reason),
  })

const SETTLED = ['step_in_progress', 'step_settled', 'already_converged']

export const taskHandRoutes: ReadonlyArray<Route> = [
  plainHand('cancel', 'Cancel a task: running handlers are told, what they report later is refused', []),
  plainHand('pause', 'Pause a task: running attempts end as usual, nothing new is claimed', ['task_paused']),
  plainHand('resume', 'Let a paused task go on', ['task_not_paused']),
  route({
    ...common,
    id: 'setPriority',
    path: '/tasks/:id/priority',
    summary: 'Change the priority of a task',
    body: closed({ priority }, { reason }),
    refuses: ['task_unknown', 'task_closed'],
    handle: ({ params, body, caller }, parts) =>
      changeOne(parts, caller, params.id, { kind: 'priority', priority: body.priority }, body.reason),
  }),
  route({
    ...common,
    id: 'sendSignal',
    path: '/tasks/:id/signal',
    summary: 'Send a signal to a task; the first of a name counts, also one that comes early',
    body: closed({ name }, { payload: json, id: name, reason }),
    refuses: ['task_unknown', 'task_closed'],
    handle: ({ params, body: { name, payload = null, id, reason }, caller }, parts) => {
      const signal: Change = { kind: 'signal', name, payload, ...(id === undefined ? {} : { id }) }
      return changeOne(parts, caller, params.id, signal, reason)
    },
  }),
  stepHand('retry', 'tasks:write', 'Run a step that waits for its retry at once', ['not_waiting']),
  stepHand('reset', 'tasks:write', 'Let a step that has ended start anew', [
    'step_not_settled',
    'not_resettable',
    'already_converged',
  ]),
  stepHand('resolve', 'steps:write', 'Count a step that has not completed as satisfied, without a result', SETTLED),
  stepHand('skip', 'steps:write', 'Count a step that has not completed as absent', SETTLED),
  route({
    ...common,
    id: 'completeStep',
    permission: 'steps:write',
    path: '/tasks/:id/steps/:step/complete',
    summary: "Complete a step by hand with a result, which is held against the step's schema",
    body: closed({ result: json }, { reason }),
    refuses: ['task_unknown', 'step_unknown', 'result_schema_violated', 'decision_invalid', ...SETTLED],
    handle: ({ params, body, caller }, parts) =>
      changeOne(parts, caller, params.id, { kind: 'complete', step: params.step, result: body.result }, body.reason),
  }),
  route({
    id: 'changeTasks',
    method: 'post',
    path: '/tasks/bulk',
    tag: 'tasks',
    summary: 'Make one change to every task that a filter means; with dry_run only say what would become of it',
    permission: 'tasks:write',
    body: closed(
      {
        filter: text({ maxChars: MAX_FILTER_CHARS, description: 'terms that must all hold: status=error age>1h' }),
        change: writtenChange,
      },
      { dry_run: t.boolean, reason, cursor: name },
    ),
    answer: bulkReport,
    refuses: ['filter_invalid', 'filter_empty', 'cursor_invalid'],
    handle: async ({ body, caller, signal }, parts) => ok(await changeMany(parts, caller, body, signal)),
  }),
]

interface Bulk {
  readonly filter: string
  readonly change: WrittenChange
  readonly dry_run?: boolean | undefined
  readonly reason?: string | undefined
  readonly cursor?: string | undefined
}

/** Namespaces that the caller may not see are left out by the filter itself. */
const changeMany = async (parts: AppParts, caller: Caller, body: Bulk, signal: AbortSignal) => {
  const { change, dry_run = false, reason, cursor } = body
  demand(caller, permissionOf(asChange(change)))
  const visible = caller.namespaces === 'all' ? '' : ` namespace=${[...caller.namespaces].join(',')}`
  const reports = parts.tasks.changeAll(body.filter + visible, asChange(change), byOf(caller, reason), {
    dryRun: dry_run,
    ...(cursor === undefined ? {} : { after: taskCursor(cursor) }),
  })
  const tasks: t.TypeOf<typeof bulkReport>['tasks'][number][] = []
  let isCut = false
  for await (const { task, outcome, refusal } of reports) {
    const { id, status, namespace, template } = task
    tasks.push({ task: id, status, namespace, template, outcome, ...refusal })
    isCut = tasks.length === MAX_BULK
    if (isCut || signal.aborted) break
  }
  const refused = tasks.filter(({ outcome }) => outcome === 'refused').length
  return {
    dry_run,
    changed: dry_run ? 0 : tasks.length - refused,
    refused,
    next_cursor: isCut ? (tasks.at(-1)?.task ?? null) : null,
    tasks,
  }
}
