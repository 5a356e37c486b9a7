/** What people do on a task's page: done in their name and with their reason, then told on the page that comes next. */
import { type Change, personOf } from '../../engine/change.js'
import { byOf, voterOf } from '../../http/caller.js'
import { HttpProblem } from '../../http/problem.js'
import { act, type Form, fieldOf, formOf, mustBeAllowed, type PageContext } from '../board.js'
import { jsonIn, numberIn } from '../form-values.js'
import { taskPath } from './address.js'
import { TASK_ACTIONS, type TaskAction } from './head/task-forms.js'
import { STEP_ACTIONS, type StepAction } from './step/step-view.js'
import type { TaskBoard } from './task-board.js'

export const handOnTask = async ({ parts }: TaskBoard, c: PageContext, task: string): Promise<Response> => {
  const caller = mustBeAllowed(c, 'tasks:write')
  const form = await formOf(c)
  const action = TASK_ACTIONS.find((one) => one === fieldOf(form, 'action'))
  if (action === undefined) throw unknownAction(form)
  if (action === 'fork' || action === 'replan') return fork(parts, c, task, { at: wholeIn(form, 'at'), action })
  return act(c, taskPath(task), async () => {
    await parts.tasks.change(task, changeOf(action, form), byOf(caller, reasonIn(form)))
    return DONE[action]
  })
}

const DONE: Readonly<Record<Exclude<TaskAction, 'fork' | 'replan'>, string>> = {
  pause: 'The task is paused.',
  resume: 'The task goes on.',
  cancel: 'The task is cancelled.',
  priority: 'The priority is changed.',
  signal: 'The signal is sent.',
}

const changeOf = (action: Exclude<TaskAction, 'fork' | 'replan'>, form: Form): Change => {
  switch (action) {
    case 'priority':
      return { kind: 'priority', priority: wholeIn(form, 'priority') }
    case 'signal':
      return {
        kind: 'signal',
        name: fieldOf(form, 'name'),
        payload: jsonIn(fieldOf(form, 'payload') || 'null', 'the payload'),
      }
    case 'pause':
    case 'resume':
    case 'cancel':
      return { kind: action }
    default:
      return noChange(action)
  }
}

const fork = (
  { tasks }: TaskBoard['parts'],
  c: PageContext,
  task: string,
  { at, action }: { readonly at: number; readonly action: 'fork' | 'replan' },
): Promise<Response> => {
  const actor = personOf(byOf(c.get('caller')))
  return act(c, taskPath(task), async () => {
    const forked = await tasks.fork(task, { at, replan: action === 'replan', actor })
    return c.redirect(taskPath(forked.id), 303)
  })
}

export const handOnStep = async ({ parts }: TaskBoard, c: PageContext, task: string): Promise<Response> => {
  const form = await formOf(c)
  const step = fieldOf(form, 'step')
  const action = STEP_ACTIONS.find((one) => one === fieldOf(form, 'action'))
  if (action === undefined) throw unknownAction(form)
  const caller = mustBeAllowed(c, action === 'retry' || action === 'reset' ? 'tasks:write' : 'steps:write')
  return act(c, `${taskPath(task)}?step=${encodeURIComponent(step)}`, async () => {
    const change: Change =
      action === 'complete'
        ? { kind: action, step, result: jsonIn(fieldOf(form, 'result'), 'the result') }
        : { kind: action, step }
    await parts.tasks.change(task, change, byOf(caller, reasonIn(form)))
    return `${step}: ${STEP_DONE[action]}`
  })
}

const STEP_DONE: Readonly<Record<StepAction, string>> = {
  retry: 'the next attempt runs at once.',
  reset: 'it starts anew.',
  resolve: 'it counts as done.',
  complete: 'it is complete.',
  skip: 'it is skipped.',
}

export const vote = async ({ parts }: TaskBoard, c: PageContext, task: string): Promise<Response> => {
  const caller = mustBeAllowed(c, 'gates:vote')
  const form = await formOf(c)
  const [step, digest, comment] = [fieldOf(form, 'step'), fieldOf(form, 'digest'), fieldOf(form, 'comment')]
  const choice = fieldOf(form, 'vote')
  if (choice !== 'approve' && choice !== 'reject') throw unknownAction(form)
  return act(c, taskPath(task), async () => {
    await parts.gates[choice](task, step, { ...voterOf(caller), digest, ...(comment === '' ? {} : { comment }) })
    return choice === 'approve' ? `You approved ${step}.` : `You rejected ${step}.`
  })
}

/** Nobody changes anything without saying why. */
const reasonIn = (form: Form): string => {
  const reason = fieldOf(form, 'reason')
  if (reason !== '' || fieldOf(form, 'action') === 'signal') return reason
  throw new HttpProblem({ status: 422, code: 'reason_missing', detail: 'say why: the reason is recorded with it' })
}

const wholeIn = (form: Form, name: string): number => {
  const number = numberIn(fieldOf(form, name), name)
  if (number !== undefined && Number.isInteger(number)) return number
  throw new HttpProblem({ status: 422, code: 'invalid_number', detail: `${name} must be a whole number` })
}

const unknownAction = (form: Form): HttpProblem =>
  new HttpProblem({ status: 422, code: 'unknown_action', detail: `nobody knows how to ${fieldOf(form, 'action')}` })

const noChange = (action: never): never => {
  throw new Error(`there is no change for ${String(action)}`)
}
