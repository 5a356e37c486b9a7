/** Who works: the live sessions, what each serves, and what it can run. */
import { Hono } from 'hono'
import type { FC } from 'hono/jsx'
import { CATALOG_NAMESPACE } from '../../core/step.js'
import { type Caller, type HttpEnv, maySee } from '../../http/caller.js'
import type { Log } from '../../ports/log.js'
import { type Board, frameOf, mustBeAllowed, show } from '../board.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { EmptyState, Figures, Panel } from '../page/parts.js'
import { State } from '../page/state.js'
import { Table } from '../page/table.js'
import { countText, plural } from '../page/wording.js'

type LiveSession = Awaited<ReturnType<Log['liveSessions']>>[number]

export const workerPages = (board: Board): Hono<HttpEnv> => {
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    const caller = mustBeAllowed(c, 'tasks:read')
    const [frame, sessions] = await Promise.all([frameOf(board, c), board.parts.log.liveSessions()])
    return show(c, <WorkersPage frame={frame} sessions={seenOf(sessions, caller)} />)
  })
  return app
}

/** Queues bear the names of namespaces; the catalog's is everybody's. */
const seenOf = (sessions: ReadonlyArray<LiveSession>, caller: Caller): ReadonlyArray<LiveSession> => {
  const isSeen = (queue: string): boolean => queue === CATALOG_NAMESPACE || maySee(caller, queue)
  return sessions
    .filter(({ queues }) => queues.some(isSeen))
    .map((session) => ({ ...session, queues: session.queues.filter(isSeen) }))
}

const WorkersPage: FC<{ readonly frame: Frame; readonly sessions: ReadonlyArray<LiveSession> }> = ({
  frame,
  sessions,
}) => {
  const queues = [...new Set(sessions.flatMap((session) => session.queues))].sort()
  const handlers = new Set(sessions.flatMap((session) => session.handlers))
  return (
    <Page
      frame={frame}
      title="Workers"
      section="workers"
      live="all"
      lead="A session is one process with its lease. One that falls silent loses its attempts, and others take them over."
    >
      <Figures
        of={[
          { label: 'Live sessions', value: countText(sessions.length) },
          { label: 'Queues served', value: countText(queues.length), note: queues.join(', ') },
          { label: 'Handlers', value: countText(handlers.size), note: 'that somebody can run' },
        ]}
      />
      <Panel id="sessions" live flush>
        {sessions.length === 0 ? (
          <EmptyState icon="worker" title="Nobody works">
            Tasks wait in their queues until a worker comes: <code>tasker worker</code>, or <code>tasker dev</code>.
          </EmptyState>
        ) : (
          <Table
            label="Live sessions"
            columns={[
              { label: 'Worker', kind: 'main' },
              { label: 'State', kind: 'narrow' },
              { label: 'Queues' },
              { label: 'Handlers' },
            ]}
            rows={sessions.map(({ id, worker, queues: served, handlers: known }) => ({
              id: `session-${id}`,
              cells: [
                <>
                  <strong>{worker}</strong>
                  <span class="sub">{`session ${id}`}</span>
                </>,
                <State of="live" />,
                <Tags of={served} none="none: it only decides" />,
                <Handlers of={known} />,
              ],
            }))}
          />
        )}
      </Panel>
    </Page>
  )
}

const Tags: FC<{ readonly of: ReadonlyArray<string>; readonly none: string }> = ({ of, none }) =>
  of.length === 0 ? (
    <span class="faint">{none}</span>
  ) : (
    <span class="tags">
      {of.map((one) => (
        <span class="tag">{one}</span>
      ))}
    </span>
  )

const Handlers: FC<{ readonly of: ReadonlyArray<string> }> = ({ of }) =>
  of.length === 0 ? (
    <span class="faint">it did not say</span>
  ) : (
    <details>
      <summary>{plural(of.length, 'handler')}</summary>
      <Tags of={[...of].sort()} none="" />
    </details>
  )
