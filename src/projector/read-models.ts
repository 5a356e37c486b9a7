/** Reads what projections show. Every list is a page by key: one statement, one index, as many rows as were asked for. */
import { DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS, PROJECTION_READ_WAIT_MS } from '../core/limits.js'
import { TASK_STATUSES, type TaskStatus } from '../core/status.js'
import type { Reader } from '../log/reader.js'
import type { Page, PageOptions, ReadModels, ReadOptions } from '../ports/read-models.js'
import type { DurationCount, HandlerUsage, TaskSummary, TemplatePerformance } from '../ports/summaries.js'
import { loadStatements, type Statement } from '../sql.js'
import { cursorOf, keyIn } from './cursor.js'
import { ProjectionRefused } from './projection-error.js'
import {
  BOUNDS,
  CONVERGENCES,
  DEAD_LETTERS,
  DECISIONS_OF_TASK,
  GATES,
  type List,
  NEWEST_DECISIONS,
  NEWEST_TASKS,
  OLDEST_TASKS,
  SEARCHED_TASKS,
  STEPS,
  TIMELINE,
} from './read-model-lists.js'

const SQL = loadStatements('src/projector/read-models.sql', [
  'oneTask',
  'taskCounts',
  'waiting',
  'catalogUsage',
  'templatePerformance',
])

export interface ReadModelsNeeds {
  /** One for pages. */
  readonly reader: Pick<Reader, 'query'>
  waitFor(name: string, position: number, timeoutMs: number): Promise<boolean>
  /** Whether this process projects: then a table that is not there yet is about to be made. */
  projects(): boolean
}

export const createReadModels = (needs: ReadModelsNeeds): ReadModels => {
  const ask: Ask = (of, statement, values, options = {}) => read(needs, of, statement, values, options)
  const page = pagesWith(ask)
  return {
    tasks: (options = {}) => {
      const { search = '', order } = options
      if (search !== '') return page(SEARCHED_TASKS, [...taskFilter(options), search, ...idsLike(search)], options)
      return page(order === 'oldest' ? OLDEST_TASKS : NEWEST_TASKS, taskFilter(options), options)
    },
    task: async (task, options) => (await ask<TaskSummary>(['task_summaries'], SQL.oneTask, [task], options))[0],
    taskCounts: async (options = {}) => {
      const values = [namespacesIn(options), options.template].map(orNull)
      const rows = await ask<{ status: TaskStatus; tasks: number }>(['task_counts'], SQL.taskCounts, values, options)
      return countsIn(rows)
    },
    steps: (task, options = {}) => page(STEPS, [task, options.states], options),
    convergences: (task, options) => page(CONVERGENCES, [task], options),
    timeline: (task, options = {}) => page(TIMELINE, [task, options.step], options),
    bounds: (task, options) => page(BOUNDS, [task], options),
    decisions: (options = {}) => {
      const { task, step, statuses, model } = options
      return task === undefined
        ? page(NEWEST_DECISIONS, [step, statuses, model, options.namespaces], options)
        : page(DECISIONS_OF_TASK, [task, step, statuses, model], options)
    },
    gates: (options = {}) => {
      const { task, statuses, groups, namespaces } = options
      return page(GATES, [task, statuses, groups, namespaces], options)
    },
    deadLetters: (options = {}) => {
      const { isWaiting, template, reason, task } = options
      return page(DEAD_LETTERS, [isWaiting, namespacesIn(options), template, reason, task], options)
    },
    waiting: async (options = {}) => {
      const counts = { gates: 0, deadLetters: 0 }
      const values = [orNull(options.namespaces)]
      return (await ask<typeof counts>(['gates', 'dead_letters'], SQL.waiting, values, options))[0] ?? counts
    },
    catalogUsage: async (options) =>
      (await ask<Counted<HandlerUsage>>(['catalog_usage'], SQL.catalogUsage, [], options)).map(withDurations),
    templatePerformance: async (options = {}) => {
      const values = [namespacesIn(options), options.template].map(orNull)
      const rows = await ask<Counted<TemplatePerformance>>(
        ['template_performance'],
        SQL.templatePerformance,
        values,
        options,
      )
      return rows.map(withDurations)
    },
  }
}

type Ask = <A extends object>(
  of: ReadonlyArray<string>,
  statement: Statement,
  values: ReadonlyArray<unknown>,
  options?: ReadOptions,
) => Promise<ReadonlyArray<A>>

const pagesWith =
  (ask: Ask) =>
  async <A extends object>(
    { statement, of, parts, keyOf }: List<A>,
    filter: ReadonlyArray<unknown>,
    options: PageOptions = {},
  ): Promise<Page<A>> => {
    const limit = Math.max(1, Math.min(MAX_PAGE_ROWS, Math.trunc(options.limit ?? DEFAULT_PAGE_ROWS)))
    // One row more tells whether there is a further page.
    const values = [...filter.map(orNull), ...keyIn(options.after, parts), limit + 1]
    const rows = await ask<A>(of, statement, values, options)
    const items = rows.slice(0, limit)
    const last = items.at(-1)
    return { items, next: rows.length > limit && last !== undefined ? cursorOf(keyOf(last)) : null }
  }

const read = async <A extends object>(
  { reader, waitFor, projects }: ReadModelsNeeds,
  of: ReadonlyArray<string>,
  statement: Statement,
  values: ReadonlyArray<unknown>,
  { atLeast }: ReadOptions,
): Promise<ReadonlyArray<A>> => {
  for (const name of atLeast === undefined ? [] : of) {
    if (await waitFor(name, atLeast ?? 0, PROJECTION_READ_WAIT_MS)) continue
    throw new ProjectionRefused('projection_behind', `${name} does not show position ${atLeast} yet; ask again later`)
  }
  try {
    return await reader.query(statement, values)
  } catch (error) {
    if (codeOf(error) !== UNDEFINED_TABLE || !projects()) throw refusalOf(error, of)
    for (const name of of) await waitFor(name, 0, PROJECTION_READ_WAIT_MS)
    return reader.query<A>(statement, values).catch((again: unknown) => Promise.reject(refusalOf(again, of)))
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

const refusalOf = (error: unknown, of: ReadonlyArray<string>): unknown => {
  const code = codeOf(error)
  if (code === UNDEFINED_TABLE) {
    const message = `nobody has projected ${of.join(' and ')} in this database yet; serve and dev do`
    return new ProjectionRefused('projection_absent', message)
  }
  const isOfTheQuestion = typeof code === 'string' && NO_SUCH_VALUE.includes(code)
  return isOfTheQuestion ? new ProjectionRefused('filter_invalid', String(error)) : error
}

/** As Postgres says it; a text that is no uuid, or no time. */
const UNDEFINED_TABLE = '42P01'
const NO_SUCH_VALUE = ['22P02', '22007', '22008']

const orNull = (value: unknown): unknown => value ?? null

/** Those that are asked for among those that may be seen. */
const namespacesIn = ({
  namespace,
  namespaces,
}: {
  readonly namespace?: string
  readonly namespaces?: ReadonlyArray<string>
}): ReadonlyArray<string> | undefined => {
  if (namespace === undefined) return namespaces
  return namespaces === undefined || namespaces.includes(namespace) ? [namespace] : []
}

/** A beginning of an id is worth looking for when it says, roughly, when a task was made. */
const MIN_ID_DIGITS = 6

/** The first and the last id that begin like this; null where it is the beginning of none. */
const idsLike = (written: string): ReadonlyArray<string | null> => {
  const digits = written
    .toLowerCase()
    .replace(/^task-/, '')
    .replaceAll('-', '')
  if (!/^[0-9a-f]+$/.test(digits) || digits.length < MIN_ID_DIGITS || digits.length > 32) return [null, null]
  return [digits.padEnd(32, '0'), digits.padEnd(32, 'f')]
}

const taskFilter = (options: NonNullable<Parameters<ReadModels['tasks']>[0]>): ReadonlyArray<unknown> => [
  options.statuses,
  namespacesIn(options),
  options.template,
  options.templateVersion,
  options.correlation,
  options.parentTask,
  options.forkedFrom,
  options.createdFrom,
  options.createdBefore,
  options.isPlanned,
]

const countsIn = (rows: ReadonlyArray<{ status: TaskStatus; tasks: number }>): Readonly<Record<TaskStatus, number>> => {
  const counts = new Map(rows.map(({ status, tasks }) => [status, tasks]))
  const all = TASK_STATUSES.map((status) => [status, counts.get(status) ?? 0] as const)
  return Object.fromEntries(all) as Record<TaskStatus, number>
}

const UP_TO_MS = [10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, null]

type Counted<A extends { readonly durations: unknown }> = Omit<A, 'durations'> & { counts: ReadonlyArray<number> }

const withDurations = <A extends { readonly counts: ReadonlyArray<number> }>({
  counts,
  ...row
}: A): Omit<A, 'counts'> & { readonly durations: ReadonlyArray<DurationCount> } => ({
  ...row,
  durations: UP_TO_MS.map((upToMs, index) => ({ upToMs, count: counts[index] ?? 0 })),
})
