/** Steps and what each waits for, as a picture: of a template's frame, or of a fragment of which nothing exists yet. */
import type { FC } from 'hono/jsx'
import { isDeciderType } from '../../core/graph/node.js'
import type { StepType } from '../../core/step.js'
import { curve } from '../../layout/curve.js'
import { type Placed, type Point, placeInLayers } from '../../layout/layered.js'

export interface PicturedStep {
  readonly name: string
  readonly type: StepType
  readonly handler: string
  readonly dependencies: ReadonlyArray<string>
  /** Proposed, and not there yet. */
  readonly isProposed?: boolean
}

const CHARACTER = 7.1
const PADDING = 16
const HEIGHT = 48
/** A name that is longer is cut where it is drawn; its title has all of it. */
const MOST_CHARACTERS = 28

const shown = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text

export const StepsPicture: FC<{ readonly steps: ReadonlyArray<PicturedStep>; readonly label: string }> = ({
  steps,
  label,
}) => {
  const byName = new Map(steps.map((step) => [step.name, step]))
  const boxes = steps.map(({ name, handler }) => ({
    id: name,
    width: Math.max(shown(name).length, shown(handler).length) * CHARACTER + 2 * PADDING,
    height: HEIGHT,
  }))
  const arrows = steps.flatMap(({ name, dependencies }) =>
    dependencies.filter((from) => byName.has(from)).map((from) => ({ from, to: name })),
  )
  const placed = placeInLayers(boxes, arrows)
  const width = Math.ceil(placed.width)
  const height = Math.ceil(placed.height)
  return (
    <div class="picture">
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
        <title>{label}</title>
        <desc>{described(steps)}</desc>
        {placed.arrows.map((arrow) => (
          <Way arrow={arrow} chooses={isDeciderType(byName.get(arrow.from)?.type ?? 'standard')} />
        ))}
        {placed.boxes.map((box) => {
          const step = byName.get(box.id)
          return step === undefined ? null : <Box at={box} step={step} />
        })}
      </svg>
    </div>
  )
}

/** Dotted where the step above chooses whether what is below will be. */
const Way: FC<{ readonly arrow: Placed['arrows'][number]; readonly chooses: boolean }> = ({ arrow, chooses }) => {
  const end = arrow.points.at(-1) ?? { x: 0, y: 0 }
  return (
    <>
      <path class="graph-edge" d={curve(arrow.points)} {...(chooses ? { 'stroke-dasharray': '4 4' } : {})} />
      <path class="graph-edge-head" d={`M${end.x - 4} ${end.y - 7}L${end.x} ${end.y}L${end.x + 4} ${end.y - 7}z`} />
    </>
  )
}

const Box: FC<{ readonly at: Placed['boxes'][number] & Point; readonly step: PicturedStep }> = ({ at, step }) => {
  const { x, y, width, height } = at
  const { name, type, handler, isProposed = false } = step
  const round = type === 'deferred_convergence' ? height / 2 : type === 'gate' ? 14 : 7
  return (
    <g>
      <title>{`${name}: ${type}, ${handler}`}</title>
      <rect
        class={`graph-box kind-${type}${isProposed ? ' is-new' : ''}`}
        x={x - width / 2}
        y={y - height / 2}
        width={width}
        height={height}
        rx={round}
      />
      <text class="graph-name" x={x} y={y - 3} text-anchor="middle">
        {shown(name)}
      </text>
      <text class="graph-kind" x={x} y={y + 14} text-anchor="middle">
        {shown(handler)}
      </text>
    </g>
  )
}

const described = (steps: ReadonlyArray<PicturedStep>): string =>
  steps
    .map(({ name, type, dependencies }) =>
      dependencies.length === 0 ? `${name} (${type})` : `${name} (${type}) after ${dependencies.join(', ')}`,
    )
    .join('; ')
