/** `tasker dlq list|show|resolve`: tasks that somebody has to look into. */
import type { Resolution } from '../../core/decide/dead-letter.js'
import type { DeadLetterEntry, DeadLetterHistory } from '../../engine/dead-letters.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { handCommand } from '../hand-command.js'
import { withTasker } from '../tasker.js'
import { usageError } from '../user-error.js'

export const dlqListCommand: Command = {
  name: 'dlq list',
  summary: 'list the tasks that somebody has to look into, and why',
  details:
    'blocked: a step failed for good; exhausted: one used up its attempts; stale: nothing moved for as long as the template\n' +
    'allows; late: the task took too long; failed: it ended in error. A task leaves the list when it is repaired\n' +
    '(tasker step reset, resolve, complete, skip) or resolved (tasker dlq resolve).',
  examples: [
    { command: 'tasker dlq list', says: 'one line a task, the oldest task first' },
    { command: 'tasker dlq list --json', says: 'the same for a program' },
  ],
  run: (invocation) =>
    withTasker(invocation, async ({ deadLetters }) => {
      const { json, output } = invocation
      const entries: DeadLetterEntry[] = []
      for await (const entry of deadLetters.list()) entries.push(entry)
      if (json) output.printJson({ dead_letters: entries.map(asJson) })
      else if (entries.length === 0) output.print('No task has to be looked into.')
      else output.table(entries.map(rowOf))
      return EXIT.complete
    }),
}

export const dlqShowCommand: Command = {
  name: 'dlq show',
  summary: 'show why a task has to be looked into, what happened to it, and why it stands',
  arguments: [{ name: 'TASK' }],
  examples: [{ command: 'tasker dlq show 01932f6e-…', says: 'reason, history, and what could be done' }],
  run: (invocation) =>
    withTasker(invocation, async ({ deadLetters, why }) => {
      const [task = ''] = invocation.arguments
      const { json, output } = invocation
      const { entry, history } = await deadLetters.show(task)
      const explained = await why.task(task)
      if (json) {
        const dead_letter = entry === null ? null : asJson(entry)
        output.printJson({ dead_letter, history: history.map((one) => ({ ...one })), why: [...explained.sentences] })
        return EXIT.complete
      }
      if (entry === null) output.print(`${task} need not be looked into.`)
      else {
        output.print(
          `${output.paint.bold(entry.reason)} since ${entry.since}: ${entry.template} ${entry.version}, ${entry.status}`,
        )
        output.print(`  ${entry.code}: ${entry.message}`)
      }
      for (const sentence of explained.sentences) output.print(`  ${sentence}`)
      if (history.length > 0) output.print('\nhistory')
      output.table(history.map(historyRow))
      return EXIT.complete
    }),
}

const RESOLUTIONS: ReadonlyArray<Resolution> = ['manually_resolved', 'permanently_failed', 'cancelled']

export const dlqResolveCommand: Command = handCommand({
  name: 'dlq resolve',
  summary: 'decide what becomes of a task that had to be looked into',
  done: 'resolved',
  options: {
    resolution: {
      type: 'string',
      value: 'WORD',
      summary: 'manually_resolved (the default), permanently_failed or cancelled',
    },
  },
  details:
    'manually_resolved: what the task was to do is done otherwise; it is closed where nothing of it moves, else it goes on.\n' +
    'permanently_failed: it ends, or stays, in error. cancelled: it is cancelled.',
  examples: [
    { command: 'tasker dlq resolve 01932f6e-… --reason "refunded by hand"', says: 'closed as resolved_manually' },
    {
      command: 'tasker dlq resolve --filter "template=import age>7d" --resolution permanently_failed --dry-run',
      says: 'which tasks it would be',
    },
  ],
  changeOf: (_, { option }) => {
    const given = option('resolution') ?? 'manually_resolved'
    const resolution = RESOLUTIONS.find((known) => known === given)
    if (resolution === undefined) throw usageError(`--resolution is one of ${RESOLUTIONS.join(', ')}, not "${given}"`)
    return { kind: 'resolve-dead-letter', resolution }
  },
})

const rowOf = ({ taskId, reason, template, since, step, code }: DeadLetterEntry): ReadonlyArray<string> => [
  taskId,
  reason,
  since.slice(0, 19),
  template,
  step ?? '-',
  code,
]

const historyRow = ({ at, what, actor, reason, resolution }: DeadLetterHistory): ReadonlyArray<string> => [
  at.slice(0, 19),
  resolution === null ? what : `${what} (${resolution})`,
  actor,
  reason ?? '',
]

const asJson = ({ taskId, ...entry }: DeadLetterEntry) => ({ task: taskId, ...entry })
