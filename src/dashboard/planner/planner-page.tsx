/** The page about planners: figures first, then what was found and which models were asked, then each decision. */
import type { FC } from 'hono/jsx'
import type { Page as PageOf } from '../../ports/read-models.js'
import type { DecisionStatus, DecisionSummary } from '../../ports/summaries.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { Ago } from '../page/moment.js'
import { Bar, EmptyState, Figures, Pager, Panel } from '../page/parts.js'
import { State, wordOf } from '../page/state.js'
import { Table } from '../page/table.js'
import { countText, durationText, moneyText, percentText, plural, shortId } from '../page/wording.js'
import { taskPath } from '../tasks/task-table.js'

/** The newest so many; the page says so. */
export const DECISIONS_LOOKED_AT = 2_000

export interface Totals {
  readonly calls: number
  readonly firstTries: number
  readonly validFirstTries: number
  readonly revisions: number
  readonly accepted: number
  readonly rejected: number
  readonly failed: number
  readonly tokens: number
  readonly costUsd: number
  readonly medianMs: number
}

export interface CodeCount {
  readonly code: string
  readonly count: number
}

export interface ModelUse {
  readonly provider: string
  readonly model: string
  readonly calls: number
  readonly firstTries: number
  readonly validFirstTries: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly costUsd: number
}

export interface Sums {
  readonly totals: Totals
  readonly codes: ReadonlyArray<CodeCount>
  readonly models: ReadonlyArray<ModelUse>
}

export const PlannerPage: FC<{
  readonly frame: Frame
  readonly decisions: PageOf<DecisionSummary>
  /** Undefined for those who may not see the tasks of all namespaces. */
  readonly sums: Sums | undefined
  readonly after: string
  readonly status: DecisionStatus | ''
}> = ({ frame, decisions, sums, after, status }) => (
  <Page
    frame={frame}
    title="Planner"
    section="planner"
    live={after === '' ? 'all' : undefined}
    lead="Every call of a planner is recorded before it is made, and judged before anything of its answer exists."
  >
    {sums === undefined || sums.totals.calls === 0 ? null : <Summary sums={sums} />}
    <nav class="tabs" aria-label="Which decisions">
      {(['', 'accepted', 'rejected', 'failed', 'asked'] as const).map((one) => (
        <a href={address(one)} {...(one === status ? { 'aria-current': 'page' } : {})}>
          {one === '' ? 'All decisions' : wordOf(one)}
        </a>
      ))}
    </nav>
    <Panel id="decisions" live flush>
      {decisions.items.length === 0 ? (
        <EmptyState icon="planner" title={status === '' ? 'Nothing was planned yet' : 'No decision is like this'}>
          A template with a planning step asks a planner; each proposal appears here with what was found against it.
        </EmptyState>
      ) : (
        <Decisions decisions={decisions.items} />
      )}
    </Panel>
    <Pager
      next={decisions.next === null ? null : `${address(status, decisions.next)}`}
      first={after === '' ? null : address(status)}
    />
  </Page>
)

const address = (status: string, after = ''): string => {
  const asked = new URLSearchParams({ ...(status && { status }), ...(after && { after }) }).toString()
  return asked === '' ? '/ui/planner' : `/ui/planner?${asked}`
}

const Summary: FC<{ readonly sums: Sums }> = ({ sums: { totals, codes, models } }) => (
  <div class="stack" id="planner-sums" data-live="">
    <Figures
      of={[
        {
          label: 'Valid at the first try',
          value: percentText(totals.validFirstTries, totals.firstTries),
          note: `${countText(totals.validFirstTries)} of ${plural(totals.firstTries, 'phase')}`,
        },
        {
          label: 'Revisions',
          value: countText(totals.revisions),
          note: `${plural(totals.rejected, 'proposal')} rejected`,
        },
        { label: 'Failed calls', value: countText(totals.failed), note: `of ${plural(totals.calls, 'call')}` },
        { label: 'Half of the calls took', value: durationText(totals.medianMs), note: 'at most' },
        { label: 'Tokens', value: countText(totals.tokens) },
        {
          label: 'Cost',
          value: moneyText(totals.costUsd),
          note: `the newest ${countText(DECISIONS_LOOKED_AT)} calls at most`,
        },
      ]}
    />
    <div class="pair">
      <Panel title="What was found" flush>
        {codes.length === 0 ? (
          <EmptyState icon="check" title="Nothing was found">
            Every proposal was valid.
          </EmptyState>
        ) : (
          <Codes codes={codes} />
        )}
      </Panel>
      <Panel title="Models" flush>
        <Table
          label="Models"
          columns={[
            { label: 'Model', kind: 'main' },
            { label: 'Calls', kind: 'number' },
            { label: 'Valid at once', kind: 'number' },
            { label: 'Tokens in, out', kind: 'number' },
            { label: 'Cost', kind: 'number' },
          ]}
          rows={models.map((one) => ({
            id: `model-${one.provider}-${one.model}`,
            cells: [
              <>
                <strong>{one.model === '' ? 'unknown' : one.model}</strong>
                <span class="sub">{one.provider}</span>
              </>,
              countText(one.calls),
              percentText(one.validFirstTries, one.firstTries),
              `${countText(one.inputTokens + one.cacheReadTokens)}, ${countText(one.outputTokens)}`,
              moneyText(one.costUsd),
            ],
          }))}
        />
      </Panel>
    </div>
  </div>
)

const Codes: FC<{ readonly codes: ReadonlyArray<CodeCount> }> = ({ codes }) => {
  const most = Math.max(...codes.map(({ count }) => count))
  return (
    <Table
      label="Findings by code"
      columns={[{ label: 'Finding', kind: 'main' }, { label: 'How often' }, { label: 'Count', kind: 'number' }]}
      rows={codes.map(({ code, count }) => ({
        id: `code-${code}`,
        cells: [
          <code>{code}</code>,
          <span class="bar-cell">
            <Bar
              label={plural(count, 'time')}
              parts={[
                { tone: 'bad', count, label: code },
                { tone: 'still', count: most - count, label: '' },
              ]}
            />
          </span>,
          countText(count),
        ],
      }))}
    />
  )
}

const Decisions: FC<{ readonly decisions: ReadonlyArray<DecisionSummary> }> = ({ decisions }) => (
  <Table
    label="Planning decisions"
    columns={[
      { label: 'Phase', kind: 'main' },
      { label: 'Verdict', kind: 'narrow' },
      { label: 'Planner' },
      { label: 'Findings' },
      { label: 'Steps', kind: 'number' },
      { label: 'Cost', kind: 'number' },
      { label: 'Asked', kind: 'narrow' },
    ]}
    rows={decisions.map((one) => ({
      id: `decision-${one.task}-${one.version}`,
      cells: [
        <>
          <a href={`${taskPath(one.task)}/planning?step=${encodeURIComponent(one.step)}`}>{one.step}</a>
          <span class="sub">
            <span class="mono">{shortId(one.task)}</span>
            {one.revision === null || one.revision === 0 ? '' : ` · revision ${one.revision}`}
            {one.isCopied ? ' · copied by a fork' : ''}
          </span>
        </>,
        <State of={one.status} />,
        <>
          {one.by === 'person' ? 'a person' : (one.model ?? '–')}
          <span class="sub">{one.provider ?? ''}</span>
        </>,
        one.findings === 0 ? (
          <span class="faint">{one.errorCode ?? '–'}</span>
        ) : (
          <span class="tags">
            {one.findingCodes.map((code) => (
              <span class="tag">{code}</span>
            ))}
          </span>
        ),
        countText(one.stepsCreated),
        moneyText(one.costUsd),
        <Ago at={one.askedAt} />,
      ],
    }))}
  />
)
