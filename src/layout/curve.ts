/** A way through the corners that the layout found, as the `d` of an SVG path. */
import type { Point } from './layered.js'

/** Straight to the first corner, then from the middle of each stretch to the middle of the next, bent at the corner. */
export const curve = (points: ReadonlyArray<Point>): string => {
  const [first, ...rest] = points
  const last = rest.at(-1)
  if (first === undefined || last === undefined) return ''
  const bends = rest.slice(0, -1).map((corner, index) => {
    const next = rest[index + 1] ?? corner
    return `Q${pair(corner)} ${pair({ x: (corner.x + next.x) / 2, y: (corner.y + next.y) / 2 })}`
  })
  return `M${pair(first)} ${bends.join(' ')} L${pair(last)}`
}

export const pair = ({ x, y }: Point): string => `${rounded(x)} ${rounded(y)}`

/** To a tenth: nobody sees more, and a drawing of a hundred steps is a third shorter. */
export const rounded = (value: number): string => String(Math.round(value * 10) / 10)
