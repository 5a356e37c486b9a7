/** `tasker provenance`: where a step comes from, up to the task's creation. */
import * as E from 'fp-ts/lib/Either.js'
import { provenanceAsJson } from '../../audit/provenance-json.js'
import { provenanceText } from '../../audit/provenance-text.js'
import { readProvenance } from '../../audit/read-provenance.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withLog } from '../log-access.js'
import { streamIn, taskIn, unknownTask } from '../task-argument.js'
import { UserError } from '../user-error.js'

export const provenanceCommand: Command = {
  name: 'provenance',
  summary: 'tell where a step comes from, up to the creation of its task',
  arguments: [{ name: 'TASK' }, { name: 'STEP' }],
  options: { full: { type: 'boolean', summary: 'with every prompt and every answer as they were' } },
  details:
    'From the step to the event that created it and to what decided that: the fragment with its reasoning, the proposals that\n' +
    'were rejected before it and what was found in them, the prompt, the data that were shown, the model and the bounds that\n' +
    'were left; then the same of the step that decided, and so on up to the template.',
  examples: [
    { command: 'tasker provenance 01932f6e-… plan/execute/fetch[3]', says: 'a step by its full name' },
    { command: 'tasker provenance 01932f6e-… report --json', says: 'all of it as data, prompts and answers included' },
  ],
  run: (invocation) =>
    withLog(invocation, async ({ record }) => {
      const [task = '', step = ''] = invocation.arguments
      const read = await readProvenance(record, streamIn(task), step)
      if (E.isLeft(read)) throw refusal(read.left, task)
      const { provenance, times } = read.right
      const { json, output, has } = invocation
      if (json) output.printJson({ ...provenanceAsJson(provenance), task: taskIn(task) })
      else {
        const timeOf = (version: number): string => (times[version - 1] ?? '').slice(0, SECONDS)
        for (const line of provenanceText(provenance, { timeOf, full: has('full') })) output.print(line)
      }
      return EXIT.complete
    }),
}

const refusal = ({ code, message }: { readonly code: string; readonly message: string }, task: string): UserError => {
  if (code === 'task_unknown') return unknownTask(task)
  if (code === 'step_unknown') return new UserError({ code, message, remedy: 'see tasker task show' })
  return new UserError({ code, message, exitCode: EXIT.failed })
}

const SECONDS = 'yyyy-mm-ddThh:mm:ss'.length
