/** What is drawn on a card: its outline, its state, its words, its phase, and the counts of a group. */
import type { FC } from 'hono/jsx'
import { rounded } from '../../../layout/curve.js'
import { IconPaths } from '../../page/icon.js'
import { iconOf, toneOf, wordOf } from '../../page/state.js'
import { countText } from '../../page/wording.js'
import type { CardMark, Drawing } from './drawing.js'
import { behind, outlineOf } from './outline.js'
import type { PlacedCard } from './picture.js'
import type { Counts, Standing } from './standing.js'

export const CardDrawing: FC<{ readonly card: PlacedCard; readonly drawing: Drawing; readonly says: string }> = ({
  card,
  drawing,
  says,
}) => {
  const { x, y, height, shape, phase } = card
  const left = x + (shape === 'decision' || shape === 'deferred_convergence' ? 17 : 12)
  const note = drawing.noteOf(card)
  return (
    <>
      <title>{says}</title>
      {shape === 'many' || shape === 'group'
        ? behind(card).map((path) => <path class="outline behind" d={path} />)
        : null}
      <path class="outline" d={outlineOf(shape, card)} />
      {drawing.hueOf(phase) === undefined ? null : <PhaseTag card={card} />}
      <StateMark card={card} x={left} mark={drawing.markOf?.(card)} />
      <text class="card-name" x={rounded(left + 22)} y={rounded(y + 22)}>
        {card.name}
      </text>
      <text class="card-detail" x={rounded(left + 22)} y={rounded(y + 37)}>
        {card.detail}
      </text>
      {card.counts.length === 0 ? (
        <text class="card-note" x={rounded(left + 22)} y={rounded(y + height - 8)}>
          {note}
        </text>
      ) : (
        <CountBar card={card} x={left} note={note} />
      )}
      <ShapeMark card={card} />
    </>
  )
}

/** What is to be noticed, else a step's state; of a group what most asks for attention. */
const StateMark: FC<{ readonly card: PlacedCard; readonly x: number; readonly mark: CardMark | undefined }> = ({
  card,
  x,
  mark,
}) => {
  const state = card.standing ?? card.counts[0]?.[0]
  const look = mark === undefined ? (state === undefined ? undefined : lookOf(state)) : MARKS[mark.kind]
  if (look === undefined) return null
  return (
    <g class={`card-state of-${look.tone}`} transform={`translate(${rounded(x)} ${rounded(card.y + 10)})`}>
      <IconPaths name={look.icon} />
    </g>
  )
}

const lookOf = (state: Standing) => ({ icon: iconOf(state), tone: toneOf(state) })

const MARKS = {
  bad: { icon: 'failed', tone: 'bad' },
  added: { icon: 'plus', tone: 'good' },
  removed: { icon: 'cross', tone: 'still' },
  changed: { icon: 'retry', tone: 'wait' },
  made: { icon: 'done', tone: 'good' },
} as const satisfies Readonly<Record<CardMark['kind'], object>>

const SHAPE_ICONS = { planning: 'planner', gate: 'gate' } as const

const ShapeMark: FC<{ readonly card: PlacedCard }> = ({ card: { shape, opens, x, y, width } }) => {
  const icon =
    shape === 'planning' || shape === 'gate'
      ? SHAPE_ICONS[shape]
      : shape === 'group' && opens !== null
        ? 'plus'
        : undefined
  if (icon === undefined) return null
  return (
    <g class="card-kind" transform={`translate(${rounded(x + width - 23)} ${rounded(y + 18)}) scale(.9)`}>
      <IconPaths name={icon} />
    </g>
  )
}

const TAG_CHARACTER = 5.9
const TAG_HEIGHT = 14

const PhaseTag: FC<{ readonly card: PlacedCard }> = ({ card: { x, y, width, height, phase } }) => {
  const most = Math.floor((width - 40) / TAG_CHARACTER)
  const name = phase.length <= most ? phase : `…${phase.slice(phase.length - most + 1)}`
  const tagWidth = name.length * TAG_CHARACTER + 12
  const left = x + width - tagWidth - 14
  return (
    <g class="card-phase">
      <rect
        x={rounded(left)}
        y={rounded(y + height - TAG_HEIGHT / 2)}
        width={rounded(tagWidth)}
        height={TAG_HEIGHT}
        rx={TAG_HEIGHT / 2}
      />
      <text x={rounded(left + 6)} y={rounded(y + height + 3.6)}>
        {name}
      </text>
    </g>
  )
}

/** Of an open card, above its steps. */
const HEAD_HEIGHT = 66

const CountBar: FC<{ readonly card: PlacedCard; readonly x: number; readonly note: string }> = ({ card, x, note }) => {
  const { counts, y, width } = card
  const height = card.inner.length > 0 ? HEAD_HEIGHT : card.height
  const whole = counts.reduce((sum, [, count]) => sum + count, 0)
  const room = width - 24
  let at = x
  return (
    <>
      <text class="card-note" x={rounded(x + 22)} y={rounded(y + height - 15)}>
        {note === '' ? shortCounts(counts) : note}
      </text>
      {counts.map(([standing, count]) => {
        const from = at
        at += (room * count) / whole
        return (
          <rect
            class={`fill-${toneOf(standing)}`}
            x={rounded(from)}
            y={rounded(y + height - 10)}
            width={rounded(at - from)}
            height="4"
          />
        )
      })}
    </>
  )
}

/** As many as a card has room for. */
const shortCounts = (counts: Counts): string =>
  counts
    .slice(0, 2)
    .map(([standing, count]) => `${countText(count)} ${wordOf(standing).toLowerCase()}`)
    .join(', ')
