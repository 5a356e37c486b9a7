/** The steps of an open group, in a grid inside of its card. */
import type { FC } from 'hono/jsx'
import { rounded } from '../../../layout/curve.js'
import { IconPaths } from '../../page/icon.js'
import { iconOf, toneOf, wordOf } from '../../page/state.js'
import { countText } from '../../page/wording.js'
import { INNER_HEIGHT, INNER_WIDTH, type InnerCard } from './card.js'
import type { Drawing } from './drawing.js'
import type { PlacedCard } from './picture.js'

export const InnerCards: FC<{ readonly card: PlacedCard; readonly drawing: Drawing }> = ({ card, drawing }) => (
  <>
    {card.inner.map((inner) => (
      <InnerLink card={card} inner={inner} drawing={drawing} />
    ))}
    {card.moreInner === 0 ? null : (
      <text class="card-note" x={rounded(card.x + 14)} y={rounded(card.y + card.height - 10)}>
        {`and ${countText(card.moreInner)} more; the list of steps has them all`}
      </text>
    )}
  </>
)

const InnerLink: FC<{ readonly card: PlacedCard; readonly inner: InnerCard; readonly drawing: Drawing }> = ({
  card,
  inner,
  drawing,
}) => {
  const { step, name, standing } = inner
  const [x, y] = [card.x + inner.x, card.y + inner.y]
  const note = drawing.noteOf(inner)
  const says = [step, wordOf(standing).toLowerCase(), note].filter((part) => part !== '').join(', ')
  const isShown = step === drawing.step
  return (
    <a
      id={`${drawing.prefix ?? ''}card-${step}`}
      class={`card inner is-${standing}${isShown ? ' is-shown' : ''}`}
      href={drawing.stepHref?.(step)}
      aria-label={says}
    >
      <title>{says}</title>
      <rect class="outline" x={rounded(x)} y={rounded(y)} width={INNER_WIDTH} height={INNER_HEIGHT} rx="5" />
      <g
        class={`card-state of-${toneOf(standing)}`}
        transform={`translate(${rounded(x + 7)} ${rounded(y + 9)}) scale(.88)`}
      >
        <IconPaths name={iconOf(standing)} />
      </g>
      <text class="card-detail" x={rounded(x + 26)} y={rounded(y + (note === '' ? 20 : 14))}>
        {name}
      </text>
      {note === '' ? null : (
        <text class="card-note" x={rounded(x + 26)} y={rounded(y + 26)}>
          {note}
        </text>
      )}
    </a>
  )
}
