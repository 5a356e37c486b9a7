/**
 * `tasker run`: one task of a template, from its creation to its end, with engine and worker in this process. It ends
 * when the task is over or blocked, or when only a person can move it; the task itself does not end with the process.
 */
import type { Json, JsonObject } from '../../core/json.js'
import type { Template } from '../../core/template.js'
import type { StepResult, TaskHandle, TaskResult } from '../../engine/tasks.js'
import { columns } from '../columns.js'
import type { Command, Invocation } from '../command.js'
import { reportAsJson } from '../error-report.js'
import { EXIT, type ExitCode } from '../exit-code.js'
import { jsonFileFor } from '../json-file.js'
import { PLANNER_OPTION, plannerChoice, plannerNotConfigured } from '../planner-choice.js'
import { runProgress } from '../run-progress.js'
import type { Work } from '../system.js'
import { withTasker } from '../tasker.js'
import { handlersFor, templateFor } from '../templates.js'

/** As a shell reports a program that SIGINT ended. */
const INTERRUPTED = 130

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
  errorAsJson: (error) => ({ taskId: null, status: null, steps: {}, error: reportAsJson(error) }),
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
        return follow(invocation, task)
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

const follow = async (invocation: Invocation, task: TaskHandle): Promise<number> => {
  const { output, json, system, signal } = invocation
  if (task.duplicate && !json) output.note(`task ${task.id} exists already; following it`)
  const progress = runProgress(system.stderr, json ? () => undefined : output.note)
  try {
    const result = await task.result({
      signal,
      until: (view) => {
        if (!json) progress.show(view)
        return view.status === 'waiting_for_approval'
      },
    })
    progress.end()
    tell(invocation, result)
    return exitCodeOf(result)
  } catch (error) {
    progress.end()
    if (!signal.aborted) throw error
    const interrupted = await task.view()
    if (json) output.printJson(resultAsJson(interrupted))
    else output.note(`interrupted; task ${task.id} is kept and goes on with the next worker: tasker worker`)
    return INTERRUPTED
  }
}

const exitCodeOf = ({ status }: TaskResult): ExitCode => {
  if (status === 'complete' || status === 'resolved_manually') return EXIT.complete
  return status === 'waiting_for_approval' ? EXIT.waiting : EXIT.failed
}

/** The document of `--json`; its keys are a public contract. */
export const resultAsJson = ({ taskId, status, steps, error }: TaskResult): JsonObject => ({
  taskId,
  status,
  steps: Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, stepAsJson(step)])),
  error: error === null ? null : errorAsJson(error),
})

const stepAsJson = ({ state, settlement, attempts, result, createdBy }: StepResult): JsonObject => ({
  state,
  settlement,
  attempts,
  result,
  createdBy: { ...createdBy },
})

const errorAsJson = ({ code, message, step }: NonNullable<TaskResult['error']>): JsonObject =>
  step === null ? { code, message } : { code, message, step }

const tell = ({ json, output }: Invocation, result: TaskResult): void => {
  if (json) return output.printJson(resultAsJson(result))
  const { print, paint } = output
  print(`${paint.bold(result.status)} ${result.taskId}`)
  for (const line of columns(Object.entries(result.steps).map(rowOf))) print(line)
  if (result.error !== null) {
    const { code, message, step } = result.error
    print(`${paint.red(code)}${step === null ? '' : ` in ${step}`}: ${message}`)
    if (result.status === 'blocked_by_failures') print(`  → tasker why ${result.taskId}`)
  }
  for (const [name, { state }] of Object.entries(result.steps)) {
    if (state !== 'waiting_for_approval') continue
    print(`${paint.yellow('waits for a person')}: ${name}`)
    print(`  → tasker gate approve ${result.taskId} ${name}`)
  }
}

const RESULT_CHARS = 80

const rowOf = ([name, { state, settlement, attempts, result, error }]: readonly [string, StepResult]) => {
  const said = error === null ? (result === null ? '' : JSON.stringify(result)) : `${error.code}: ${error.message}`
  const shown = said.length > RESULT_CHARS ? `${said.slice(0, RESULT_CHARS)}…` : said
  const told = state === 'pending' && settlement !== null ? `never runs (${settlement})` : state
  return [name, told, attempts > 1 ? `${attempts} attempts` : '', shown]
}
