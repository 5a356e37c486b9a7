/** The pages of one task, beside each other. */
import type { FC } from 'hono/jsx'
import { addressOf, type TaskTab, type TaskView } from '../address.js'

const TABS: ReadonlyArray<readonly [tab: TaskTab, name: string]> = [
  ['graph', 'Graph'],
  ['timeline', 'Timeline'],
  ['steps', 'Steps'],
  ['events', 'Events'],
  ['planning', 'Planning'],
]

/** What is looked back to stays looked back to. */
export const Tabs: FC<{ readonly view: TaskView; readonly tab: TaskTab; readonly isPlanned: boolean }> = ({
  view,
  tab,
  isPlanned,
}) => (
  <nav class="tabs" id="tabs" aria-label="Of this task" data-live="">
    {TABS.filter(([name]) => name !== 'planning' || isPlanned || tab === 'planning').map(([name, words]) => (
      <a
        href={addressOf({ ...view, step: null, open: new Set(), closed: new Set() }, {}, name)}
        {...(name === tab ? { 'aria-current': 'page' } : {})}
      >
        {words}
      </a>
    ))}
  </nav>
)
