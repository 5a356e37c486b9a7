/**
 * The pages of one task, below `/ui/tasks/:task`. A page of the task as it stands looks at its folded state through the
 * engine, and at the projections for times; one that looks back folds the task's own events and nothing else.
 */
import { Hono } from 'hono'
import { streamOf } from '../../engine/ids.js'
import { TaskRefused } from '../../engine/task-refused.js'
import { type HttpEnv, maySee, type Permission } from '../../http/caller.js'
import { HttpProblem } from '../../http/problem.js'
import { type Board, mustBeAllowed, type PageContext } from '../board.js'
import { showEvents } from './events/events-page.js'
import { showGraph } from './graph-page.js'
import { handOnStep, handOnTask, vote } from './hands.js'
import { openMoments } from './moment/moments.js'
import { showPlanning } from './planning/planning-page.js'
import { showSteps } from './steps/steps-page.js'
import type { TaskBoard } from './task-board.js'
import { showTimeline } from './timeline/timeline-page.js'

type Answer = (board: TaskBoard, c: PageContext, task: string) => Promise<Response>

type Place = readonly [path: string, permission: Permission, answer: Answer]

const PAGES: ReadonlyArray<Place> = [
  ['/:task', 'tasks:read', showGraph],
  ['/:task/timeline', 'tasks:read', showTimeline],
  ['/:task/steps', 'tasks:read', showSteps],
  ['/:task/events', 'events:read', showEvents],
  ['/:task/planning', 'plans:read', showPlanning],
  ['/:task/contents/:digest', 'tasks:read', (...asked) => showContent(...asked)],
]

const DEEDS: ReadonlyArray<Place> = [
  ['/:task/hand', 'tasks:write', handOnTask],
  ['/:task/step', 'tasks:write', handOnStep],
  ['/:task/vote', 'gates:vote', vote],
]

/** To be mounted where the list of tasks is: `/ui/tasks`. */
export const taskPages = (board: Board): Hono<HttpEnv> => {
  const of: TaskBoard = { ...board, moments: openMoments(board.parts) }
  const app = new Hono<HttpEnv>()
  for (const [path, permission, answer] of PAGES) app.get(path, (c) => answered(of, c, permission, answer))
  for (const [path, permission, answer] of DEEDS) app.post(path, (c) => answered(of, c, permission, answer))
  return app
}

const TASK_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A task that the reader may not see is as one that is not there. */
const answered = async (
  board: TaskBoard,
  c: PageContext,
  permission: Permission,
  answer: Answer,
): Promise<Response> => {
  const caller = mustBeAllowed(c, permission)
  const task = c.req.param('task') ?? ''
  const head = TASK_ID.test(task) ? await board.parts.log.head(streamOf(task)) : undefined
  if (head === undefined || !maySee(caller, head.namespace)) {
    throw new HttpProblem({ status: 404, code: 'task_unknown', detail: `there is no task ${task}` })
  }
  try {
    return await answer(board, c, task)
  } catch (error) {
    if (!(error instanceof TaskRefused)) throw error
    const status = error.code.endsWith('_unknown') ? 404 : 409
    throw new HttpProblem({ status, code: error.code, detail: error.message })
  }
}

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** A value that stands beside the log, as a file: it is the user's, and no page of ours. */
const showContent: Answer = async ({ parts }, c, task) => {
  const digest = c.req.param('digest') ?? ''
  const [payload] = DIGEST.test(digest) ? await parts.log.payloads(streamOf(task), [digest]) : []
  if (payload === undefined) {
    throw new HttpProblem({ status: 404, code: 'content_unknown', detail: `the task has no content ${digest}` })
  }
  return new Response(payload.text, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="${digest.slice(7, 19)}.json"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'no-store',
    },
  })
}
