/** The timeline of a task: each step's attempts over time. */
import type { FC } from 'hono/jsx'
import { type PageContext, show } from '../../board.js'
import { EmptyState, Panel } from '../../page/parts.js'
import { countText, durationText, momentText } from '../../page/wording.js'
import { addressOf, viewIn } from '../address.js'
import type { Attempts, Span } from '../moment/attempts.js'
import type { TaskBoard } from '../task-board.js'
import { lookAt, TaskPage } from '../task-frame.js'
import {
  inOrder,
  SLICES,
  spanOf,
  stepRows,
  type TimelinePlan,
  type TimelineRow,
  timelinePlan,
} from './timeline-model.js'
import { isWhole, type Part, partIn, partOf, rowsWithin, slicesWithin, spanOfPart } from './timeline-part.js'
import { TimelineRows } from './timeline-rows.js'

export const showTimeline = async (board: TaskBoard, c: PageContext, task: string): Promise<Response> => {
  const asked = new URL(c.req.url).searchParams
  const view = viewIn(task, asked)
  const of = await lookAt(board, c, view, timelinePlan)
  const { startedMs, endedMs, nowMs } = of.times
  const endMs = endedMs ?? (of.head.isOver ? Date.parse(of.time) : nowMs)
  const part = partIn(asked)
  const taskSpan = { fromMs: startedMs ?? endMs, toMs: endMs }
  const { rows, span } = await rowsOf(of.attempts, of.made, taskSpan, part, nowMs)
  return show(
    c,
    <TaskPage of={of} tab="timeline">
      <Panel
        id="timeline"
        live
        flush
        title={
          <>
            Timeline{' '}
            <span class="faint small">
              {durationText(Math.max(0, span.toMs - span.fromMs))} from {momentText(span.fromMs)}
            </span>
          </>
        }
        {...(isWhole(part) ? {} : { actions: <a href={addressOf(view, {}, 'timeline')}>The whole task</a> })}
        footer={<Key more={of.made.more} />}
      >
        {rows.length === 0 ? (
          <NoRows isWhole={isWhole(part)} />
        ) : (
          <div class="time-scroll" tabindex={0}>
            <TimelineRows view={view} rows={rows} span={span} partOf={partOf(view, part, span)} />
          </div>
        )}
      </Panel>
    </TaskPage>,
  )
}

const NoRows: FC<{ readonly isWhole: boolean }> = ({ isWhole: nothingYet }) =>
  nothingYet ? (
    <EmptyState icon="clock" title="Nothing has been tried yet">
      A step stands here from the moment in which it is put in a queue.
    </EmptyState>
  ) : (
    <EmptyState icon="clock" title="Nothing was tried in this time">
      The whole task has more.
    </EmptyState>
  )

const rowsOf = async (
  attempts: Attempts,
  { steps, groups }: TimelinePlan,
  task: Span,
  part: Part,
  nowMs: number,
): Promise<{ readonly rows: ReadonlyArray<TimelineRow>; readonly span: Span }> => {
  const single = await attempts.ofSteps(steps)
  const whole = spanOf(single, task)
  const span = spanOfPart(whole, part)
  const grouped = await Promise.all(
    groups.map(async ({ step, instances }) => {
      const slices = slicesWithin(await attempts.inSlices(instances, span, SLICES), part)
      const beganMs = Math.min(...slices.map(({ firstAt }) => Date.parse(firstAt)), nowMs)
      return { step, bars: [], slices, instances: instances.length, beganMs: beganMs + 1 }
    }),
  )
  return { rows: rowsWithin(inOrder([...stepRows(single, nowMs), ...grouped]), span, part), span }
}

const Key: FC<{ readonly more: number }> = ({ more }) => (
  <ul class="time-key">
    <li>
      <span class="swatch swatch-queued" /> in the queue
    </li>
    <li>
      <span class="swatch swatch-ran" /> ran
    </li>
    <li>
      <span class="swatch swatch-runs" /> runs
    </li>
    <li>
      <span class="swatch swatch-failed" /> failed
    </li>
    <li>
      <span class="swatch swatch-retried" /> failed, and was tried again
    </li>
    <li>
      <span class="swatch swatch-waited" /> waited for people, a time or a signal
    </li>
    <li>
      <span class="swatch swatch-retry" /> waited for a retry
    </li>
    {more === 0 ? null : (
      <li class="faint">{`${countText(more)} more steps are not drawn; the list of steps has them`}</li>
    )}
  </ul>
)
