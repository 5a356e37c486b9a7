/** What a drawing of a graph says beside the graph itself, and what it tells those who cannot see it. */
import { wordOf } from '../../page/state.js'
import { countText } from '../../page/wording.js'
import type { Card, Shape } from './card.js'
import type { PlacedCard } from './picture.js'
import type { Counts } from './standing.js'

/** What a drawing says of its cards beside what they are. */
export interface Drawing {
  readonly label: string
  /** Before the ids of this drawing, where a page has several. */
  readonly prefix?: string
  /** The card that is looked at, and the step. */
  readonly shown: string | undefined
  readonly step?: string | null
  /** The colour of a phase. */
  hueOf(phase: string): number | undefined
  /** In a few words below the name: how long, how often. */
  noteOf(card: Pick<Card, 'step' | 'standing'>): string
  /** Of a card that has something to be noticed: found faulty, added, changed. */
  markOf?(card: PlacedCard): CardMark | undefined
  /** Where a press leads; undefined where nowhere. */
  hrefOf(card: PlacedCard): string | undefined
  /** Where a step inside of an open group leads. */
  stepHref?(step: string): string
}

export interface CardMark {
  readonly kind: 'bad' | 'added' | 'removed' | 'changed' | 'made'
  readonly says: string
}

/** A card in words. */
export const spoken = (card: PlacedCard, { noteOf, markOf }: Drawing): string => {
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
