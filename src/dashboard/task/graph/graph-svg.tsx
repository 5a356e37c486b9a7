/** Draws a picture of a graph. It is read without script, and each card is a link that a keyboard reaches. */
import type { FC } from 'hono/jsx'
import { CardDrawing } from './card-drawing.js'
import { type Drawing, spoken } from './drawing.js'
import { InnerCards } from './inner-cards.js'
import type { Picture, PlacedCard, PlacedEdge } from './picture.js'

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
  if (card.inner.length > 0) {
    return (
      <g id={id} class={classOf(card, drawing)}>
        <a href={href} aria-label={says}>
          {inside}
        </a>
        <InnerCards card={card} drawing={drawing} />
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
