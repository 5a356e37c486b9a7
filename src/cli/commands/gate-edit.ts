/** `tasker gate edit`: another plan in place of one that waits for approval; it is judged like any other. */
import * as E from 'fp-ts/lib/Either.js'
import { readTask } from '../../audit/told-task.js'
import type { EventOf } from '../../core/event.js'
import { isJsonObject } from '../../core/json.js'
import { streamOf } from '../../engine/ids.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { jsonFileFor } from '../json-file.js'
import type { OpenTasker } from '../system.js'
import { WHO_OPTION, withTasker } from '../tasker.js'
import { UserError } from '../user-error.js'
import { openGate } from './gate-show.js'

export const gateEditCommand: Command = {
  name: 'gate edit',
  summary: 'put a plan of your own in place of one that waits for approval',
  arguments: [{ name: 'TASK' }, { name: 'STEP' }, { name: 'FRAGMENT.json' }],
  options: { ...WHO_OPTION, reasoning: { type: 'string', value: 'TEXT', summary: 'why, as the log records it' } },
  details:
    'It is a proposal like any other, in your name: validation judges it, and what it has against it is told. Accepted, it\n' +
    'takes the place of the plan that waited, and the votes on that are void; rejected, the plan goes on waiting.\n' +
    'Exits with 0 where it was accepted, 1 where it was not.',
  examples: [
    {
      command: 'tasker gate edit 01932f6e-… plan plan.json --reasoning "one request is enough"',
      says: 'the plan that tasker gate show --fragment gave, as you changed it',
    },
  ],
  run: (invocation) =>
    withTasker(invocation, async (tasker) => {
      const [task = '', step = '', file = ''] = invocation.arguments
      const { system, option, config, json, output } = invocation
      const fragment = await jsonFileFor(file, 'fragment', system)
      if (!isJsonObject(fragment)) throw new UserError({ code: 'schema', message: `${file} holds no JSON object` })
      await openGate(tasker, task, step)
      const reasoning = option('reasoning')
      const edit = { actor: option('as') ?? config().actor, ...(reasoning === undefined ? {} : { reasoning }) }
      await tasker.gates.editPlan(task, step, fragment, edit)
      const { verdict, findings } = await verdictOn(tasker, task, step)
      if (json) output.printJson({ task, step, verdict, findings: findings.map((finding) => ({ ...finding })) })
      else {
        const { print, paint } = output
        if (verdict === 'accepted') print(`${paint.green('accepted')}: your plan waits for approval in its place`)
        else print(`${paint.red('rejected')}: nothing of it exists, and the plan before it still waits`)
        for (const { code, path, message } of findings) {
          print(`  ${paint.bold(code)} ${path === '' ? '' : `${paint.dim(path)} `}${message}`)
        }
      }
      return verdict === 'accepted' ? EXIT.complete : EXIT.failed
    }),
}

/** What validation said last of a plan of the step. */
const verdictOn = async (
  { log }: Pick<OpenTasker, 'log'>,
  task: string,
  step: string,
): Promise<Pick<EventOf<'fragment-validated'>['data'], 'verdict' | 'findings'>> => {
  const told = await readTask(log, streamOf(task))
  if (E.isLeft(told)) throw new UserError({ ...told.left, exitCode: EXIT.failed })
  const verdict = told.right.events.findLast(
    (event): event is EventOf<'fragment-validated'> => event.type === 'fragment-validated' && event.data.step === step,
  )
  if (verdict === undefined) throw new Error(`a plan of ${step} was edited, and nobody has judged it`)
  return verdict.data
}
