/** The dashboard as one app below `/ui`: its sections, what they share, and how it says that something is wrong. */
import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import type { AppParts, Mount } from '../http/app-parts.js'
import type { PageSession } from '../http/auth/access.js'
import { PAGE_POLICY } from '../http/auth/headers.js'
import type { HttpEnv } from '../http/caller.js'
import { HttpProblem } from '../http/problem.js'
import { problemOf } from '../http/refusal-status.js'
import { type Assets, loadAssets } from './assets.js'
import { type Board, backTo, fieldOf, formOf, frameOf, type PageContext, show } from './board.js'
import { catalogPages } from './catalog/catalog-pages.js'
import { deadLetterPages } from './dead-letters/dead-letter-pages.js'
import { gatePages } from './gates/gate-pages.js'
import { createLiveFeed, streamChanges } from './live.js'
import { THEME_COOKIE, themeOf } from './page/frame.js'
import { KeyList } from './page/help.js'
import { LonePage, Page } from './page/layout.js'
import { Panel } from './page/parts.js'
import { plannerPages } from './planner/planner-pages.js'
import { projectionPages } from './projections/projection-pages.js'
import { queuePages } from './queues/queue-pages.js'
import { schedulePages } from './schedules/schedule-pages.js'
import { subscriptionPages } from './subscriptions/subscription-pages.js'
import { taskPages } from './task/task-pages.js'
import { taskListPages } from './tasks/task-list-pages.js'
import { templatePages } from './templates/template-pages.js'
import { workerPages } from './workers/worker-pages.js'

export interface DashboardOptions {
  readonly session?: PageSession
}

const PATH = '/ui'

export const dashboard = (parts: AppParts, options: DashboardOptions = {}): Mount => {
  const assets = loadAssets()
  const board: Board = { parts, assets, ...(options.session === undefined ? {} : { session: options.session }) }
  const feed = createLiveFeed(parts)
  const app = new Hono<HttpEnv>()
  app.onError((error, c) => answerTo(error, c, board))
  app.use(async (c, next) => {
    await next()
    if (c.res.headers.get('content-security-policy') === null) c.header('content-security-policy', PAGE_POLICY)
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'same-origin')
    if (c.res.headers.get('cache-control') === null) c.header('cache-control', 'no-store')
  })
  app.get('/', (c) => c.redirect(`${PATH}/tasks`))
  app.get('/assets/:digest/:name', (c) => assets.answer(c.req.param('name')) ?? nothing(c))
  app.get('/live', (c) => streamChanges(c, feed, parts))
  app.post('/theme', async (c) => {
    const form = await formOf(c)
    const theme = themeOf(fieldOf(form, 'theme'))
    setCookie(c, THEME_COOKIE, theme, { path: PATH, httpOnly: true, sameSite: 'Lax', maxAge: 34_560_000 })
    return c.redirect(backTo(fieldOf(form, 'back'), `${PATH}/tasks`), 303)
  })
  app.get('/help', async (c) =>
    show(
      c,
      <Page frame={await frameOf(board, c)} title="Keys" section="help">
        <Panel flush>
          <KeyList />
        </Panel>
      </Page>,
    ),
  )
  const sections: ReadonlyArray<readonly [string, Hono<HttpEnv>]> = [
    ['/tasks', taskListPages(board)],
    ['/tasks', taskPages(board)],
    ['/gates', gatePages(board)],
    ['/dead-letters', deadLetterPages(board)],
    ['/schedules', schedulePages(board)],
    ['/planner', plannerPages(board)],
    ['/templates', templatePages(board)],
    ['/catalog', catalogPages(board)],
    ['/workers', workerPages(board)],
    ['/queues', queuePages(board)],
    ['/subscriptions', subscriptionPages(board)],
    ['/projections', projectionPages(board)],
  ]
  for (const [path, pages] of sections) app.route(path, pages)
  app.all('*', nothing)
  return { path: PATH, app, problem: (problem, c) => problemPage(problem, c, board) }
}

/** Whoever comes without a path is shown the pages. */
export const frontDoor = (): Mount => ({
  path: '/',
  app: new Hono<HttpEnv>().get('/', (c) => c.redirect(PATH)),
})

const nothing = (c: PageContext): never => {
  throw new HttpProblem({ status: 404, code: 'not_found', detail: `there is nothing at ${c.req.path}` })
}

const PAGE_STATUSES = [400, 401, 403, 404, 405, 409, 411, 413, 421, 422, 429, 503] as const

/** A page that says what is wrong; one that may not be shown its places stands alone. */
const answerTo = async (error: Error, c: PageContext, board: Board): Promise<Response> => {
  const { logger } = board.parts
  const known = problemOf(error)
  if (known === undefined) {
    const { method, path } = c.req
    logger.error('a page failed', { method, path, request_id: c.get('requestId'), error: error.stack ?? String(error) })
  }
  const problem =
    known ??
    new HttpProblem({ status: 500, code: 'internal', detail: 'This is a fault of ours; the log has more of it.' })
  return problemPage(problem, c, board)
}

const problemPage = async (problem: HttpProblem, c: PageContext, board: Board): Promise<Response> => {
  for (const [name, value] of Object.entries(problem.headers)) c.header(name, value)
  const status = PAGE_STATUSES.find((one) => one === problem.status) ?? 500
  // Whoever calls is not known yet where that went wrong.
  const frame = c.get('caller') === undefined ? undefined : await frameOf(board, c).catch(() => undefined)
  if (frame === undefined) return show(c, <Lone assets={board.assets} problem={problem} />, status)
  return show(
    c,
    <Page frame={frame} title={TITLES[problem.status] ?? 'Something went wrong'} section="">
      <Panel>
        <ProblemText problem={problem} />
      </Panel>
    </Page>,
    status,
  )
}

const TITLES: Readonly<Record<number, string>> = {
  401: 'You are not signed in',
  403: 'You may not do this',
  429: 'Not so fast',
  404: 'There is nothing here',
  503: 'Not now',
}

const ProblemText = ({ problem }: { readonly problem: HttpProblem }) => (
  <>
    <p>{problem.message}</p>
    <p class="faint small">
      <code>{problem.code}</code>
    </p>
    <p>
      <a href={`${PATH}/tasks`}>To the tasks</a>
    </p>
  </>
)

const Lone = ({ assets, problem }: { readonly assets: Assets; readonly problem: HttpProblem }) => (
  <LonePage frame={{ theme: 'auto', assets: assets.base }} title="Something went wrong">
    <ProblemText problem={problem} />
  </LonePage>
)
