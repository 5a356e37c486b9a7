/** `tasker step retry|reset|resolve|complete|skip`: hands on one step of a task. */
import type { Command } from '../command.js'
import { handCommand } from '../hand-command.js'
import { jsonArgument } from '../json-argument.js'
import { usageError } from '../user-error.js'

const ID = '01932f6e-…'
const rest = ['STEP']

export const stepRetryCommand: Command = handCommand({
  name: 'step retry',
  summary: 'run a step that waits for its retry at once',
  rest,
  done: 'enqueued',
  examples: [{ command: `tasker step retry ${ID} charge --reason "the bank is back"`, says: 'without waiting' }],
  changeOf: ([step = '']) => ({ kind: 'retry', step }),
})

export const stepResetCommand: Command = handCommand({
  name: 'step reset',
  summary: 'let a step that has ended start anew, its failures forgotten',
  rest,
  done: 'reset',
  examples: [
    { command: `tasker step reset ${ID} charge --reason "card renewed"`, says: 'a blocked task goes on' },
    {
      command: 'tasker step reset charge --filter "status=blocked_by_failures error=http_status"',
      says: 'all of them',
    },
  ],
  changeOf: ([step = '']) => ({ kind: 'reset', step }),
})

export const stepResolveCommand: Command = handCommand({
  name: 'step resolve',
  summary: 'count a step that has not completed as satisfied, without a result',
  rest,
  done: 'resolved',
  examples: [{ command: `tasker step resolve ${ID} notify --reason "called them"`, says: 'what follows goes on' }],
  changeOf: ([step = '']) => ({ kind: 'resolve', step }),
})

export const stepCompleteCommand: Command = handCommand({
  name: 'step complete',
  summary: 'complete a step by hand, with a result',
  rest,
  done: 'completed',
  options: { result: { type: 'string', value: 'JSON', summary: 'its result, as JSON or @FILE; required' } },
  details:
    "The result is held against the step's result_schema. A decision is completed with what its handler would have\n" +
    'answered: {"type": "create_steps", "step_names": […]}.',
  examples: [{ command: `tasker step complete ${ID} look_up --result '{"rate": 1.08}'`, says: 'found elsewhere' }],
  changeOf: async ([step = ''], { option, system }) => {
    const result = option('result')
    if (result === undefined) throw usageError('tasker step complete needs --result', 'see tasker step complete --help')
    return { kind: 'complete', step, result: await jsonArgument(result, '--result', system) }
  },
})

export const stepSkipCommand: Command = handCommand({
  name: 'step skip',
  summary: 'count a step that has not completed as absent',
  rest,
  done: 'skipped',
  examples: [{ command: `tasker step skip ${ID} enrich --reason "not needed"`, says: 'what needs it is left out too' }],
  changeOf: ([step = '']) => ({ kind: 'skip', step }),
})
