/** Draws a picture of a graph. It is read without script, and each card is a link that a keyboard reaches. */
import type { FC } from 'hono/jsx'
import { rounded } from '../../../layout/curve.js'
import { IconPaths } from '../../page/icon.js'
import { iconOf, toneOf, wordOf } from '../../page/state.js'
import { countText } from '../../page/wording.js'
import type { Shape } from './card.js'
import { behind, outlineOf } from './outline.js'
import type { Picture, PlacedCard, PlacedEdge } from './picture.js'
import type { Counts, Standing } from './standing.js'

/** What a drawing says of its cards beside what they are. */
export interface Drawing {
  readonly label: string
  /** Before the ids of this drawing, where a page has several. */
  readonly prefix?: string
  /** The card that is looked at. */
  readonly shown: string | undefined
  /** The colour of a phase. */
  hueOf(phase: string): number | undefined
  /** In a few words below the name: how long, how often. */
  noteOf(card: PlacedCard): string
  /** Of a card that has something to be noticed: found faulty, added, changed. */
  markOf?(card: PlacedCard): CardMark | undefined
  /** Where a press leads; undefined where nowhere. */
  hrefOf(card: PlacedCard): string | undefined
}

export interface CardMark {
  readonly kind: 'bad' | 'added' | 'removed' | 'changed' | 'made'
  readonly says: string
}

const SETTLEMENTS = ['satisfied', 'open', 'failed', 'absent'] as const

/** Room for what stands behind cards, and below the last of them. */
const ABOVE = 8
const BELOW = 8

export const GraphSvg: FC<{ readonly picture: Picture; readonly drawing: Drawing }> = ({ picture, drawing }) => (
  // biome-ignore lint/a11y/useSemanticElements: a group of links, of which HTML has no element inside of a picture
  <svg
    class="graph"
    xmlns="http://www.w3.org/2000/svg"
    viewBox={`0 ${-ABOVE} ${picture.width} ${picture.height + ABOVE + BELOW}`}
    width={picture.width}
    height={picture.height + ABOVE + BELOW}
    role="group"
    aria-label={drawing.label}
  >
    <defs>
      {SETTLEMENTS.map((settlement) => (
        <marker
          id={`${drawing.prefix ?? ''}head-${settlement}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          orient="auto"
        >
          <path class={`edge-head is-${settlement}`} d="M0 0.8 7.5 4 0 7.2z" />
        </marker>
      ))}
    </defs>
    <g>
      {picture.edges.map((edge) => (
        <Edge edge={edge} prefix={drawing.prefix ?? ''} />
      ))}
    </g>
    {picture.cards.map((card) => (
      <CardLink card={card} drawing={drawing} />
    ))}
  </svg>
)

const Edge: FC<{ readonly edge: PlacedEdge; readonly prefix: string }> = ({
  edge: { path, settlement, decides },
  prefix,
}) => (
  <path
    class={`edge is-${settlement}${decides ? ' decides' : ''}`}
    d={path}
    marker-end={`url(#${prefix}head-${settlement})`}
  />
)

const CardLink: FC<{ readonly card: PlacedCard; readonly drawing: Drawing }> = ({ card, drawing }) => {
  const href = drawing.hrefOf(card)
  const says = spoken(card, drawing)
  const id = `${drawing.prefix ?? ''}card-${card.id}`
  const inside = <CardDrawing card={card} drawing={drawing} says={says} />
  if (href === undefined) {
    return (
      <g id={id} class={classOf(card, drawing)}>
        {inside}
      </g>
    )
  }
  const current = card.id === drawing.shown ? { 'aria-current': 'true' as const } : {}
  return (
    <a id={id} class={classOf(card, drawing)} href={href} aria-label={says} {...current}>
      {inside}
    </a>
  )
}

const classOf = (card: PlacedCard, { hueOf, markOf, shown }: Drawing): string => {
  const hue = hueOf(card.phase)
  const mark = markOf?.(card)
  return [
    'card',
    `shape-${card.shape}`,
    card.standing === null ? '' : `is-${card.standing}`,
    hue === undefined ? 'of-frame' : `hue-${hue}`,
    card.isFaint ? 'is-faint' : '',
    card.id === shown ? 'is-shown' : '',
    mark === undefined ? '' : `mark-${mark.kind}`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}

const spoken = (card: PlacedCard, { noteOf, markOf }: Drawing): string => {
  const { step, shape, standing, phase, counts, opens } = card
  const who = phase === '' ? '' : `planned by ${phase}`
  const parts = [
    counts.length > 0 && standing === null ? `${card.name} (${step})` : step,
    SHAPE_WORDS[shape],
    standing === null ? '' : wordOf(standing).toLowerCase(),
    countsText(counts),
    noteOf(card),
    who,
    markOf?.(card)?.says ?? '',
    opens !== null && shape === 'group' ? 'opens' : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

export const SHAPE_WORDS: Readonly<Record<Shape, string>> = {
  standard: '',
  decision: 'decision',
  planning: 'planning step',
  gate: 'gate',
  deferred_convergence: 'convergence',
  many: 'fan-out or batch',
  group: 'group of steps',
}

const countsText = (counts: Counts): string =>
  counts.map(([standing, count]) => `${countText(count)} ${wordOf(standing).toLowerCase()}`).join(', ')

const CardDrawing: FC<{ readonly card: PlacedCard; readonly drawing: Drawing; readonly says: string }> = ({
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

const CountBar: FC<{ readonly card: PlacedCard; readonly x: number; readonly note: string }> = ({ card, x, note }) => {
  const { counts, y, height, width } = card
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
