/** What waits in the queues: how many hints by queue, and BullMQ's own picture of them. */
import { Hono } from 'hono'
import type { FC } from 'hono/jsx'
import { CATALOG_NAMESPACE } from '../../core/step.js'
import type { HttpEnv } from '../../http/caller.js'
import { HttpProblem } from '../../http/problem.js'
import { type Board, frameOf, mustBeAllowed, seenBy, show } from '../board.js'
import type { Frame } from '../page/frame.js'
import { Icon } from '../page/icon.js'
import { Page } from '../page/layout.js'
import { Notice, Panel } from '../page/parts.js'
import { Table } from '../page/table.js'
import { countText } from '../page/wording.js'
import { BOARD_PATH, type BullBoard, openBullBoard } from './bull-board.js'

interface QueueLine {
  readonly name: string
  /** Null where the store did not answer. */
  readonly depth: number | null
  readonly servedBy: number
}

export const queuePages = (board: Board): Hono<HttpEnv> => {
  const { queue, log, projections } = board.parts
  const app = new Hono<HttpEnv>()
  const opened: { board?: BullBoard | undefined } = {}

  const names = async (): Promise<ReadonlyArray<string>> => {
    const [sessions, templates] = await Promise.all([log.liveSessions(), projections.read.templatePerformance()])
    const all = [
      CATALOG_NAMESPACE,
      ...sessions.flatMap(({ queues }) => queues),
      ...templates.map((one) => one.namespace),
    ]
    return [...new Set(all)].sort()
  }
  app.get('/', async (c) => {
    const caller = mustBeAllowed(c, 'tasks:read')
    const [frame, known, sessions] = await Promise.all([frameOf(board, c), names(), log.liveSessions()])
    const { namespaces } = seenBy(caller)
    const seen = known.filter(
      (name) => namespaces === undefined || namespaces.includes(name) || name === CATALOG_NAMESPACE,
    )
    const lines = await Promise.all(
      seen.map(
        async (name): Promise<QueueLine> => ({
          name,
          depth: await queue.depth(name).catch(() => null),
          servedBy: sessions.filter(({ queues }) => queues.includes(name)).length,
        }),
      ),
    )
    return show(
      c,
      <QueuesPage frame={frame} lines={lines} hasBoard={queue.own !== undefined && namespaces === undefined} />,
    )
  })
  // Its queues hold hints of all namespaces: ids of tasks, and no more.
  app.on('ALL', ['/board', '/board/*'], async (c) => {
    const caller = mustBeAllowed(c, 'tasks:read')
    if (c.req.method !== 'GET') {
      throw new HttpProblem({
        status: 405,
        code: 'method_not_allowed',
        detail: 'This board only shows.',
        headers: { allow: 'GET' },
      })
    }
    opened.board ??= openBullBoard(queue)
    if (opened.board === undefined || caller.namespaces !== 'all') {
      throw new HttpProblem({ status: 404, code: 'not_found', detail: 'There is no board for you here.' })
    }
    await opened.board.show(await names())
    return opened.board.answer(c.req.raw)
  })
  return app
}

const QueuesPage: FC<{
  readonly frame: Frame
  readonly lines: ReadonlyArray<QueueLine>
  readonly hasBoard: boolean
}> = ({ frame, lines, hasBoard }) => (
  <Page
    frame={frame}
    title="Queues"
    section="queues"
    live="all"
    lead="Queues carry hints to work, never the truth: one that is lost is sent again from the log."
    actions={
      hasBoard ? (
        <a class="button" href={BOARD_PATH}>
          Bull Board, to look at
          <Icon name="arrow" />
        </a>
      ) : undefined
    }
  >
    {lines.some(({ depth }) => depth === null) ? (
      <Notice tone="bad" role="alert">
        The store of the queues does not answer. Nothing is lost: what waits is sent again when it is back.
      </Notice>
    ) : null}
    <Panel id="queues" live flush>
      <Table
        label="Queues"
        columns={[
          { label: 'Queue', kind: 'main' },
          { label: 'Hints that wait', kind: 'number' },
          { label: 'Sessions that serve it', kind: 'number' },
        ]}
        rows={lines.map(({ name, depth, servedBy }) => ({
          id: `queue-${name}`,
          cells: [
            <>
              <strong>{name}</strong>
              <span class="sub">
                {name === CATALOG_NAMESPACE ? 'handlers of the catalog' : 'a namespace’s own handlers'}
              </span>
            </>,
            depth === null ? <span class="faint">unknown</span> : countText(depth),
            servedBy === 0 ? 'nobody' : countText(servedBy),
          ],
        }))}
      />
    </Panel>
  </Page>
)
