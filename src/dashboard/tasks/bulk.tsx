/** Many tasks changed at once: first tried on each, so that one sees what would become of it, then done. */
import type { FC } from 'hono/jsx'
import type { By, Change } from '../../engine/change.js'
import type { ChangeReport } from '../../engine/selection.js'
import type { Tasks } from '../../engine/tasks.js'
import { byOf, type Caller } from '../../http/caller.js'
import { HttpProblem } from '../../http/problem.js'
import { type Form, fieldOf } from '../board.js'
import { Hidden, PostForm } from '../page/form.js'
import type { Frame } from '../page/frame.js'
import { Icon } from '../page/icon.js'
import { Page } from '../page/layout.js'
import { EmptyState, Notice, Panel } from '../page/parts.js'
import { Table } from '../page/table.js'
import { plural, shortId } from '../page/wording.js'
import { OPERATIONS } from './bulk-form.js'
import { FOUND } from './task-query.js'
import { taskPath } from './task-table.js'

/** More than this many are for the command line. */
export const MAX_BULK_TASKS = 500

export interface BulkOrder {
  readonly operation: string
  readonly change: Change
  /** Which tasks, in words. */
  readonly among: string
  /** The same as filters: tasks that are chosen one by one in pieces, for a filter holds so many. */
  readonly filters: ReadonlyArray<string>
  readonly by: By
  /** The form's fields, to be sent again when it is confirmed. */
  readonly fields: Readonly<Record<string, string>>
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const FILTER = 'filter '

/**
 * `found`: tasks that a search has found, where one was asked for. Throws an `HttpProblem` (`invalid_bulk`) where nothing
 * is chosen.
 */
export const bulkOrder = (form: Form, caller: Caller, found: ReadonlyArray<string>): BulkOrder => {
  const field = (name: string): string => fieldOf(form, name)
  const operation = field('operation')
  const which = field('which')
  const sent = (form.get('task') ?? []).filter((id) => UUID.test(id))
  const isPreviewed = field('confirmed') === 'yes'
  const chosen = which.startsWith(FOUND) && !isPreviewed ? found : sent
  const { namespaces } = caller
  const allowed = namespaces === 'all' ? '' : ` namespace=${[...namespaces].join(',')}`
  const filter = which.startsWith(FILTER) ? `${which.slice(FILTER.length)}${allowed}` : undefined
  const parts = inPieces(chosen).map((ids) => `id=${ids.join(',')}${allowed}`)
  if (filter === undefined && parts.length === 0 && !which.startsWith(FOUND)) nobody()
  const reason = field('reason')
  return {
    operation,
    change: changeOf(operation, field('priority')),
    among: filter === undefined ? amongWords(which) : `Tasks that match ${filter}`,
    filters: filter === undefined || isPreviewed ? parts : [filter],
    by: byOf(caller, reason === '' ? undefined : reason),
    fields: { operation, priority: field('priority'), reason, which },
  }
}

const amongWords = (which: string): string =>
  which.startsWith(FOUND)
    ? `Tasks that the search “${new URLSearchParams(which.slice(FOUND.length)).get('q') ?? ''}” finds`
    : ''

/** As many as a filter has room for. */
const IDS_PER_FILTER = 40

const inPieces = (ids: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  Array.from({ length: Math.ceil(ids.length / IDS_PER_FILTER) }, (_, at) =>
    ids.slice(at * IDS_PER_FILTER, (at + 1) * IDS_PER_FILTER),
  )

const nobody = (): never => {
  throw new HttpProblem({ status: 422, code: 'invalid_bulk', detail: 'No task is selected; select some in the list' })
}

const changeOf = (operation: string, priority: string): Change => {
  switch (operation) {
    case 'pause':
    case 'resume':
    case 'cancel':
      return { kind: operation }
    case 'priority':
      return { kind: 'priority', priority: Number(priority) }
    case 'manually_resolved':
    case 'permanently_failed':
      return { kind: 'resolve-dead-letter', resolution: operation }
    default:
      throw new HttpProblem({ status: 422, code: 'invalid_bulk', detail: `"${operation}" is nothing that can be done` })
  }
}

export interface BulkOutcome {
  readonly reports: ReadonlyArray<ChangeReport>
  /** There are more, at which nobody has looked. */
  readonly isCut: boolean
}

/** What would become of each. Throws `TaskRefused` (`filter_invalid`, `filter_empty`, `invalid_priority`). */
export const rehearse = async (tasks: Tasks, { filters, change, by }: BulkOrder): Promise<BulkOutcome> => {
  const reports: ChangeReport[] = []
  for (const filter of filters) {
    for await (const report of tasks.changeAll(filter, change, by, { dryRun: true })) {
      if (reports.length === MAX_BULK_TASKS) return { reports, isCut: true }
      reports.push(report)
    }
  }
  return { reports, isCut: false }
}

/** Done to those that were shown, and to no others, whatever matches by now. */
export const carryOut = async (tasks: Tasks, { filters, change, by }: BulkOrder): Promise<BulkOutcome> => {
  const reports: ChangeReport[] = []
  for (const filter of filters) for await (const report of tasks.changeAll(filter, change, by)) reports.push(report)
  return { reports, isCut: false }
}

export const BulkPage: FC<{
  readonly frame: Frame
  readonly order: BulkOrder
  readonly outcome: BulkOutcome
  readonly isDone: boolean
}> = ({ frame, order, outcome, isDone }) => {
  const { reports, isCut } = outcome
  const refused = reports.filter(({ outcome: one }) => one === 'refused').length
  const good = reports.length - refused
  const words = OPERATIONS.find(([value]) => value === order.operation)?.[1] ?? order.operation
  return (
    <Page
      frame={frame}
      title={isDone ? `${words}: done` : `${words}: preview`}
      section="tasks"
      trail={[['Tasks', '/ui/tasks']]}
      {...(order.among === '' ? {} : { lead: order.among })}
    >
      <Notice tone={isDone ? 'good' : 'wait'} role="status">
        {isDone ? `${plural(good, 'task')} changed` : `${plural(good, 'task')} would change`}
        {refused === 0 ? '.' : `, ${plural(refused, 'task')} ${isDone ? 'refused' : 'would refuse'}.`}
        {isCut ? ` Only the first ${MAX_BULK_TASKS} were looked at; do it again for the rest.` : ''}
      </Notice>
      <Panel flush>
        {reports.length === 0 ? (
          <EmptyState icon="search" title="No task matches">
            Nothing would change. <a href="/ui/tasks">Back to the tasks</a>.
          </EmptyState>
        ) : (
          <Reports reports={reports} />
        )}
      </Panel>
      <div class="row">
        {isDone || good === 0 ? null : (
          <PostForm frame={frame} action="/ui/tasks/bulk" class="row">
            <Hidden values={{ ...order.fields, confirmed: 'yes' }} />
            {reports.map(({ task, outcome: one }) =>
              one === 'refused' ? null : <input type="hidden" name="task" value={task.id} />,
            )}
            <button class="button main" type="submit">
              {`${words} (${plural(good, 'task')})`}
            </button>
          </PostForm>
        )}
        <a class="button" href="/ui/tasks">
          {isDone ? 'To the tasks' : 'Leave it'}
        </a>
      </div>
    </Page>
  )
}

const Reports: FC<{ readonly reports: ReadonlyArray<ChangeReport> }> = ({ reports }) => (
  <Table
    label="What becomes of each task"
    columns={[{ label: 'Task', kind: 'main' }, { label: 'Now' }, { label: 'Outcome' }]}
    rows={reports.map(({ task, outcome, refusal }) => ({
      id: `report-${task.id}`,
      cells: [
        <>
          <a href={taskPath(task.id)}>{task.template}</a>
          <span class="sub mono">{shortId(task.id)}</span>
        </>,
        task.status.replaceAll('_', ' '),
        outcome === 'refused' ? (
          <span>
            <Icon name="cancelled" /> {refusal?.message} <code class="faint">{refusal?.code}</code>
          </span>
        ) : (
          <span>
            <Icon name="check" /> {outcome === 'changed' ? 'Changed' : 'Would change'}
          </span>
        ),
      ],
    }))}
  />
)
