/** The events of a task in order, each with its data, its actor, what led to it, and its proof. */
import type { FC } from 'hono/jsx'
import type { Verdict as VerdictOnRecord } from '../../../audit/verdict.js'
import { verifyTask } from '../../../audit/verify-task.js'
import type { Metadata } from '../../../core/event.js'
import type { Json } from '../../../core/json.js'
import { streamOf } from '../../../engine/ids.js'
import { type PageContext, show } from '../../board.js'
import { Field, Select } from '../../page/form.js'
import { Icon } from '../../page/icon.js'
import { Notice, Panel } from '../../page/parts.js'
import { Value } from '../../page/value.js'
import { momentText } from '../../page/wording.js'
import { addressOf, type TaskView, taskPath, viewIn } from '../address.js'
import type { TaskBoard } from '../task-board.js'
import { lookAt, TaskPage } from '../task-frame.js'
import { actorText } from './actor-text.js'
import { EVENT_TYPES, type EventsPage, eventsPage, isEventType, type ListedEvent } from './event-page.js'

export const showEvents = async (board: TaskBoard, c: PageContext, task: string): Promise<Response> => {
  const query = new URL(c.req.url).searchParams
  const type = query.get('type') ?? ''
  const after = /^\d{1,9}$/.test(query.get('after') ?? '') ? Number(query.get('after')) : 0
  const view = { ...viewIn(task, query), at: null }
  const [of, page, verdict] = await Promise.all([
    lookAt(board, c, view, () => null),
    eventsPage(board.parts.log, task, after, isEventType(type) ? type : null),
    query.get('prove') === null ? undefined : verifyTask(board.parts.log, streamOf(task)),
  ])
  return show(
    c,
    <TaskPage of={of} tab="events">
      {verdict === undefined ? null : <Verdict of={verdict} />}
      <Filters task={task} type={type} />
      <EventList view={view} page={page} type={type} last={of.last} />
    </TaskPage>,
  )
}

/** On the whole record: every event, the head that the log keeps, and what stands beside the log. */
const Verdict: FC<{ readonly of: VerdictOnRecord }> = ({ of }) =>
  of.kind === 'intact' ? (
    <Notice tone="good" role="status">
      {`The whole record is what was appended: ${of.version} events and ${of.payloads} contents, up to the hash `}
      <code>{of.hash}</code>
    </Notice>
  ) : (
    <Notice tone="bad" role="alert">
      <code>{of.fault.code}</code> {of.fault.message}
    </Notice>
  )

const Filters: FC<{ readonly task: string; readonly type: string }> = ({ task, type }) => (
  <form method="get" action={taskPath(task, 'events')} class="filters">
    <Field label="Type">
      <Select
        name="type"
        chosen={type}
        options={[['', 'All types'], ...EVENT_TYPES.map((name) => [name, name] as const)]}
      />
    </Field>
    <Field label="After version">
      <input type="number" name="after" min="0" placeholder="0" />
    </Field>
    <div class="row">
      <button class="button" type="submit">
        Show
      </button>
      <a class="button" href={`${taskPath(task, 'events')}?prove=yes`}>
        Prove the whole record
      </a>
    </div>
  </form>
)

const EventList: FC<{
  readonly view: TaskView
  readonly page: EventsPage
  readonly type: string
  readonly last: number
}> = ({ view, page, type, last }) => {
  const versions = new Map(page.events.map(({ event }) => [event.id, event.version]))
  return (
    <Panel
      id="events"
      live
      flush
      title={
        <>
          Events <span class="faint small">{`${last} in all`}</span>
        </>
      }
      footer={<Pages view={view} page={page} type={type} />}
    >
      {page.events.length === 0 ? (
        <p class="empty">None here.</p>
      ) : (
        <ol class="events">
          {page.events.map((listed) => (
            <EventItem view={view} listed={listed} versionOf={(id) => versions.get(id)} />
          ))}
        </ol>
      )}
    </Panel>
  )
}

const Pages: FC<{ readonly view: TaskView; readonly page: EventsPage; readonly type: string }> = ({
  view: { task },
  page: { next, after },
  type,
}) => {
  const to = (from: number): string => {
    const query = new URLSearchParams({
      ...(type === '' ? {} : { type }),
      ...(from === 0 ? {} : { after: String(from) }),
    })
    const text = query.toString()
    return `${taskPath(task, 'events')}${text === '' ? '' : `?${text}`}`
  }
  return (
    <nav class="pager" aria-label="Pages">
      <span>{after === 0 ? '' : `after version ${after}`}</span>
      <span class="row">
        {after === 0 ? null : (
          <a class="button little" href={to(0)}>
            First page
          </a>
        )}
        {next === null ? null : (
          <a class="button little" href={to(next)} rel="next" data-key="n">
            Next page <Icon name="arrow" />
          </a>
        )}
      </span>
    </nav>
  )
}

interface EventItemProps {
  readonly view: TaskView
  readonly listed: ListedEvent
  /** Of an event on this page. */
  versionOf(id: string): number | undefined
}

const EventItem: FC<EventItemProps> = ({ view, listed, versionOf }) => {
  const { event, isProven } = listed
  const metadata = metadataIn(event.metadata)
  const step = stepIn(event.data)
  return (
    <li id={`event-${event.version}`} class="event">
      <div class="event-head">
        <a class="number" href={addressOf(view, { at: event.version })} title="The task as it was after this event">
          {event.version}
        </a>
        <code>{event.type}</code>
        {step === null ? null : <a href={addressOf(view, { step })}>{step}</a>}
        <span class="soft small">{metadata === undefined ? '' : actorText(metadata.actor)}</span>
        <time class="faint small number" datetime={event.time}>
          {`${momentText(Date.parse(event.time)).slice(0, -4)}${event.time.slice(19, 23)}`}
        </time>
        <Proof isProven={isProven} />
      </div>
      <details>
        <summary>{summaryOf(event.data)}</summary>
        <Value of={pretty(event.data)} />
        <p class="small faint">
          {`position ${event.position} · id `}
          <code>{event.id}</code>
          {metadata?.causation == null ? null : (
            <>
              {' · caused by '}
              <Cause id={metadata.causation} version={versionOf(metadata.causation)} />
            </>
          )}
          {metadata?.copyOf === undefined ? null : (
            <>
              {' · copy of '}
              <code>{metadata.copyOf}</code>
            </>
          )}
        </p>
        <p class="small faint">
          hash <code>{event.hash}</code>
        </p>
      </details>
    </li>
  )
}

const Cause: FC<{ readonly id: string; readonly version: number | undefined }> = ({ id, version }) =>
  version === undefined ? <code>{id}</code> : <a href={`#event-${version}`}>{`event ${version}`}</a>

const Proof: FC<{ readonly isProven: boolean }> = ({ isProven }) =>
  isProven ? (
    <span class="proof of-good" title="The stored text gives the stored hash">
      <Icon name="check" label="proven" />
    </span>
  ) : (
    <span class="state tone-bad">
      <Icon name="failed" />
      not what was appended
    </span>
  )

/** What was stored may be of a version that this process does not know: then it is shown as text. */
const metadataIn = (text: string): Metadata | undefined => {
  const metadata: unknown = parsed(text)
  return isMetadata(metadata) ? metadata : undefined
}

const isMetadata = (value: unknown): value is Metadata =>
  typeof value === 'object' && value !== null && 'actor' in value && typeof value.actor === 'object'

const stepIn = (text: string): string | null => {
  const data: unknown = parsed(text)
  return typeof data === 'object' && data !== null && 'step' in data && typeof data.step === 'string' ? data.step : null
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const pretty = (text: string): string => {
  const value = parsed(text)
  return value === undefined ? text : JSON.stringify(value, null, 2)
}

const MAX_SUMMARY = 160

/** The data in a line. */
const summaryOf = (text: string): string => {
  const data = parsed(text)
  if (typeof data !== 'object' || data === null) return text.slice(0, MAX_SUMMARY)
  const line = Object.entries(data as Readonly<Record<string, Json>>)
    .filter(([name]) => name !== 'step')
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('  ')
  return line.length > MAX_SUMMARY ? `${line.slice(0, MAX_SUMMARY)}…` : line === '' ? 'no data' : line
}
