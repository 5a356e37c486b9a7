/** The outlines of cards, as SVG paths: each kind of step has a shape of its own. */
import { rounded } from '../../../layout/curve.js'
import type { Shape } from './card.js'

interface Frame {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const CORNER = 7
const POINT = 14
const CUT = 12

export const outlineOf = (shape: Shape, frame: Frame): string => {
  switch (shape) {
    case 'decision':
      return pointed(frame)
    case 'gate':
      return arched(frame)
    case 'planning':
      return foldered(frame)
    case 'deferred_convergence':
      return roundedBox(frame, frame.height / 2)
    case 'standard':
    case 'many':
    case 'group':
      return roundedBox(frame, CORNER)
    default:
      return noShape(shape)
  }
}

/** The edges of cards that lie behind the first one. */
export const behind = ({ x, y, width, height }: Frame): ReadonlyArray<string> =>
  [7, 3.5].map((by) => roundedBox({ x: x + by, y: y + by, width, height }, CORNER))

const roundedBox = ({ x, y, width, height }: Frame, corner: number): string => {
  const arc = `a${rounded(corner)} ${rounded(corner)} 0 0 1`
  const [c, w, h] = [corner, width - 2 * corner, height - 2 * corner].map(rounded)
  return [
    `M${rounded(x + corner)} ${rounded(y)}h${w}${arc} ${c} ${c}v${h}`,
    `${arc} -${c} ${c}h-${w}${arc} -${c} -${c}v-${h}${arc} ${c} -${c}z`,
  ].join('')
}

/** A point to the left and one to the right: ways part here. */
const pointed = ({ x, y, width, height }: Frame): string =>
  corners([
    [x + POINT, y],
    [x + width - POINT, y],
    [x + width, y + height / 2],
    [x + width - POINT, y + height],
    [x + POINT, y + height],
    [x, y + height / 2],
  ])

/** Corners cut off above: a gate. */
const arched = ({ x, y, width, height }: Frame): string =>
  corners([
    [x + CUT * 1.4, y],
    [x + width - CUT * 1.4, y],
    [x + width, y + CUT * 1.4],
    [x + width, y + height],
    [x, y + height],
    [x, y + CUT * 1.4],
  ])

/** One corner folded: somebody writes here. */
const foldered = ({ x, y, width, height }: Frame): string =>
  corners([
    [x, y],
    [x + width - CUT, y],
    [x + width, y + CUT],
    [x + width, y + height],
    [x, y + height],
  ])

const corners = (points: ReadonlyArray<readonly [number, number]>): string =>
  `M${points.map(([x, y]) => `${rounded(x)} ${rounded(y)}`).join('L')}z`

const noShape = (shape: never): never => {
  throw new Error(`there is no outline for ${String(shape)}`)
}
