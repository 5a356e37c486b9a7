/** Projections: how far each is behind the log, and building one anew or comparing it, with progress. */
import { Hono } from 'hono'
import type { FC } from 'hono/jsx'
import { type HttpEnv, mayDo } from '../../http/caller.js'
import type { ProjectionStatus } from '../../ports/projections.js'
import { act, type Board, fieldOf, formOf, frameOf, mustBeAllowed, show } from '../board.js'
import { PostButton } from '../page/form.js'
import type { Frame } from '../page/frame.js'
import { Icon } from '../page/icon.js'
import { Page } from '../page/layout.js'
import { Bar, Notice } from '../page/parts.js'
import { State } from '../page/state.js'
import { Table } from '../page/table.js'
import { countText, durationText, plural } from '../page/wording.js'
import { createRebuilds, type Work } from './rebuilds.js'

const HERE = '/ui/projections'

export const projectionPages = (board: Board): Hono<HttpEnv> => {
  const { projections, logger } = board.parts
  const rebuilds = createRebuilds(projections, logger)
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    const caller = mustBeAllowed(c, 'projections:read')
    const [frame, all] = await Promise.all([frameOf(board, c), projections.list()])
    const rows = all.map((status) => ({ status, work: rebuilds.of(status.name) }))
    return show(c, <ProjectionsPage frame={frame} rows={rows} mayChange={mayDo(caller, 'projections:rebuild')} />)
  })
  app.post('/', async (c) => {
    mustBeAllowed(c, 'projections:rebuild')
    const form = await formOf(c)
    const name = fieldOf(form, 'name')
    const what = fieldOf(form, 'what') === 'verify' ? 'verify' : 'rebuild'
    return act(c, HERE, async () => {
      const isKnown = (await projections.list()).some((one) => one.name === name)
      if (!isKnown) await projections.verify(name)
      if (!rebuilds.begin(name, what)) return `Something of ${name} goes on already.`
      return what === 'rebuild'
        ? `${name} is built anew; the old one serves meanwhile.`
        : `${name} is compared with the log.`
    })
  })
  return app
}

interface Row {
  readonly status: ProjectionStatus
  readonly work: Work | undefined
}

const isBusy = ({ status, work }: Row): boolean => status.rebuild !== null || work?.ended === null

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
      <State of={rebuild === null ? health : 'rebuilding'} announce={name} />,
      countText(position),
      lag === 0 ? '0' : `${countText(lag)} · ${durationText(lagMs)}`,
      <Progress row={row} />,
      ...(mayChange
        ? [
            <span class="row">
              <PostButton frame={frame} action={HERE} values={{ name, what: 'rebuild' }}>
                Rebuild
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

/** Of what this process began, else of what another one does. */
const Progress: FC<{ readonly row: Row }> = ({ row: { status, work } }) => {
  if (work?.ended != null) {
    return (
      <span class="small">
        <Icon name={work.ended.isGood ? 'check' : 'cross'} label={work.ended.isGood ? 'good' : 'bad'} />{' '}
        {work.ended.says}
      </span>
    )
  }
  const under = work ?? (status.rebuild === null ? undefined : { ...status.rebuild, phase: 'being rebuilt' })
  if (under === undefined) return <span class="faint">–</span>
  const { events, goal, phase } = under
  const done = Math.min(events, goal)
  return (
    <span class="bar-cell">
      <Bar
        label={`${phase}: ${countText(events)} of about ${plural(goal, 'event')}`}
        parts={[
          { tone: 'busy', count: done, label: 'folded' },
          { tone: 'still', count: Math.max(goal - done, goal === 0 ? 1 : 0), label: 'to come' },
        ]}
      />
      <span class="bar-note">{`${phase}, ${countText(events)} of about ${countText(goal)}`}</span>
    </span>
  )
}
