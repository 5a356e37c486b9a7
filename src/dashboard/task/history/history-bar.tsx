/**
 * The history of a task as a slider: each event is a place on it, and the page shows the task as it was after that event.
 * Without script it is a form with a number, and two links.
 */
import type { FC } from 'hono/jsx'
import type { TaskEvent } from '../../../core/event.js'
import { Icon } from '../../page/icon.js'
import { momentText } from '../../page/wording.js'
import { addressOf, type TaskTab, type TaskView, taskPath } from '../address.js'
import { actorText } from '../events/actor-text.js'

export interface History {
  /** The version that is shown, and the last one that there is. */
  readonly shown: number
  readonly head: number
  /** The event after which the task was so. */
  readonly event: Pick<TaskEvent, 'type' | 'data' | 'metadata'> | undefined
  readonly time: string | null
}

export const HistoryBar: FC<{ readonly view: TaskView; readonly history: History; readonly tab?: TaskTab }> = ({
  view,
  history,
  tab = 'graph',
}) => {
  const { shown, head } = history
  const isPast = view.at !== null
  const to = (at: number | null): string => addressOf(view, { at }, tab)
  return (
    <section class={isPast ? 'panel history is-past' : 'panel history'} id="history" aria-label="History" data-live="">
      <form method="get" action={taskPath(view.task, tab)} class="history-form" data-history="">
        {view.step === null ? null : <input type="hidden" name="step" value={view.step} />}
        {[...view.open].map((id) => (
          <input type="hidden" name="open" value={id} />
        ))}
        <Turn to={shown > 1 ? to(shown - 1) : null} icon="back" label="Event before" key_="[" />
        <input
          type="range"
          name="at"
          min="1"
          max={head}
          value={shown}
          step="1"
          aria-label="Version of the task"
          aria-valuetext={`event ${shown} of ${head}${history.event === undefined ? '' : `, ${history.event.type}`}`}
        />
        <Turn to={shown < head ? to(shown + 1) : null} icon="arrow" label="Next event" key_="]" />
        <button class="button little" type="submit" data-without-script="">
          Show
        </button>
        {isPast ? (
          <a class="button little" href={to(null)}>
            Back to now
          </a>
        ) : null}
      </form>
      <p class="history-event">
        <a href={`${taskPath(view.task, 'events')}?after=${Math.max(0, shown - 11)}#event-${shown}`}>
          <b class="number">{shown}</b>
          <span class="faint number">{`/${head}`}</span>
        </a>
        {history.event === undefined ? null : <EventWords event={history.event} />}
        {history.time === null ? null : <span class="faint">{exactTime(history.time)}</span>}
      </p>
    </section>
  )
}

const EventWords: FC<{ readonly event: NonNullable<History['event']> }> = ({ event }) => {
  const step = 'step' in event.data && typeof event.data.step === 'string' ? event.data.step : null
  return (
    <>
      <code>{event.type}</code>
      {step === null ? null : <span>{step}</span>}
      <span class="soft">{`by ${actorText(event.metadata.actor)}`}</span>
    </>
  )
}

/** To the millisecond: events of one append are this near to each other. */
const exactTime = (time: string): string => `${momentText(Date.parse(time)).slice(0, -4)}${time.slice(19, 23)} UTC`

const Turn: FC<{
  readonly to: string | null
  readonly icon: 'back' | 'arrow'
  readonly label: string
  readonly key_: string
}> = ({ to, icon, label, key_ }) =>
  to === null ? (
    <span class="button little" aria-disabled="true">
      <Icon name={icon} label={label} />
    </span>
  ) : (
    <a class="button little" href={to} data-turn={key_} title={`${label} (${key_})`}>
      <Icon name={icon} label={label} />
    </a>
  )
