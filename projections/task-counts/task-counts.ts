/** How many tasks of each template stand how: kept as numbers, so that nobody has to count a hundred thousand rows. */
import { statusOf, type TaskStatus } from '../../src/core/status.js'
import { add, NO_CHANGE, type Projection } from '../projection.js'

export interface TaskCountRow {
  readonly namespace: string
  readonly template: string
  readonly status: TaskStatus
  readonly tasks: number
}

interface Counted {
  as: TaskStatus | undefined
}

export const taskCounts: Projection<TaskCountRow, Counted> = {
  name: 'task_counts',
  version: 1,
  sql: 'projections/task-counts/task-counts.sql',
  key: ['namespace', 'template', 'status'],
  memory: () => ({ as: undefined }),
  changes: (_, { state }, counted) => {
    const { as: before } = counted
    const now = statusOf(state)
    if (before === now) return NO_CHANGE
    counted.as = now
    const { namespace, name } = state.template
    return [
      ...(before === undefined ? [] : [add<TaskCountRow>([namespace, name, before], { tasks: -1 })]),
      add<TaskCountRow>([namespace, name, now], { tasks: 1 }),
    ]
  },
}
