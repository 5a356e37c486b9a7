/** What a reader asks the list of tasks for: as the address of a page says it, and as the bulk operations' filter does. */
import { TASK_STATUSES, type TaskStatus } from '../../core/status.js'
import type { PageOptions, TaskFilter } from '../../ports/read-models.js'

export interface TaskQuery {
  readonly search: string
  readonly status: TaskStatus | ''
  readonly template: string
  readonly namespace: string
  readonly within: Within | ''
  /** Where the page before ended. */
  readonly after: string
}

/** How long ago a task was created at most, with its milliseconds and how the filter of tasks writes it. */
export const WITHIN = {
  '1h': { ms: 3_600_000, words: 'the last hour' },
  '24h': { ms: 86_400_000, words: 'the last 24 hours' },
  '7d': { ms: 604_800_000, words: 'the last 7 days' },
  '30d': { ms: 2_592_000_000, words: 'the last 30 days' },
} as const

export type Within = keyof typeof WITHIN
const WITHINS: ReadonlyArray<Within> = ['1h', '24h', '7d', '30d']

/** Anything that is not known restricts nothing. */
export const taskQueryOf = (asked: URLSearchParams): TaskQuery => {
  const text = (name: string): string => (asked.get(name) ?? '').trim().slice(0, 200)
  const status = text('status')
  const within = text('within')
  return {
    search: text('q'),
    status: TASK_STATUSES.find((known) => known === status) ?? '',
    template: text('template'),
    namespace: text('namespace'),
    within: WITHINS.find((known) => known === within) ?? '',
    after: text('after'),
  }
}

/** The address that asks for it, without what restricts nothing. */
export const addressOf = (query: Partial<TaskQuery>): string => {
  const text = queryOf(query)
  return text === '' ? '/ui/tasks' : `/ui/tasks?${text}`
}

/** The part of it after the `?`. */
export const queryOf = (query: Partial<TaskQuery>): string => {
  const asked = new URLSearchParams()
  const { search = '', status = '', template = '', namespace = '', within = '', after = '' } = query
  for (const [name, value] of Object.entries({ q: search, status, template, namespace, within, after })) {
    if (value !== '') asked.set(name, value)
  }
  return asked.toString()
}

/** True where nothing but the page is asked for. */
export const isPlain = ({ search, status, template, namespace, within }: TaskQuery): boolean =>
  [search, status, template, namespace, within].every((value) => value === '')

/** Before the query of a search whose tasks are all meant: for those filters have no words. */
export const FOUND = 'found '

/** The same tasks in the words of bulk operations; undefined where these have no words for it: a search. */
export const filterOf = ({ search, status, template, namespace, within }: TaskQuery): string | undefined => {
  if (search !== '') return undefined
  const terms = [
    status === '' ? '' : `status=${status}`,
    template === '' ? '' : `template=${template}`,
    namespace === '' ? '' : `namespace=${namespace}`,
    within === '' ? '' : `age<${within}`,
  ].filter((term) => term !== '')
  return terms.length === 0 ? undefined : terms.join(' ')
}

/** The same as read models are asked. */
export const readFilterOf = (query: TaskQuery, nowMs: number): TaskFilter & PageOptions => {
  const { search, status, template, namespace, within, after } = query
  return {
    ...(search === '' ? {} : { search }),
    ...(status === '' ? {} : { statuses: [status] }),
    ...(template === '' ? {} : { template }),
    ...(namespace === '' ? {} : { namespace }),
    ...(within === '' ? {} : { createdFrom: new Date(nowMs - WITHIN[within].ms).toISOString() }),
    ...(after === '' ? {} : { after }),
  }
}
