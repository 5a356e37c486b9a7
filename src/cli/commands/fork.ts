/** `tasker fork`: a new task from any point of an old one. */
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { taskIn, versionIn } from '../task-argument.js'
import { byOf, withTasker } from '../tasker.js'
import { usageError } from '../user-error.js'

export const forkCommand: Command = {
  name: 'fork',
  summary: 'start a new task from any point of an old one',
  arguments: [{ name: 'TASK' }],
  options: {
    at: { type: 'string', value: 'VERSION', summary: 'take over everything up to this event of the old task' },
    replan: { type: 'boolean', summary: 'ask again for the plan that stands there, instead of taking it over' },
    as: {
      type: 'string',
      value: 'NAME',
      summary: 'who does it, as the log records it (TASKER_ACTOR, or your login name)',
    },
  },
  details:
    'Results before that point are reused; what comes after it runs anew, effects included. The old task is not touched.\n' +
    'Attempts that were running are given back, open gates ask anew, and a step that waited for another task starts its own.\n' +
    'A version inside of a decision is refused with the versions before and after it; see tasker events --task.',
  examples: [
    { command: 'tasker fork 01932f6e-… --at 42', says: 'go on from event 42' },
    { command: 'tasker fork 01932f6e-… --at 42 --replan', says: 'with another plan than the one that stands there' },
  ],
  run: (invocation) => {
    const [task = ''] = invocation.arguments
    const written = invocation.option('at')
    if (written === undefined) throw usageError('tasker fork needs --at VERSION', 'see tasker events --task')
    const at = versionIn(written)
    return withTasker(invocation, async ({ tasks }) => {
      const { actor: id, authenticated = false } = byOf(invocation)
      const fork = await tasks.fork(taskIn(task), {
        at,
        replan: invocation.has('replan'),
        actor: { kind: 'person', id, authenticated },
      })
      if (invocation.json) invocation.output.printJson({ task: fork.id, forked_from: { task: taskIn(task), at } })
      else invocation.output.print(fork.id)
      return EXIT.complete
    })
  },
}
