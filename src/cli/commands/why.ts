/** `tasker why TASK [STEP]`: why a task, or one step of it, is not running. */
import type { Json } from '../../core/json.js'
import type { Explanation, Reason } from '../../core/why/reason.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withTasker } from '../tasker.js'

export const whyCommand: Command = {
  name: 'why',
  summary: 'say why a task, or one step of it, is not running',
  arguments: [{ name: 'TASK' }, { name: 'STEP', optional: true }],
  details:
    'Read from the log and from the workers that are there: the dependency that has not settled and what it waits for, the\n' +
    'gate and who may vote, the time of a retry, the window or the limit that holds a step, a queue that nobody serves, a\n' +
    'handler that nobody has, or the step above that failed, was skipped or decided otherwise.',
  examples: [
    { command: 'tasker why 01932f6e-…', says: 'with which steps the task stands' },
    { command: 'tasker why 01932f6e-… ship', says: 'why that step is not running' },
    { command: 'tasker why 01932f6e-… ship --json', says: 'the reasons as data' },
  ],
  run: (invocation) =>
    withTasker(invocation, async ({ why }) => {
      const [task = '', step] = invocation.arguments
      const { json, output } = invocation
      if (step !== undefined) {
        const explained = await why.step(task, step)
        if (json) output.printJson({ task, ...asJson(explained) })
        else for (const sentence of explained.sentences) output.print(sentence)
        return EXIT.complete
      }
      const { steps, others, ...explained } = await why.task(task)
      if (json) {
        output.printJson({ task, ...asJson(explained), steps: steps.map(asJson), others })
        return EXIT.complete
      }
      const said = [...explained.sentences, ...steps.flatMap(({ sentences }) => sentences)]
      for (const sentence of said) output.print(sentence)
      if (said.length === 0) output.print('nothing holds it: it goes on as soon as the engine has looked at it')
      if (others > 0) output.print(`and ${others} more steps`)
      return EXIT.complete
    }),
}

const asJson = ({ step, reasons, sentences }: Explanation): { readonly [key: string]: Json } => ({
  step,
  reasons: reasons.map(reasonAsJson),
  sentences: [...sentences],
})

/** Reasons hold plain data only, but for the explanation inside of one. */
const reasonAsJson = (reason: Reason): Json =>
  reason.kind === 'dependency' ? { ...reason, root: asJson(reason.root) } : JSON.parse(JSON.stringify(reason))
