/**
 * `tasker run`: one task of a template, from its creation to its end, with engine and worker in this process. It ends
 * when the task is over or blocked, or when only a person can move it; the task itself does not end with the process.
 */
import type { Json } from '../../core/json.js'
import type { Template } from '../../core/template.js'
import type { Command, Invocation } from '../command.js'
import { followTask } from '../follow-task.js'
import { jsonFileFor } from '../json-file.js'
import { PLANNER_OPTION, plannerChoice, plannerNotConfigured } from '../planner-choice.js'
import { refusalAsJson } from '../run-result.js'
import type { Work } from '../system.js'
import { withTasker } from '../tasker.js'
import { handlersFor, templateFor } from '../templates.js'

export const runCommand: Command = {
  name: 'run',
  summary: 'run one task of a template, and show what came of it',
  arguments: [{ name: 'TEMPLATE.yaml' }],
  options: {
    input: { type: 'string', value: 'FILE.json', summary: "the task's input ({})" },
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
    const handlers = await handlersFor(invocation)
    const [file = ''] = invocation.arguments
    const template = await templateFor(file, await invocation.system.vocabularyOf(handlers), invocation)
    const input = await inputOf(invocation)
    const work = await workOf(invocation, template)
    return withTasker(
      invocation,
      async ({ tasks }) => {
        const key = invocation.option('key')
        const actor = { kind: 'person', id: invocation.config().actor, authenticated: false } as const
        const task = await tasks.create(template, input, {
          actor,
          ...(key === undefined ? {} : { idempotencyKey: key }),
        })
        if (task.duplicate && !invocation.json) invocation.output.note(`task ${task.id} exists already; following it`)
        return followTask(invocation, task)
      },
      handlers,
      work,
    )
  },
}

const inputOf = async ({ option, system }: Invocation): Promise<Json> => {
  const file = option('input')
  return file === undefined ? {} : jsonFileFor(file, 'input', system)
}

const workOf = async ({ option, system }: Invocation, template: Template): Promise<Work> => {
  const work = { serves: 'all', sweeps: true, namespace: template.namespace } as const
  const choice = plannerChoice(option('planner'), system.environment)
  if (choice !== undefined) return { ...work, planner: await system.openPlanner(choice) }
  const planning = template.steps.find((step) => step.type === 'planning')
  if (planning === undefined) return work
  throw plannerNotConfigured(`${template.name} has a planning step, ${planning.name}, and no planner is configured`)
}
