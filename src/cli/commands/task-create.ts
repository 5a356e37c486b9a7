/** `tasker task create`: a task that workers run, started and not followed; at once, or not before a time. */
import type { Template } from '../../core/template.js'
import { timeOf } from '../../core/written-time.js'
import type { CreateOptions, NamedTemplate } from '../../engine/creation.js'
import type { TaskHandle } from '../../engine/tasks.js'
import type { Command, Invocation } from '../command.js'
import { EXIT, type ExitCode } from '../exit-code.js'
import { INPUT_OPTION, inputOf } from '../input-option.js'
import { withSent } from '../sent-template.js'
import { byOf, WHO_OPTION, withTasker } from '../tasker.js'
import { isFile, templateName } from '../template-name.js'
import { handlersFor, templateFor } from '../templates.js'
import { usageError } from '../user-error.js'
import { priorityIn } from '../written-priority.js'

export const taskCreateCommand: Command = {
  name: 'task create',
  summary: 'create a task for the workers, and do not follow it',
  arguments: [{ name: 'TEMPLATE' }],
  options: {
    input: INPUT_OPTION,
    'run-at': { type: 'string', value: 'TIME', summary: 'nothing of it runs before: 2030-01-31T09:00:00Z' },
    priority: { type: 'string', value: 'NUMBER', summary: 'the higher goes first, from -1000 to 1000 (0)' },
    'idempotency-key': { type: 'string', value: 'KEY', summary: 'the same key again is the same task' },
    ...WHO_OPTION,
  },
  details:
    'TEMPLATE is [NAMESPACE/]NAME[@VERSION] as it is registered, the latest release without a version, or a file. The id of\n' +
    'the task is printed, that of the first one where there is one by the same key. tasker run follows a task instead.',
  examples: [
    { command: 'tasker task create billing/order --input \'{"id":7}\' --idempotency-key order-7', says: 'once' },
    { command: 'tasker task create report.yaml --run-at 2030-01-31T09:00:00+01:00', says: 'then, not now' },
  ],
  run: async (invocation) => {
    const [written = ''] = invocation.arguments
    const options = optionsIn(invocation)
    const input = await inputOf(invocation)
    if (isFile(written) && invocation.config().server !== undefined) {
      return withSent(written, invocation, async (server, definition) =>
        tell(await server.create(definition, input, options), options, invocation),
      )
    }
    const handlers = isFile(written) ? await handlersFor(invocation) : []
    const template: Template | NamedTemplate = isFile(written)
      ? await templateFor(written, await invocation.system.vocabularyOf(handlers), invocation)
      : templateName(written)
    return withTasker(
      invocation,
      async ({ tasks }) => tell(await tasks.create(template, input, options), options, invocation),
      handlers,
    )
  },
}

const tell = ({ id, duplicate }: TaskHandle, { runAt }: CreateOptions, { json, output }: Invocation): ExitCode => {
  if (json) output.printJson({ task: id, duplicate, run_at: runAt?.toISOString() ?? null })
  else {
    output.print(id)
    if (duplicate) output.note('there is a task of that key already: this is the one')
  }
  return EXIT.complete
}

const optionsIn = (invocation: Invocation): CreateOptions => {
  const { option } = invocation
  const [runAt, priority, idempotencyKey] = [option('run-at'), option('priority'), option('idempotency-key')]
  const { actor } = byOf(invocation)
  return {
    actor: { kind: 'person', id: actor, authenticated: false },
    ...(runAt === undefined ? {} : { runAt: new Date(runAtIn(runAt)) }),
    ...(priority === undefined ? {} : { priority: priorityIn(priority) }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  }
}

const runAtIn = (written: string): number => {
  const time = timeOf(written)
  if (time !== undefined) return time
  throw usageError(`--run-at: "${written}" is no date and time with its offset`, 'such as 2030-01-31T09:00:00Z')
}
