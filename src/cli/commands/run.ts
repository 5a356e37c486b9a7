/**
 * `tasker run`: one task of a template, from its creation to its end, with engine and worker in this process. It ends
 * when the task is over or blocked, or when only a person can move it; the task itself does not end with the process.
 */
import type { Template } from '../../core/template.js'
import type { CreateOptions, TaskHandle } from '../../engine/tasks.js'
import type { Command, Invocation } from '../command.js'
import { followTask } from '../follow-task.js'
import { INPUT_OPTION, inputOf } from '../input-option.js'
import { calm } from '../logger.js'
import { PLANNER_OPTION, plannerChoice, plannerNotConfigured } from '../planner-choice.js'
import { refusalAsJson } from '../run-result.js'
import { withSent } from '../sent-template.js'
import type { Work } from '../system.js'
import { withTasker } from '../tasker.js'
import { handlersFor, templateFor } from '../templates.js'
import { usageError } from '../user-error.js'

export const runCommand: Command = {
  name: 'run',
  summary: 'run one task of a template, and show what came of it',
  arguments: [{ name: 'TEMPLATE.yaml' }],
  options: {
    input: INPUT_OPTION,
    planner: PLANNER_OPTION,
    key: { type: 'string', value: 'KEY', summary: 'an idempotency key: the same key again is the same task' },
  },
  details:
    'Exits with 0 where the task is complete, 1 where it failed, was cancelled or is blocked, 3 where only a person can\n' +
    'move it. Interrupted, it lets what runs end; the task goes on with the next worker.',
  examples: [
    { command: 'tasker run report.yaml --input june.json', says: 'your handlers by --handlers MODULE' },
    { command: 'tasker run plan.yaml --planner recorded:answers.json --json', says: 'one JSON value on stdout' },
  ],
  errorAsJson: refusalAsJson,
  run: async (invocation) => {
    if (invocation.config().server !== undefined) return runOnServer(invocation)
    const handlers = await handlersFor(invocation)
    const [file = ''] = invocation.arguments
    const template = await templateFor(file, await invocation.system.vocabularyOf(handlers), invocation)
    const input = await inputOf(invocation)
    const work = await workOf(invocation, template)
    return withTasker(
      { ...invocation, logger: calm(invocation.logger) },
      async ({ tasks }) => {
        const task = await tasks.create(template, input, creationOf(invocation))
        tellDuplicate(invocation, task)
        return followTask(invocation, task)
      },
      handlers,
      work,
    )
  },
}

/** The server reads the template, with the handlers that it knows; its workers run it, and it is followed from here. */
const runOnServer = async (invocation: Invocation): Promise<number> => {
  const [file = ''] = invocation.arguments
  if (invocation.option('planner') !== undefined) {
    throw usageError('--planner says who plans here; with --server the workers of the server plan')
  }
  if (invocation.config().sources.handlers?.kind === 'flag') {
    throw usageError('--handlers are of this process; with --server the workers of the server run the steps')
  }
  const input = await inputOf(invocation)
  return withSent(file, invocation, async (server, definition) => {
    const task = await server.create(definition, input, creationOf(invocation))
    tellDuplicate(invocation, task)
    return followTask(invocation, task)
  })
}

const creationOf = ({ option, config }: Invocation): CreateOptions => {
  const key = option('key')
  const actor = { kind: 'person', id: config().actor, authenticated: false } as const
  return { actor, ...(key === undefined ? {} : { idempotencyKey: key }) }
}

const tellDuplicate = ({ json, output }: Invocation, { id, duplicate }: TaskHandle): void => {
  if (duplicate && !json) output.note(`task ${id} exists already; following it`)
}

const workOf = async ({ option, system }: Invocation, template: Template): Promise<Work> => {
  const work = { serves: 'all', sweeps: true, namespace: template.namespace } as const
  const choice = plannerChoice(option('planner'), system.environment)
  if (choice !== undefined) return { ...work, planner: await system.openPlanner(choice) }
  const planning = template.steps.find((step) => step.type === 'planning')
  if (planning === undefined) return work
  throw plannerNotConfigured(`${template.name} has a planning step, ${planning.name}, and no planner is configured`)
}
