/** The inbox of gates: what people are asked, by which task, and how long it may wait. */
import type { FC } from 'hono/jsx'
import type { Page as PageOf } from '../../ports/read-models.js'
import type { GateSummary } from '../../ports/summaries.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { Ago } from '../page/moment.js'
import { EmptyState, Pager, Panel } from '../page/parts.js'
import { State } from '../page/state.js'
import { Table } from '../page/table.js'
import { shortId } from '../page/wording.js'
import { taskPath } from '../tasks/task-table.js'

export const gatePath = (task: string, step: string): string => `/ui/gates/${task}?step=${encodeURIComponent(step)}`

export const GateListPage: FC<{
  readonly frame: Frame
  readonly gates: PageOf<GateSummary>
  readonly isOpen: boolean
  readonly after: string
}> = ({ frame, gates, isOpen, after }) => (
  <Page
    frame={frame}
    title="Gates"
    section="gates"
    live={after === '' ? 'all' : undefined}
    lead="Steps that wait until people have said whether they go on."
  >
    <nav class="tabs" aria-label="Which gates">
      <a href="/ui/gates" {...(isOpen ? { 'aria-current': 'page' } : {})}>
        Open
      </a>
      <a href="/ui/gates?closed=yes" {...(isOpen ? {} : { 'aria-current': 'page' })}>
        Closed
      </a>
    </nav>
    <Panel id="gates" live flush>
      {gates.items.length === 0 ? <NoGates isOpen={isOpen} /> : <GateTable gates={gates.items} isOpen={isOpen} />}
    </Panel>
    <Pager
      next={gates.next === null ? null : `${address(isOpen)}after=${encodeURIComponent(gates.next)}`}
      first={after === '' ? null : address(isOpen).slice(0, -1)}
    />
  </Page>
)

const address = (isOpen: boolean): string => (isOpen ? '/ui/gates?' : '/ui/gates?closed=yes&')

const NoGates: FC<{ readonly isOpen: boolean }> = ({ isOpen }) =>
  isOpen ? (
    <EmptyState icon="gate" title="Nothing waits for people">
      A step of type gate, or a plan that has to be approved, appears here as soon as it asks.
    </EmptyState>
  ) : (
    <EmptyState icon="gate" title="No gate has been closed yet">
      What people have decided stays here, with who decided it.
    </EmptyState>
  )

const GateTable: FC<{ readonly gates: ReadonlyArray<GateSummary>; readonly isOpen: boolean }> = ({ gates, isOpen }) => (
  <Table
    label={isOpen ? 'Open gates' : 'Closed gates'}
    columns={[
      { label: 'Question', kind: 'main' },
      { label: 'Who may vote' },
      { label: 'Votes', kind: 'narrow' },
      ...(isOpen
        ? [{ label: 'Asked', kind: 'narrow' } as const, { label: 'Times out', kind: 'narrow' } as const]
        : [{ label: 'Outcome', kind: 'narrow' } as const, { label: 'Closed', kind: 'narrow' } as const]),
    ]}
    rows={gates.map((gate) => ({
      id: `gate-${gate.task}-${gate.version}`,
      cells: [
        <>
          <a href={isOpen ? gatePath(gate.task, gate.step) : taskPath(gate.task)}>{gate.question}</a>
          <span class="sub">
            {`${gate.step} of ${gate.template ?? 'a task'} `}
            <span class="mono">{shortId(gate.task)}</span>
            {gate.about === 'plan' ? ' · a plan' : gate.about === 'exhausted' ? ' · needs more' : ''}
          </span>
        </>,
        <Voters groups={gate.groups} />,
        <span class="number">{`${gate.approvals} of ${gate.required}`}</span>,
        ...(isOpen ? openCells(gate) : closedCells(gate)),
      ],
    }))}
  />
)

const openCells = (gate: GateSummary) => [
  <span>
    <Ago at={gate.openedAt} />
    <span class="sub">
      {gate.reminders === 0 ? '' : `reminded ${gate.reminders}×`}
      {gate.escalatedAt === null ? '' : ' escalated'}
    </span>
  </span>,
  <span>
    <Ago at={gate.timeoutAt} none="never" />
    {gate.onTimeout === null || gate.timeoutAt === null ? null : <span class="sub">{`then ${gate.onTimeout}`}</span>}
  </span>,
]

const closedCells = (gate: GateSummary) => [
  <span>
    <State of={gate.status} />
    <span class="sub">{gate.closedBy.join(', ')}</span>
  </span>,
  <Ago at={gate.closedAt} />,
]

export const Voters: FC<{ readonly groups: ReadonlyArray<string> }> = ({ groups }) =>
  groups.length === 0 ? (
    <span class="soft">anybody</span>
  ) : (
    <span class="tags">
      {groups.map((group) => (
        <span class="tag">{group}</span>
      ))}
    </span>
  )
