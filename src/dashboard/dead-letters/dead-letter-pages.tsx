/** The routes of dead letters. */
import { Hono } from 'hono'
import type { Resolution } from '../../core/decide/dead-letter.js'
import type { Explanation } from '../../core/why/reason.js'
import type { TaskExplanation } from '../../core/why/why.js'
import { byOf, type HttpEnv, mayDo } from '../../http/caller.js'
import { permissionOf } from '../../http/change-permission.js'
import { HttpProblem } from '../../http/problem.js'
import { act, type Board, fieldOf, formOf, frameOf, mustBeAllowed, mustSeeTask, seenBy, show } from '../board.js'
import { DeadLetterListPage, deadLetterPath } from './dead-letter-list-page.js'
import { DeadLetterPage } from './dead-letter-page.js'

/** Of a task that is blocked by more, the rest is on the task's own page. */
const MAX_FAILED_STEPS = 20

const RESOLUTIONS: ReadonlyArray<Resolution> = ['manually_resolved', 'permanently_failed', 'cancelled']
const REPAIRS = ['retry', 'reset', 'resolve', 'skip'] as const

export const deadLetterPages = (board: Board): Hono<HttpEnv> => {
  const { deadLetters, projections, tasks, why } = board.parts
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    const caller = mustBeAllowed(c, 'dead-letters:read')
    const isWaiting = c.req.query('dealt') === undefined
    const after = c.req.query('after') ?? ''
    const [frame, letters] = await Promise.all([
      frameOf(board, c),
      projections.read.deadLetters({ isWaiting, ...seenBy(caller), ...(after && { after }) }),
    ])
    return show(c, <DeadLetterListPage {...{ frame, letters, isWaiting, after }} />)
  })
  app.get('/:task', async (c) => {
    const caller = mustBeAllowed(c, 'dead-letters:read')
    const task = c.req.param('task')
    await mustSeeTask(board, caller, task)
    const [frame, { entry, history }, explained] = await Promise.all([
      frameOf(board, c),
      deadLetters.show(task),
      why.task(task),
    ])
    const names = failedIn(explained, entry?.step ?? null)
    const failed: ReadonlyArray<Explanation> = await Promise.all(names.map((name) => why.step(task, name)))
    const repairs = REPAIRS.filter((kind) => mayDo(caller, permissionOf({ kind, step: '' })))
    const mayResolve = mayDo(caller, 'dead-letters:resolve')
    return show(c, <DeadLetterPage {...{ frame, task, entry, history, why: explained, failed, repairs, mayResolve }} />)
  })
  app.post('/:task/step', async (c) => {
    const form = await formOf(c)
    const step = fieldOf(form, 'step')
    const kind = REPAIRS.find((one) => one === fieldOf(form, 'repair'))
    if (kind === undefined)
      throw new HttpProblem({ status: 400, code: 'invalid_repair', detail: 'There is no such repair.' })
    const caller = mustBeAllowed(c, permissionOf({ kind, step }))
    const task = c.req.param('task')
    await mustSeeTask(board, caller, task)
    return act(c, deadLetterPath(task), async () => {
      await tasks.change(task, { kind, step }, byOf(caller, fieldOf(form, 'reason') || undefined))
      return `${DONE[kind]} ${step}.`
    })
  })
  app.post('/:task/resolve', async (c) => {
    const caller = mustBeAllowed(c, 'dead-letters:resolve')
    const task = c.req.param('task')
    await mustSeeTask(board, caller, task)
    const form = await formOf(c)
    const resolution = RESOLUTIONS.find((one) => one === fieldOf(form, 'resolution')) ?? 'manually_resolved'
    return act(c, '/ui/dead-letters', async () => {
      await deadLetters.resolve(task, resolution, byOf(caller, fieldOf(form, 'reason') || undefined))
      return 'The dead letter is resolved.'
    })
  })
  return app
}

const DONE: Readonly<Record<(typeof REPAIRS)[number], string>> = {
  retry: 'You retried',
  reset: 'You reset',
  resolve: 'You resolved',
  skip: 'You skipped',
}

const failedIn = ({ reasons }: TaskExplanation, step: string | null): ReadonlyArray<string> => {
  const blocked = reasons.flatMap((reason) => (reason.kind === 'task_blocked' ? reason.failed : []))
  return [...new Set([...blocked, ...(step === null ? [] : [step])])].slice(0, MAX_FAILED_STEPS)
}
