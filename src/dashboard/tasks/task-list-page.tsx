/** The list of tasks: searched, filtered, paged, and chosen from for what is done to many at once. */
import type { FC } from 'hono/jsx'
import { TASK_STATUSES, type TaskStatus } from '../../core/status.js'
import type { Page as PageOf } from '../../ports/read-models.js'
import type { TaskSummary } from '../../ports/summaries.js'
import { Field, PostForm, Select } from '../page/form.js'
import type { Frame } from '../page/frame.js'
import { Icon } from '../page/icon.js'
import { Page } from '../page/layout.js'
import { EmptyState, Pager, Panel } from '../page/parts.js'
import { iconOf, toneOf, wordOf } from '../page/state.js'
import { countText, plural } from '../page/wording.js'
import { BulkForm } from './bulk-form.js'
import type { SavedFilter } from './saved-filters.js'
import { addressOf, isPlain, type TaskQuery, WITHIN } from './task-query.js'
import { TaskTable } from './task-table.js'

/** What there is to choose from. */
export interface Choices {
  readonly namespaces: ReadonlyArray<string>
  readonly templates: ReadonlyArray<string>
}

export interface TaskListProps {
  readonly frame: Frame
  readonly query: TaskQuery
  readonly page: PageOf<TaskSummary>
  readonly counts: Readonly<Record<TaskStatus, number>>
  readonly choices: Choices
  readonly saved: ReadonlyArray<SavedFilter>
  readonly now: number
  readonly mayChange: boolean
}

export const TaskListPage: FC<TaskListProps> = (props) => {
  const { frame, query, page, counts, now, mayChange } = props
  return (
    <Page
      frame={frame}
      title="Tasks"
      section="tasks"
      live={query.after === '' ? 'all' : undefined}
      actions={
        mayChange ? (
          <a class="button main" href="/ui/templates">
            <Icon name="plus" />
            Start a task
          </a>
        ) : undefined
      }
    >
      <Tallies query={query} counts={counts} />
      <Filters {...props} />
      <Panel id="tasks" live flush>
        {page.items.length === 0 ? (
          <NoTasks query={query} />
        ) : (
          <TaskTable tasks={page.items} now={now} {...(mayChange ? { form: 'bulk' } : {})} />
        )}
      </Panel>
      <Pager
        next={page.next === null ? null : addressOf({ ...query, after: page.next })}
        first={query.after === '' ? null : addressOf({ ...query, after: '' })}
      >
        {page.items.length === 0 ? '' : `${plural(page.items.length, 'task')}, the newest first`}
      </Pager>
      {mayChange && page.items.length > 0 ? <BulkForm frame={frame} query={query} /> : null}
    </Page>
  )
}

const Tallies: FC<Pick<TaskListProps, 'query' | 'counts'>> = ({ query, counts }) => {
  const known = TASK_STATUSES.filter((status) => counts[status] > 0 || query.status === status)
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const to = (status: TaskQuery['status']): string => addressOf({ ...query, status, after: '' })
  return (
    <nav aria-label="Tasks by state" id="tallies" data-live="">
      <ul class="tallies">
        <li>
          <a href={to('')} {...(query.status === '' ? { 'aria-current': 'true' } : {})}>
            All <b>{countText(all)}</b>
          </a>
        </li>
        {known.map((status) => (
          <li>
            <a href={to(status)} {...(query.status === status ? { 'aria-current': 'true' } : {})}>
              <Icon name={iconOf(status)} class={`tone-${toneOf(status)}`} />
              {wordOf(status)} <b>{countText(counts[status])}</b>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const Filters: FC<TaskListProps> = ({ frame, query, choices, saved }) => (
  <Panel>
    <search>
      <form method="get" action="/ui/tasks" class="filters" aria-label="Search tasks">
        <Field label="Search" class="search">
          <Icon name="search" />
          <input
            type="search"
            name="q"
            value={query.search}
            placeholder="Template, id, correlation or key"
            autocomplete="off"
            spellcheck={false}
          />
        </Field>
        <Field label="State">
          <Select
            name="status"
            chosen={query.status}
            options={[['', 'Any'], ...TASK_STATUSES.map((status) => [status, wordOf(status)] as const)]}
          />
        </Field>
        <Field label="Template">
          <Select name="template" chosen={query.template} options={orAny(choices.templates, query.template)} />
        </Field>
        <Field label="Namespace">
          <Select name="namespace" chosen={query.namespace} options={orAny(choices.namespaces, query.namespace)} />
        </Field>
        <Field label="Created within">
          <Select
            name="within"
            chosen={query.within}
            options={[['', 'Any time'], ...Object.entries(WITHIN).map(([value, { words }]) => [value, words] as const)]}
          />
        </Field>
        <div class="row">
          <button class="button" type="submit">
            Search
          </button>
          {isPlain(query) ? null : (
            <a class="button quiet" href="/ui/tasks">
              Reset
            </a>
          )}
        </div>
      </form>
    </search>
    <SavedFilters frame={frame} query={query} saved={saved} />
  </Panel>
)

/** What is asked for can be chosen, also where it is not there any more. */
const orAny = (values: ReadonlyArray<string>, chosen: string): ReadonlyArray<readonly [string, string]> => [
  ['', 'Any'],
  ...[...new Set(chosen === '' ? values : [...values, chosen])].map((value) => [value, value] as const),
]

const SavedFilters: FC<Pick<TaskListProps, 'frame' | 'query' | 'saved'>> = ({ frame, query, saved }) => {
  const here = queryText(query)
  if (saved.length === 0 && here === '') return null
  return (
    <div class="row small saved">
      {saved.map(({ name, query: kept }) => (
        <PostForm frame={frame} action="/ui/tasks/filters" class="saved-filter">
          <input type="hidden" name="back" value={frame.address} />
          <a href={`/ui/tasks?${kept}`} {...(kept === here ? { 'aria-current': 'true' } : {})}>
            <Icon name="star" />
            {name}
          </a>
          <button type="submit" name="remove" value={name} class="button quiet little" aria-label={`Forget ${name}`}>
            <Icon name="cross" />
          </button>
        </PostForm>
      ))}
      {here === '' || saved.some(({ query: kept }) => kept === here) ? null : (
        <details class="filter-box">
          <summary>Keep this filter</summary>
          <PostForm frame={frame} action="/ui/tasks/filters" class="row">
            <input type="hidden" name="query" value={here} />
            <input type="text" name="name" aria-label="Name of the filter" placeholder="Name" required maxlength={40} />
            <button class="button" type="submit">
              Keep
            </button>
          </PostForm>
        </details>
      )}
    </div>
  )
}

const queryText = (query: TaskQuery): string => addressOf({ ...query, after: '' }).split('?')[1] ?? ''

const NoTasks: FC<Pick<TaskListProps, 'query'>> = ({ query }) =>
  isPlain(query) ? (
    <EmptyState icon="tasks" title="No tasks yet">
      A task is one run of a template. <a href="/ui/templates">Start one from a template</a>, or run{' '}
      <code>tasker run template.yaml</code>.
    </EmptyState>
  ) : (
    <EmptyState icon="search" title="No task is like this">
      Nothing matches all of what is asked for. <a href="/ui/tasks">Show all tasks</a>.
    </EmptyState>
  )
