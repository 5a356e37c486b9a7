/** Named subscriptions: how far each is, what it has parked, and handing that over again. */
import { Hono } from 'hono'
import type { FC } from 'hono/jsx'
import { type HttpEnv, mayDo } from '../../http/caller.js'
import type { ParkedEvent, SubscriptionFilter, SubscriptionStatus } from '../../ports/subscription.js'
import { act, type Board, fieldOf, formOf, frameOf, mustBeAllowed, show } from '../board.js'
import { numberIn } from '../form-values.js'
import { PostButton } from '../page/form.js'
import type { Frame } from '../page/frame.js'
import { Page } from '../page/layout.js'
import { Ago } from '../page/moment.js'
import { EmptyState, Pager, Panel } from '../page/parts.js'
import { Table } from '../page/table.js'
import { countText, durationText, plural, shortId } from '../page/wording.js'
import { taskPath } from '../tasks/task-table.js'

const PARKED_PER_PAGE = 50

const pathOf = (name: string): string => `/ui/subscriptions/${encodeURIComponent(name)}`

export const subscriptionPages = (board: Board): Hono<HttpEnv> => {
  const { subscriptions } = board.parts
  const app = new Hono<HttpEnv>()
  app.get('/', async (c) => {
    mustBeAllowed(c, 'subscriptions:read')
    const [frame, all] = await Promise.all([frameOf(board, c), subscriptions.list()])
    return show(c, <SubscriptionsPage frame={frame} subscriptions={all} />)
  })
  app.get('/:name', async (c) => {
    const caller = mustBeAllowed(c, 'subscriptions:read')
    const name = c.req.param('name')
    const after = Number(c.req.query('after') ?? 0) || 0
    const [frame, parked] = await Promise.all([
      frameOf(board, c),
      subscriptions.parked(name, { after, limit: PARKED_PER_PAGE }),
    ])
    const mayChange = mayDo(caller, 'subscriptions:write')
    return show(c, <ParkedPage {...{ frame, name, parked, after, mayChange }} />)
  })
  app.post('/:name', async (c) => {
    mustBeAllowed(c, 'subscriptions:write')
    const name = c.req.param('name')
    const form = await formOf(c)
    return act(c, pathOf(name), async () => {
      const position = numberIn(fieldOf(form, 'position'), 'a position')
      const chosen = position === undefined ? {} : { position }
      const isSkipped = fieldOf(form, 'what') === 'skip'
      const count = isSkipped ? await subscriptions.skip(name, chosen) : await subscriptions.replay(name, chosen)
      return `${plural(count, 'event')} ${isSkipped ? 'given up' : 'handed over again'}.`
    })
  })
  return app
}

const SubscriptionsPage: FC<{ readonly frame: Frame; readonly subscriptions: ReadonlyArray<SubscriptionStatus> }> = ({
  frame,
  subscriptions,
}) => (
  <Page
    frame={frame}
    title="Subscriptions"
    section="subscriptions"
    live="all"
    lead="Who follows the log under a name, how far behind it is, and which events it could not take."
  >
    <Panel id="subscriptions" live flush>
      {subscriptions.length === 0 ? (
        <EmptyState icon="subscription" title="Nobody has subscribed under a name">
          A program does by <code>{"tasker.subscribe({ name: 'mailer' }, handle)"}</code>.
        </EmptyState>
      ) : (
        <Table
          label="Subscriptions"
          columns={[
            { label: 'Subscription', kind: 'main' },
            { label: 'Members', kind: 'number' },
            { label: 'Checkpoint', kind: 'number' },
            { label: 'Lag', kind: 'number' },
            { label: 'Oldest', kind: 'number' },
            { label: 'Retrying', kind: 'number' },
            { label: 'Parked', kind: 'number' },
          ]}
          rows={subscriptions.map((one) => ({
            id: `subscription-${one.name}`,
            cells: [
              <>
                <a href={pathOf(one.name)}>{one.name}</a>
                <span class="sub">{`${one.order === 'task' ? 'in order of each task' : 'in order of the log'} · ${filterText(one.filter)}`}</span>
              </>,
              countText(one.members),
              countText(one.checkpoint),
              countText(one.lag),
              one.ageMs === 0 ? '–' : durationText(one.ageMs),
              countText(one.retrying),
              one.parked === 0 ? '0' : <a href={pathOf(one.name)}>{countText(one.parked)}</a>,
            ],
          }))}
        />
      )}
    </Panel>
  </Page>
)

const filterText = (filter: SubscriptionFilter): string => {
  const parts = Object.entries(filter).map(
    ([key, value]) => `${key} ${Array.isArray(value) ? value.join(', ') : value}`,
  )
  return parts.length === 0 ? 'every event' : parts.join(', ')
}

const ParkedPage: FC<{
  readonly frame: Frame
  readonly name: string
  readonly parked: ReadonlyArray<ParkedEvent>
  readonly after: number
  readonly mayChange: boolean
}> = ({ frame, name, parked, after, mayChange }) => (
  <Page
    frame={frame}
    title={name}
    section="subscriptions"
    trail={[['Subscriptions', '/ui/subscriptions']]}
    lead="Events that were given up after all their attempts. Handed over again, their attempts are counted from one."
    actions={
      mayChange && parked.length > 0 ? (
        <PostButton frame={frame} action={pathOf(name)} values={{ what: 'replay' }} kind="main">
          Hand all over again
        </PostButton>
      ) : undefined
    }
  >
    <Panel id="parked" live flush>
      {parked.length === 0 ? (
        <EmptyState icon="check" title="Nothing is parked">
          Every event was taken, or is being tried.
        </EmptyState>
      ) : (
        <Table
          label="Parked events"
          columns={[
            { label: 'Event', kind: 'main' },
            { label: 'What went wrong' },
            { label: 'Attempts', kind: 'number' },
            { label: 'Parked', kind: 'narrow' },
            ...(mayChange ? [{ label: 'Change', unseen: true } as const] : []),
          ]}
          rows={parked.map((event) => parkedRow(frame, name, event, mayChange))}
        />
      )}
    </Panel>
    <Pager
      next={parked.length < PARKED_PER_PAGE ? null : `${pathOf(name)}?after=${parked.at(-1)?.position ?? 0}`}
      first={after === 0 ? null : pathOf(name)}
    />
  </Page>
)

const parkedRow = (frame: Frame, name: string, event: ParkedEvent, mayChange: boolean) => ({
  id: `parked-${event.position}`,
  cells: [
    <>
      <a href={taskPath(event.task)}>{event.type === '' ? 'archived event' : event.type}</a>
      <span class="sub">
        {`position ${event.position} · `}
        <span class="mono">{shortId(event.task)}</span>
        {event.holdsTask ? ' · holds its task' : ''}
      </span>
    </>,
    <>
      {event.message}
      <span class="sub">
        <code>{event.code}</code>
      </span>
    </>,
    countText(event.attempts),
    <Ago at={event.parkedAt} />,
    ...(mayChange
      ? [
          <span class="row">
            <PostButton
              frame={frame}
              action={pathOf(name)}
              values={{ what: 'replay', position: String(event.position) }}
            >
              Again
            </PostButton>
            <PostButton
              frame={frame}
              action={pathOf(name)}
              values={{ what: 'skip', position: String(event.position) }}
              confirm="Give this event up? Its task goes on with what follows."
            >
              Skip
            </PostButton>
          </span>,
        ]
      : []),
  ],
})
