/** The steps of a task as a list, by where they stand: how thousands of instances are found. */
import type { FC } from 'hono/jsx'
import { isWorkerTemplate, type Node } from '../../../core/graph/node.js'
import type { TaskState } from '../../../core/state.js'
import type { AttemptSummary } from '../../../ports/summaries.js'
import { type PageContext, show } from '../../board.js'
import { Took } from '../../page/moment.js'
import { Panel } from '../../page/parts.js'
import { State, wordOf } from '../../page/state.js'
import { Table } from '../../page/table.js'
import { countText } from '../../page/wording.js'
import { addressOf, type TaskView, viewIn } from '../address.js'
import { type Counts, isStanding, type Standing, standingOf } from '../graph/standing.js'
import type { TaskBoard } from '../task-board.js'
import { lookAt, TaskPage } from '../task-frame.js'

const STEPS_PER_PAGE = 100

export interface StepLine {
  readonly name: string
  readonly type: string
  readonly handler: string
  readonly standing: Standing
  readonly attempts: number
  readonly error: string | null
}

export interface StepLines {
  readonly lines: ReadonlyArray<StepLine>
  /** The number of the last step of this page, where there are more. */
  readonly next: number | null
}

/** In the order of declaration, after the step with a number. */
export const stepLines = (state: TaskState, standing: Standing | null, after: number): StepLines => {
  const lines: StepLine[] = []
  for (let id = after + 1; id < state.nodes.length; id += 1) {
    const node = state.nodes[id]
    if (node === undefined || isWorkerTemplate(node)) continue
    if (standing !== null && standingOf(node) !== standing) continue
    if (lines.length === STEPS_PER_PAGE) return { lines, next: id - 1 }
    lines.push(lineOf(node))
  }
  return { lines, next: null }
}

const lineOf = (node: Node): StepLine => ({
  name: node.definition.name,
  type: node.definition.type,
  handler: node.definition.handler,
  standing: standingOf(node),
  attempts: node.attempt,
  error: node.state.kind === 'error' || node.state.kind === 'waiting_for_retry' ? node.state.error.code : null,
})

export const showSteps = async (board: TaskBoard, c: PageContext, task: string): Promise<Response> => {
  const query = new URL(c.req.url).searchParams
  const view = viewIn(task, query)
  const asked = query.get('standing') ?? ''
  const standing = isStanding(asked) ? asked : null
  const after = /^\d{1,9}$/.test(query.get('after') ?? '') ? Number(query.get('after')) : -1
  const of = await lookAt(board, c, view, (state) => stepLines(state, standing, after))
  const { lines, next } = of.made
  const attempts = await of.attempts.ofSteps(lines.map(({ name }) => name))
  return show(
    c,
    <TaskPage of={of} tab="steps">
      <Standings view={view} counts={of.counts} chosen={standing} />
      <Panel
        id="steps"
        live
        flush
        footer={
          next === null ? undefined : (
            <a class="button little" href={pageAddress(view, standing, next)} data-key="n">
              Next page
            </a>
          )
        }
      >
        {lines.length === 0 ? <p class="empty">No steps stand like this.</p> : null}
        <StepTable view={view} lines={lines} attempts={attempts} nowMs={of.times.nowMs} />
      </Panel>
    </TaskPage>,
  )
}

const pageAddress = (view: TaskView, standing: Standing | null, after: number | null): string => {
  const address = addressOf({ ...view, step: null }, {}, 'steps')
  const query = new URLSearchParams({
    ...(standing === null ? {} : { standing }),
    ...(after === null ? {} : { after: String(after) }),
  }).toString()
  if (query === '') return address
  return `${address}${address.includes('?') ? '&' : '?'}${query}`
}

const Standings: FC<{ readonly view: TaskView; readonly counts: Counts; readonly chosen: Standing | null }> = ({
  view,
  counts,
  chosen,
}) => (
  <ul class="tallies" id="standings" data-live="" aria-label="By where they stand">
    <li>
      <a href={pageAddress(view, null, null)} {...(chosen === null ? { 'aria-current': 'true' } : {})}>
        All <b>{countText(counts.reduce((sum, [, count]) => sum + count, 0))}</b>
      </a>
    </li>
    {counts.map(([standing, count]) => (
      <li>
        <a href={pageAddress(view, standing, null)} {...(chosen === standing ? { 'aria-current': 'true' } : {})}>
          {wordOf(standing)} <b>{countText(count)}</b>
        </a>
      </li>
    ))}
  </ul>
)

const StepTable: FC<{
  readonly view: TaskView
  readonly lines: ReadonlyArray<StepLine>
  readonly attempts: ReadonlyArray<AttemptSummary>
  readonly nowMs: number
}> = ({ view, lines, attempts, nowMs }) => {
  const last = new Map(attempts.map((attempt) => [attempt.step, attempt]))
  return (
    <Table
      label="Steps"
      columns={[
        { label: 'Step', kind: 'main' },
        { label: 'State' },
        { label: 'Handler' },
        { label: 'Attempts', kind: 'number' },
        { label: 'Took', kind: 'number' },
        { label: 'Error' },
      ]}
      rows={lines.map((line) => ({
        id: `line-${line.name}`,
        cells: [
          <a href={addressOf(view, { step: line.name })}>{line.name}</a>,
          <State of={line.standing} />,
          <code>{line.handler}</code>,
          countText(line.attempts),
          <Took from={last.get(line.name)?.startedAt ?? null} to={last.get(line.name)?.endedAt ?? null} now={nowMs} />,
          line.error === null ? '' : <code>{line.error}</code>,
        ],
      }))}
    />
  )
}
