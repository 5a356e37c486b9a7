/** `tasker task cancel|pause|resume|priority|signal`: hands on tasks as a whole. */
import type { Command } from '../command.js'
import { handCommand } from '../hand-command.js'
import { jsonArgument } from '../json-argument.js'
import { priorityIn } from '../written-priority.js'

const ID = '01932f6e-…'

export const taskCancelCommand: Command = handCommand({
  name: 'task cancel',
  summary: 'cancel a task: running handlers are told, what they report later is refused',
  done: 'cancelled',
  examples: [
    { command: `tasker task cancel ${ID} --reason "ordered twice"`, says: 'one task' },
    { command: 'tasker task cancel --filter "template=import age>1d open=true" --dry-run', says: 'what would be' },
  ],
  changeOf: () => ({ kind: 'cancel' }),
})

export const taskPauseCommand: Command = handCommand({
  name: 'task pause',
  summary: 'pause a task: running attempts end as usual, nothing new is claimed',
  done: 'paused',
  examples: [{ command: `tasker task pause ${ID} --reason maintenance`, says: 'its clock stands still, too' }],
  changeOf: () => ({ kind: 'pause' }),
})

export const taskResumeCommand: Command = handCommand({
  name: 'task resume',
  summary: 'let a paused task go on',
  done: 'resumed',
  examples: [{ command: 'tasker task resume --filter status=paused', says: 'every task that is paused' }],
  changeOf: () => ({ kind: 'resume' }),
})

export const taskPriorityCommand: Command = handCommand({
  name: 'task priority',
  summary: 'change the priority of a task; the higher number goes first',
  rest: ['PRIORITY'],
  done: 'changed',
  examples: [{ command: `tasker task priority ${ID} 10`, says: 'before all of priority 9 and less' }],
  changeOf: ([priority = '']) => ({ kind: 'priority', priority: priorityIn(priority) }),
})

export const taskSignalCommand: Command = handCommand({
  name: 'task signal',
  summary: 'send a signal to a task; the first of a name counts, also one that comes early',
  rest: ['NAME'],
  done: 'signalled',
  options: {
    payload: { type: 'string', value: 'JSON', summary: 'what it carries, as JSON or @FILE (null)' },
    id: { type: 'string', value: 'ID', summary: 'the same id twice is one signal' },
  },
  examples: [{ command: `tasker task signal ${ID} paid --payload '{"amount": 12}'`, says: 'wakes who waits for it' }],
  changeOf: async ([name = ''], { option, system }) => {
    const payload = option('payload')
    const id = option('id')
    return {
      kind: 'signal',
      name,
      payload: payload === undefined ? null : await jsonArgument(payload, '--payload', system),
      ...(id === undefined ? {} : { id }),
    }
  },
})
