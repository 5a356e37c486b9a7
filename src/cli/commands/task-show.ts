/** `tasker task show`: one task with its steps as they stand. */
import type { Json } from '../../core/json.js'
import { usageText } from '../../core/usage-text.js'
import type { StepResult, TaskResult, TaskUsage } from '../../engine/tasks.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withTasker } from '../tasker.js'

export const taskShowCommand: Command = {
  name: 'task show',
  summary: 'show a task and its steps',
  arguments: [{ name: 'TASK' }],
  examples: [
    { command: 'tasker task show 01932f6e-…', says: 'a line a step' },
    { command: 'tasker task show 01932f6e-… --json', says: 'with results and errors' },
  ],
  run: (invocation) =>
    withTasker(invocation, async ({ tasks }) => {
      const [id = ''] = invocation.arguments
      const task = await (await tasks.get(id)).view()
      const usage = await tasks.usage(id)
      const { json, output } = invocation
      if (json) output.printJson(asJson(task, usage))
      else {
        output.print(`${output.paint.bold(task.status)} ${task.taskId}`)
        const used = usageText(usage)
        if (used !== '') output.print(`  ${output.paint.dim(used)}`)
        if (task.error !== null) output.print(`  ${output.paint.red(task.error.code)}: ${task.error.message}`)
        output.table(Object.entries(task.steps).map(rowOf))
      }
      return EXIT.complete
    }),
}

const rowOf = ([name, step]: readonly [string, StepResult]): ReadonlyArray<string> => [
  name,
  step.state,
  step.settlement ?? '',
  step.attempts === 0 ? '' : `attempt ${step.attempts}`,
  step.error === null ? '' : `${step.error.code}: ${step.error.message}`,
]

const asJson = ({ taskId, status, error, steps }: TaskResult, { used, reserved, bounds }: TaskUsage): Json => ({
  task: taskId,
  status,
  error: error === null ? null : { ...error },
  usage: { used: { ...used }, reserved: { ...reserved }, bounds: JSON.parse(JSON.stringify(bounds)) },
  steps: Object.entries(steps).map(([name, step]) => ({
    name,
    state: step.state,
    settlement: step.settlement,
    attempts: step.attempts,
    result: step.result,
    error: step.error === null ? null : { ...step.error },
    created_by: { ...step.createdBy },
  })),
})
