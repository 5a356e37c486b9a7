/** A time and a span of time, exact for machines and in a reader's words. */
import type { FC } from 'hono/jsx'
import { agoText, durationText, momentText } from './wording.js'

/** Seen from now; the script keeps it true, and the exact time is in its title. */
export const Ago: FC<{ readonly at: string | number | null; readonly none?: string }> = ({ at, none = '–' }) => {
  if (at === null) return <span class="faint">{none}</span>
  const atMs = typeof at === 'number' ? at : Date.parse(at)
  return (
    <time datetime={new Date(atMs).toISOString()} title={momentText(atMs)} data-ago="">
      {agoText(atMs, Date.now())}
    </time>
  )
}

/** From one time to another, or to now where it goes on. */
export const Took: FC<{ readonly from: string | null; readonly to: string | null; readonly now: number }> = ({
  from,
  to,
  now,
}) => {
  if (from === null) return <span class="faint">–</span>
  const ms = Math.max(0, (to === null ? now : Date.parse(to)) - Date.parse(from))
  return <span class="number">{durationText(ms)}</span>
}
