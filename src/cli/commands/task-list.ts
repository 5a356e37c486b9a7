/** `tasker task list`: tasks in a line each, those that a filter means. */
import type { TaskSummary } from '../../engine/selection.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withTasker } from '../tasker.js'
import { usageError } from '../user-error.js'

const DEFAULT_LIMIT = '100'

export const taskListCommand: Command = {
  name: 'task list',
  summary: 'list tasks: the open ones, or those that a filter means',
  options: {
    filter: { type: 'string', value: 'EXPR', summary: 'which tasks (open=true)' },
    limit: { type: 'string', value: 'NUMBER', summary: `how many at most (${DEFAULT_LIMIT})` },
  },
  examples: [
    { command: 'tasker task list', says: 'the open tasks, the oldest first' },
    {
      command: 'tasker task list --filter "status=error,blocked_by_failures template=order_*"',
      says: 'what went wrong',
    },
    { command: 'tasker task list --filter "status=waiting_for_approval age>1d"', says: 'who waits for people' },
  ],
  details:
    'Terms of a filter, all of which must hold: id, status, namespace, template, version, error with = or != (several values\n' +
    'by commas, * for anything); priority and age with = > >= < <= (age as 30s, 15m, 2h, 1d); open=true or open=false.',
  run: (invocation) => {
    const { json, output, option } = invocation
    const limit = Number(option('limit') ?? DEFAULT_LIMIT)
    if (!Number.isInteger(limit) || limit < 1) throw usageError('--limit is a whole number from 1')
    return withTasker(invocation, async ({ tasks }) => {
      const found: TaskSummary[] = []
      let more = false
      for await (const task of tasks.find(option('filter') ?? 'open=true')) {
        more = found.length === limit
        if (more) break
        found.push(task)
      }
      if (json) output.printJson({ tasks: found.map(asJson), more })
      else output.table(found.map(rowOf))
      if (more && !json) output.note(`there are more; --limit says how many are listed`)
      return EXIT.complete
    })
  },
}

const rowOf = ({ id, status, namespace, template, createdAt }: TaskSummary): ReadonlyArray<string> => [
  id,
  status,
  createdAt.toISOString().slice(0, 19),
  `${namespace}/${template}`,
]

const asJson = ({ id, status, namespace, template, open, createdAt, version, priority, error }: TaskSummary) => ({
  task: id,
  status,
  namespace,
  template,
  open,
  created_at: createdAt.toISOString(),
  ...(version === undefined ? {} : { version }),
  ...(priority === undefined ? {} : { priority }),
  ...(error === undefined ? {} : { error }),
})
