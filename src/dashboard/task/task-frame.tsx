/** What all pages of one task have around them: its name and state, the figures, gates that wait, and the tabs. */
import type { FC, PropsWithChildren } from 'hono/jsx'
import type { TaskEvent } from '../../core/event.js'
import type { Json } from '../../core/json.js'
import type { TaskState } from '../../core/state.js'
import { mayDo } from '../../http/caller.js'
import type { TaskSummary } from '../../ports/summaries.js'
import { frameOf, type PageContext } from '../board.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { Notice } from '../page/parts.js'
import { State } from '../page/state.js'
import type { TaskTab, TaskView } from './address.js'
import { type Counts, countsOfTask } from './graph/standing.js'
import { GateNotices, Gates } from './head/gates.js'
import { HeadFigures, type TaskTimes } from './head/head-figures.js'
import { Tabs } from './head/tabs.js'
import { type TaskHead, taskHead } from './head/task-head.js'
import { HistoryBar } from './history/history-bar.js'
import type { Attempts } from './moment/attempts.js'
import { smallContents } from './moment/contents.js'
import type { TaskBoard } from './task-board.js'

export interface TaskFrame<A> {
  readonly frame: Frame
  readonly view: TaskView
  readonly head: TaskHead
  readonly counts: Counts
  readonly summary: TaskSummary | undefined
  readonly times: TaskTimes
  readonly version: number
  readonly last: number
  readonly event: TaskEvent | undefined
  readonly time: string
  readonly attempts: Attempts
  readonly known: ReadonlyMap<string, Json>
  readonly mayChange: boolean
  readonly mayVote: boolean
  /** What the page made of the state for itself. */
  readonly made: A
}

/** Looks at the task once, for the frame and for the page in it. */
export const lookAt = async <A,>(
  board: TaskBoard,
  c: PageContext,
  view: TaskView,
  make: (state: TaskState) => A,
): Promise<TaskFrame<A>> => {
  const { parts, moments } = board
  const [seen, frame, summary] = await Promise.all([
    moments.see(view.task, view.at, (state) => ({
      head: taskHead(state),
      counts: countsOfTask(state),
      own: make(state),
    })),
    frameOf(board, c),
    parts.projections.read.task(view.task).catch(() => undefined),
  ])
  const { head, counts, own } = seen.made
  const shown = [head.input, ...head.outputs.map(({ result }) => result), ...head.gates.map(({ context }) => context)]
  const caller = c.get('caller')
  return {
    frame,
    view,
    head,
    counts,
    summary,
    times: timesOf(view, head, seen.time, summary, parts.clock.now()),
    version: seen.version,
    last: seen.head,
    event: seen.event,
    time: seen.time,
    attempts: seen.attempts,
    known: await smallContents(parts.log, view.task, shown),
    mayChange: mayDo(caller, 'tasks:write'),
    mayVote: mayDo(caller, 'gates:vote'),
    made: own,
  }
}

/** The past has its own now: the time of the event after which it was so. */
const timesOf = (
  { at }: TaskView,
  head: TaskHead,
  time: string,
  summary: TaskSummary | undefined,
  nowMs: number,
): TaskTimes => {
  const startedMs = summary?.startedAt == null ? null : Date.parse(summary.startedAt)
  if (at === null) {
    const ended = summary?.endedAt == null || !head.isOver ? null : Date.parse(summary.endedAt)
    return { startedMs, endedMs: ended, nowMs }
  }
  const thenMs = Date.parse(time)
  return {
    startedMs: startedMs !== null && startedMs <= thenMs ? startedMs : null,
    endedMs: head.isOver ? thenMs : null,
    nowMs: thenMs,
  }
}

export const TaskPage: FC<PropsWithChildren<{ readonly of: TaskFrame<unknown>; readonly tab: TaskTab }>> = ({
  of,
  tab,
  children,
}) => {
  const { view, head } = of
  return (
    <Page
      frame={of.frame}
      title={head.template.name}
      section="tasks"
      trail={[['Tasks', '/ui/tasks']]}
      lead={<code>{view.task}</code>}
      beside={
        <span id="task-state" data-live="">
          <State of={head.status} announce="The task" />
        </span>
      }
      {...(view.at === null ? { live: { task: view.task } } : {})}
    >
      <div id="task-error" data-live="">
        {head.error === null ? null : (
          <Notice tone="bad">
            <code>{head.error.code}</code> {head.error.message}
            {head.error.step === null ? '' : ` (${head.error.step})`}
          </Notice>
        )}
      </div>
      <div id="task-figures" data-live="">
        <HeadFigures head={head} counts={of.counts} times={of.times} />
      </div>
      {tab === 'graph' ? (
        <Gates frame={of.frame} view={view} gates={head.gates} known={of.known} mayVote={of.mayVote} />
      ) : (
        <GateNotices view={view} gates={head.gates} />
      )}
      <Tabs view={view} tab={tab} isPlanned={head.isPlanned} />
      {tab === 'events' || tab === 'planning' ? null : (
        <HistoryBar
          view={view}
          tab={tab}
          history={{ shown: of.version, head: of.last, event: of.event, time: of.time }}
        />
      )}
      {children}
    </Page>
  )
}
