/** `tasker gate list|approve|reject`: what waits for people, and the vote of one of them. */
import type { Json } from '../../core/json.js'
import type { TaskStatus } from '../../core/status.js'
import type { OpenGate, Vote } from '../../engine/gates.js'
import { BOUNDS_OPTION, boundsIn } from '../bounds-option.js'
import type { Command, Invocation } from '../command.js'
import { EXIT } from '../exit-code.js'
import { BY_OPTIONS, withTasker } from '../tasker.js'

const ID = '01932f6e-…'

export const gateListCommand: Command = {
  name: 'gate list',
  summary: 'list the gates that wait for people',
  options: { task: { type: 'string', value: 'TASK', summary: 'of one task only' } },
  examples: [{ command: 'tasker gate list', says: 'what is asked, of whom, and by which task' }],
  run: (invocation) =>
    withTasker(invocation, async ({ gates, tasks }) => {
      const task = invocation.option('task')
      if (task !== undefined) await tasks.get(task)
      const open = await gates.list(task)
      const { json, output } = invocation
      if (json) output.printJson(open.map(asJson))
      else if (open.length === 0) output.print('No gate waits for anybody.')
      else output.table(open.map(rowOf))
      return EXIT.complete
    }),
}

const asJson = (gate: OpenGate): Json => ({
  ...gate,
  groups: [...gate.groups],
  approvals: gate.approvals.map((approval) => ({ ...approval })),
})

const rowOf = ({ taskId, step, question, groups, required, approvals }: OpenGate): ReadonlyArray<string> => [
  taskId,
  step,
  groups.length === 0 ? 'anybody' : groups.join(', '),
  `${approvals.length}/${required}`,
  question,
]

/** The vote is recorded whoever runs; what comes after it is not done here. */
const LEFT_TO_WORKERS: ReadonlyArray<TaskStatus> = ['pending', 'running', 'waiting_for_retry']

const voteCommand = (choice: 'approve' | 'reject', done: string): Command => ({
  name: `gate ${choice}`,
  summary: `${choice} what a gate asks`,
  arguments: [{ name: 'TASK' }, { name: 'STEP' }],
  options: {
    comment: { type: 'string', value: 'TEXT', summary: 'why, as the log records it' },
    digest: { type: 'string', value: 'DIGEST', summary: 'of what you were shown; refused where it has changed since' },
    as: BY_OPTIONS.as ?? { type: 'string', summary: 'who votes' },
    ...(choice === 'approve' ? { bounds: MORE_OPTION } : {}),
  },
  details: 'Who may vote says the gate; who is in which group says groups in tasker.yaml.',
  examples: [
    { command: `tasker gate ${choice} ${ID} review --comment "looked at it"`, says: 'a worker does the rest' },
  ],
  run: (invocation) =>
    withTasker(invocation, async ({ gates, tasks }) => {
      const [task = '', step = ''] = invocation.arguments
      await tasks.get(task)
      await gates[choice](task, step, voteOf(invocation))
      const { json, output } = invocation
      if (json) output.printJson({ task, step, vote: choice })
      else {
        output.print(`${done} ${step} of ${task}`)
        const { status } = await (await tasks.get(task)).view()
        if (LEFT_TO_WORKERS.includes(status)) {
          output.note('a worker goes on with it; where none runs, start one: tasker worker, or tasker dev')
        }
      }
      return EXIT.complete
    }),
})

/** Where a phase may not go on: what it may use from now on. */
const MORE_OPTION = {
  ...BOUNDS_OPTION,
  summary: 'where a planner or its time came to an end: what is allowed from now on',
}

const voteOf = ({ option, options, config }: Invocation): Vote => {
  const bounds = boundsIn(options('bounds'))
  const comment = option('comment')
  const digest = option('digest')
  return {
    actor: option('as') ?? config().actor,
    ...(comment === undefined ? {} : { comment }),
    ...(digest === undefined ? {} : { digest }),
    ...(Object.keys(bounds).length === 0 ? {} : { bounds }),
  }
}

export const gateApproveCommand: Command = voteCommand('approve', 'approved')
export const gateRejectCommand: Command = voteCommand('reject', 'rejected')
