/** How long things took, counted by their length, as a small picture and in words. */
import type { FC } from 'hono/jsx'
import type { DurationCount } from '../../ports/summaries.js'
import { countText, durationText } from './wording.js'

const wordsOf = ({ upToMs, count }: DurationCount): string =>
  `${countText(count)} ${upToMs === null ? 'longer' : `up to ${durationText(upToMs)}`}`

const WIDTH = 10
const GAP = 2
const HEIGHT = 20

export const Durations: FC<{ readonly of: ReadonlyArray<DurationCount> }> = ({ of }) => {
  const most = Math.max(1, ...of.map(({ count }) => count))
  const said = of.filter(({ count }) => count > 0).map(wordsOf)
  if (said.length === 0) return <span class="faint">–</span>
  const label = said.join(', ')
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${of.length * (WIDTH + GAP)} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {of.map(({ count }, at) => {
        // The least is seen, and the most does not hide the others.
        const height = count === 0 ? 1 : 2 + (HEIGHT - 2) * Math.sqrt(count / most)
        return (
          <rect
            class={count === 0 ? 'fill-still' : 'fill-accent'}
            x={at * (WIDTH + GAP)}
            y={(HEIGHT - height).toFixed(1)}
            width={WIDTH}
            height={height.toFixed(1)}
          />
        )
      })}
    </svg>
  )
}

/** The length that so large a share stayed within, as far as the counts tell; undefined where nothing was counted. */
export const withinText = (of: ReadonlyArray<DurationCount>, share: number): string => {
  const all = of.reduce((sum, { count }) => sum + count, 0)
  if (all === 0) return '–'
  let seen = 0
  for (const { upToMs, count } of of) {
    seen += count
    if (seen >= share * all) return upToMs === null ? 'over 1 h' : `≤ ${durationText(upToMs)}`
  }
  return '–'
}
