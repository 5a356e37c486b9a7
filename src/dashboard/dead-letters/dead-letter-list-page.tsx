/** Tasks that somebody has to look into, and those that somebody has. */
import type { FC } from 'hono/jsx'
import type { Page as PageOf } from '../../ports/read-models.js'
import type { DeadLetterSummary } from '../../ports/summaries.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { Ago } from '../page/moment.js'
import { EmptyState, Pager, Panel } from '../page/parts.js'
import { State } from '../page/state.js'
import { Table } from '../page/table.js'
import { shortId } from '../page/wording.js'

export const deadLetterPath = (task: string): string => `/ui/dead-letters/${task}`

export const DeadLetterListPage: FC<{
  readonly frame: Frame
  readonly letters: PageOf<DeadLetterSummary>
  readonly isWaiting: boolean
  readonly after: string
}> = ({ frame, letters, isWaiting, after }) => (
  <Page
    frame={frame}
    title="Dead letters"
    section="dead-letters"
    live={after === '' ? 'all' : undefined}
    lead="Tasks that do not go on by themselves: blocked, in error, too late, or standing still for longer than their template allows."
  >
    <nav class="tabs" aria-label="Which dead letters">
      <a href="/ui/dead-letters" {...(isWaiting ? { 'aria-current': 'page' } : {})}>
        Waiting
      </a>
      <a href="/ui/dead-letters?dealt=yes" {...(isWaiting ? {} : { 'aria-current': 'page' })}>
        Dealt with
      </a>
    </nav>
    <Panel id="dead-letters" live flush>
      {letters.items.length === 0 ? (
        <EmptyState icon="letter" title={isWaiting ? 'Nothing to look into' : 'Nothing was dealt with yet'}>
          {isWaiting
            ? 'Every task goes on, or has ended as it should.'
            : 'What somebody has repaired or given up is listed here, with who did it and why.'}
        </EmptyState>
      ) : (
        <Letters letters={letters.items} isWaiting={isWaiting} />
      )}
    </Panel>
    <Pager
      next={letters.next === null ? null : `${address(isWaiting)}after=${encodeURIComponent(letters.next)}`}
      first={after === '' ? null : address(isWaiting).slice(0, -1)}
    />
  </Page>
)

const address = (isWaiting: boolean): string => (isWaiting ? '/ui/dead-letters?' : '/ui/dead-letters?dealt=yes&')

const Letters: FC<{ readonly letters: ReadonlyArray<DeadLetterSummary>; readonly isWaiting: boolean }> = ({
  letters,
  isWaiting,
}) => (
  <Table
    label="Dead letters"
    columns={[
      { label: 'Task', kind: 'main' },
      { label: 'Why', kind: 'narrow' },
      { label: 'What went wrong' },
      { label: 'Since', kind: 'narrow' },
      ...(isWaiting ? [] : [{ label: 'Outcome' }]),
    ]}
    rows={letters.map((letter) => ({
      id: `letter-${letter.task}-${letter.version}`,
      cells: [
        <>
          <a href={deadLetterPath(letter.task)}>{letter.template}</a>
          <span class="sub">
            <span class="mono">{shortId(letter.task)}</span>
            {` · ${letter.namespace} · ${letter.templateVersion}`}
          </span>
        </>,
        <State of={letter.reason} />,
        <>
          <span>{letter.message}</span>
          <span class="sub">
            <code>{letter.code}</code>
            {letter.step === null ? '' : ` in ${letter.step}`}
          </span>
        </>,
        <Ago at={letter.since} />,
        ...(isWaiting ? [] : [<Outcome letter={letter} />]),
      ],
    }))}
  />
)

const Outcome: FC<{ readonly letter: DeadLetterSummary }> = ({ letter }) => (
  <>
    <span>{(letter.resolution ?? '').replaceAll('_', ' ').replaceAll('-', ' ')}</span>
    <span class="sub">
      {letter.resolvedBy === null ? '' : `${letter.resolvedBy} `}
      <Ago at={letter.endedAt} />
    </span>
    {letter.resolutionReason === null ? null : <span class="sub">{letter.resolutionReason}</span>}
  </>
)
