/** The places of the dashboard, with how many things wait for people in each. */
import type { FC } from 'hono/jsx'
import type { Frame } from './frame.js'
import { Icon, type IconName } from './icon.js'
import { countText } from './wording.js'

export interface Place {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly icon: IconName
  /** Pressed after `g`. */
  readonly key: string
}

const GROUPS: ReadonlyArray<{ readonly name: string; readonly places: ReadonlyArray<Place> }> = [
  {
    name: 'Work',
    places: [
      { id: 'tasks', name: 'Tasks', path: '/ui/tasks', icon: 'tasks', key: 't' },
      { id: 'gates', name: 'Gates', path: '/ui/gates', icon: 'gate', key: 'g' },
      { id: 'dead-letters', name: 'Dead letters', path: '/ui/dead-letters', icon: 'letter', key: 'd' },
      { id: 'schedules', name: 'Schedules', path: '/ui/schedules', icon: 'clock', key: 's' },
    ],
  },
  {
    name: 'Plans',
    places: [
      { id: 'planner', name: 'Planner', path: '/ui/planner', icon: 'planner', key: 'p' },
      { id: 'templates', name: 'Templates', path: '/ui/templates', icon: 'template', key: 'm' },
      { id: 'catalog', name: 'Catalog', path: '/ui/catalog', icon: 'catalog', key: 'c' },
    ],
  },
  {
    name: 'System',
    places: [
      { id: 'workers', name: 'Workers', path: '/ui/workers', icon: 'worker', key: 'w' },
      { id: 'queues', name: 'Queues', path: '/ui/queues', icon: 'queue', key: 'q' },
      { id: 'subscriptions', name: 'Subscriptions', path: '/ui/subscriptions', icon: 'subscription', key: 'u' },
      { id: 'projections', name: 'Projections', path: '/ui/projections', icon: 'projection', key: 'r' },
    ],
  },
]

export const PLACES: ReadonlyArray<Place> = GROUPS.flatMap(({ places }) => places)

export const Navigation: FC<{ readonly frame: Frame; readonly section: string }> = ({ frame, section }) => (
  <>
    {GROUPS.map(({ name, places }) => (
      <>
        <h2>{name}</h2>
        <ul>
          {places.map((place) => (
            <li>
              <a href={place.path} data-go={place.key} {...(place.id === section ? { 'aria-current': 'page' } : {})}>
                <Icon name={place.icon} />
                {place.name}
                <Tally frame={frame} of={place.id} />
              </a>
            </li>
          ))}
        </ul>
      </>
    ))}
  </>
)

const Tally: FC<{ readonly frame: Frame; readonly of: string }> = ({ frame, of }) => {
  const { gates, deadLetters } = frame.waiting
  if (of === 'gates') return <Count count={gates} tone="ask" words="open gates" />
  return of === 'dead-letters' ? <Count count={deadLetters} tone="bad" words="dead letters" /> : null
}

/** Large numbers are all the same here. */
const MOST = 99

const Count: FC<{ readonly count: number; readonly tone: string; readonly words: string }> = ({
  count,
  tone,
  words,
}) =>
  count === 0 ? null : (
    <span class={`tally ${tone}`} data-announce={`${countText(count)} ${words}`}>
      {count > MOST ? `${MOST}+` : count}
      <span class="unseen"> {words}</span>
    </span>
  )
