/** The addresses of one task's pages. What a reader has chosen (a version, a step, what is open) stands in them. */
import type { Wanted } from './graph/grouping.js'

export type TaskTab = 'graph' | 'timeline' | 'steps' | 'events' | 'planning'

export interface TaskView extends Wanted {
  readonly task: string
  /** The version that is looked back to; null for the task as it stands. */
  readonly at: number | null
  readonly step: string | null
}

const MAX_OPENED = 24

/** What a query says, of which everything may be nonsense. */
export const viewIn = (task: string, query: URLSearchParams): TaskView => {
  const step = query.get('step') ?? ''
  return {
    task,
    at: versionIn(query.get('at')),
    step: step === '' ? null : step,
    open: new Set(query.getAll('open').slice(0, MAX_OPENED)),
    closed: new Set(query.getAll('closed').slice(0, MAX_OPENED)),
  }
}

export const versionIn = (written: string | null): number | null =>
  written !== null && /^[1-9]\d{0,8}$/.test(written) ? Number(written) : null

export const taskPath = (task: string, tab: TaskTab = 'graph'): string =>
  `/ui/tasks/${encodeURIComponent(task)}${tab === 'graph' ? '' : `/${tab}`}`

/** The view with some of it changed; `null` takes away. */
export const addressOf = (view: TaskView, change: Partial<TaskView> = {}, tab: TaskTab = 'graph'): string => {
  const { task, at, step, open, closed } = { ...view, ...change }
  const query = new URLSearchParams()
  if (at !== null) query.set('at', String(at))
  if (step !== null) query.set('step', step)
  for (const id of open) query.append('open', id)
  for (const id of closed) query.append('closed', id)
  const text = query.toString()
  return text === '' ? taskPath(task, tab) : `${taskPath(task, tab)}?${text}`
}

export const contentPath = (task: string, digest: string): string =>
  `${taskPath(task)}/contents/${encodeURIComponent(digest)}`
