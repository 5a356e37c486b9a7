/** Projections: how far each is behind the log, and building one anew or comparing it, with progress. */
import { Hono } from 'hono'
import type { FC } from 'hono/jsx'
import { type HttpEnv, mayDo } from '../../http/caller.js'
import type { Logger } from '../../ports/logger.js'
import {
  isUnderWay,
  type ProjectionStatus,
  type Projections,
  type RebuildPhase,
  type RebuildStatus,
} from '../../ports/projections.js'
import { act, type Board, fieldOf, formOf, frameOf, mustBeAllowed, show } from '../board.js'
import { PostButton } from '../page/form.js'
import type { Frame } from '../page/frame.js'
import { Icon } from '../page/icon.js'
import { Page } from '../page/layout.js'
import { Bar, Notice } from '../page/parts.js'
import { State } from '../page/state.js'
import { Table } from '../page/table.js'
import { countText, durationText, plural } from '../page/wording.js'
import { type Comparison, createComparisons } from './comparisons.js'

const HERE = '/ui/projections'

export const projectionPages = (board: Board): Hono<HttpEnv> => {
  const { projections, logger } = board.parts
  const comparisons = createComparisons(projections, logger)
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    const caller = mustBeAllowed(c, 'projections:read')
    const [frame, all] = await Promise.all([frameOf(board, c), projections.list()])
    const rows = all.map((status) => ({ status, comparison: comparisons.of(status.name) }))
    return show(c, <ProjectionsPage frame={frame} rows={rows} mayChange={mayDo(caller, 'projections:rebuild')} />)
  })
  app.post('/', async (c) => {
    mustBeAllowed(c, 'projections:rebuild')
    const form = await formOf(c)
    const name = fieldOf(form, 'name')
    const what = fieldOf(form, 'what')
    return act(c, HERE, async () => {
      if (what === 'cancel') {
        await projections.cancelRebuild(name)
        return `The rebuild of ${name} was asked to end.`
      }
      if (what === 'rebuild') {
        await begun(projections, name, logger)
        return `${name} is built anew; the old one serves meanwhile.`
      }
      const isKnown = (await projections.list()).some((one) => one.name === name)
      if (!isKnown) await projections.verify(name)
      return comparisons.begin(name) ? `${name} is compared with the log.` : `${name} is being compared already.`
    })
  })
  return app
}

/** Resolves when it goes on, which it does after the answer; throws what it is refused with. How it ends the list says. */
const begun = (projections: Projections, name: string, logger: Logger): Promise<unknown> =>
  new Promise((resolve, reject) => {
    projections.rebuild(name, { onBegin: resolve }).catch((error: unknown) => {
      reject(error)
      logger.warn('a rebuild that a page began has ended', { projection: name, error: String(error) })
    })
  })

interface Row {
  readonly status: ProjectionStatus
  readonly comparison: Comparison | undefined
}

const isBusy = ({ status, comparison }: Row): boolean => isUnderWay(status.rebuild) || comparison?.ended === null

const ProjectionsPage: FC<{
  readonly frame: Frame
  readonly rows: ReadonlyArray<Row>
  readonly mayChange: boolean
}> = ({ frame, rows, mayChange }) => {
  const troubled = rows.filter(({ status }) => status.error !== null)
  return (
    <Page
      frame={frame}
      title="Projections"
      section="projections"
      live="all"
      lead="Read models folded from the log. Any of them can be thrown away and built anew, while the old one serves."
    >
      <div class="stack" id="faults" data-live="">
        {troubled.map(({ status }) => (
          <Notice tone="bad" role="alert">
            {`${status.name} stands at position ${status.error?.position}: ${status.error?.message} (${status.error?.code})`}
          </Notice>
        ))}
      </div>
      <section class="panel" id="projections" data-live="" {...(rows.some(isBusy) ? { 'data-poll': '' } : {})}>
        <div class="body flush">
          <Table
            label="Projections"
            columns={[
              { label: 'Projection', kind: 'main' },
              { label: 'Health', kind: 'narrow' },
              { label: 'Position', kind: 'number' },
              { label: 'Lag', kind: 'number' },
              { label: 'Work' },
              ...(mayChange ? [{ label: 'Change', unseen: true, kind: 'narrow' } as const] : []),
            ]}
            rows={rows.map((row) => cellsOf(frame, row, mayChange))}
          />
        </div>
      </section>
    </Page>
  )
}

const cellsOf = (frame: Frame, row: Row, mayChange: boolean) => {
  const { name, version, tableVersion, position, lag, lagMs, health, rebuild } = row.status
  const isThere = health !== 'absent'
  return {
    id: `projection-${name}`,
    cells: [
      <>
        <strong>{name.replaceAll('_', ' ')}</strong>
        <span class="sub">
          {tableVersion === null || tableVersion === version
            ? `version ${version}`
            : `version ${tableVersion}; this Tasker has ${version}`}
        </span>
      </>,
      <State of={isUnderWay(rebuild) ? 'rebuilding' : health} announce={name} />,
      countText(position),
      lag === 0 ? '0' : `${countText(lag)} · ${durationText(lagMs)}`,
      <Progress row={row} />,
      ...(mayChange
        ? [
            <span class="row">
              <PostButton
                frame={frame}
                action={HERE}
                values={{ name, what: isUnderWay(rebuild) ? 'cancel' : 'rebuild' }}
              >
                {isUnderWay(rebuild) ? 'Cancel' : 'Rebuild'}
              </PostButton>
              {isThere ? (
                <PostButton frame={frame} action={HERE} values={{ name, what: 'verify' }}>
                  Verify
                </PostButton>
              ) : null}
            </span>,
          ]
        : []),
    ],
  }
}

/** What goes on, else how it ended. */
const Progress: FC<{ readonly row: Row }> = ({ row: { status, comparison } }) => {
  const { rebuild } = status
  if (isUnderWay(rebuild)) {
    return <Folding {...rebuild} what={rebuild.state === 'cancelling' ? 'asked to end' : PHASES[rebuild.phase]} />
  }
  if (comparison?.ended === null) return <Folding {...comparison} what="comparing" />
  if (rebuild === null && comparison === undefined) return <span class="faint">–</span>
  return (
    <>
      {rebuild === null ? null : <Ended {...endOf(rebuild)} />}
      {comparison?.ended == null ? null : <Ended {...comparison.ended} />}
    </>
  )
}

const PHASES: Readonly<Record<RebuildPhase, string>> = {
  tasks: 'folding every task',
  indexes: 'making indexes',
  log: 'catching up with the log',
  swap: 'taking its place',
}

const endOf = ({ state, position, error }: RebuildStatus): { readonly isGood: boolean; readonly says: string } => {
  if (state === 'swapped') return { isGood: true, says: `rebuilt up to position ${countText(position ?? 0)}` }
  if (error === null) return { isGood: false, says: 'the rebuild was cancelled' }
  return { isGood: false, says: `the rebuild has failed: ${error.message} (${error.code})` }
}

const Ended: FC<{ readonly isGood: boolean; readonly says: string }> = ({ isGood, says }) => (
  <div class="small">
    <Icon name={isGood ? 'check' : 'cross'} label={isGood ? 'good' : 'bad'} /> {says}
  </div>
)

const Folding: FC<{ readonly what: string; readonly events: number; readonly goal: number }> = ({
  what,
  events,
  goal,
}) => {
  const done = Math.min(events, goal)
  return (
    <span class="bar-cell">
      <Bar
        label={`${what}: ${countText(events)} of about ${plural(goal, 'event')}`}
        parts={[
          { tone: 'busy', count: done, label: 'folded' },
          { tone: 'still', count: Math.max(goal - done, goal === 0 ? 1 : 0), label: 'to come' },
        ]}
      />
      <span class="bar-note">{`${what}, ${countText(events)} of about ${countText(goal)}`}</span>
    </span>
  )
}
