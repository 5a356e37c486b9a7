/** What is written on a card of the graph, and how large it is: from a box of steps, before anything is placed. */
import { isConvergence, isWorkerTemplate, type Node } from '../../../core/graph/node.js'
import type { StepType } from '../../../core/step.js'
import type { Box } from './contraction.js'
import { phaseOf } from './phases.js'
import { type Counts, countsOf, isFaint, STANDINGS, type Standing, standingOf } from './standing.js'

/** The outline: by it a kind of step is told apart also without colours. */
export type Shape = Exclude<StepType, 'batch_worker' | 'batchable'> | 'many' | 'group'

export interface Card {
  readonly id: string
  readonly shape: Shape
  /** The step, or the one that a group begins with. */
  readonly step: string
  /** As it is written on the card, cut to its width. */
  readonly name: string
  readonly detail: string
  /** The planning step in whose fragment it stands; empty for the frame. */
  readonly phase: string
  /** Null for a group. */
  readonly standing: Standing | null
  /** Of a group or of instances. */
  readonly counts: Counts
  readonly isFaint: boolean
  /** What a press on a group does: the group that is opened. */
  readonly opens: string | null
  /** Of a group that is open: its first steps, those first that ask for attention. */
  readonly inner: ReadonlyArray<InnerCard>
  /** Further ones in it. */
  readonly moreInner: number
  readonly width: number
  readonly height: number
}

/** A step drawn inside of its group, from the group's upper left corner. */
export interface InnerCard {
  readonly step: string
  readonly name: string
  readonly standing: Standing
  readonly x: number
  readonly y: number
}

const CHARACTER = 7.1
const SMALL_CHARACTER = 6.1
const LEFT = 34
const RIGHT = 26
const LEAST_WIDTH = 158
const MOST_WIDTH = 262
export const CARD_HEIGHT = 58
const GROUP_HEIGHT = 66
/** The line that says how long and how often. */
const NOTE_HEIGHT = 10

export const MAX_INNER_CARDS = 48
export const INNER_WIDTH = 138
export const INNER_HEIGHT = 32
const INNER_GAP = 6
const MOST_COLUMNS = 6
const INNER_CHARACTER = 6.4

export const cardOf = (box: Box, isOpen = false): Card => {
  const card = closedCard(box)
  return isOpen && card.opens !== null ? openCard(card, box) : card
}

/** A grid of its steps below what the card says when it is closed. */
const openCard = (card: Card, { members }: Box): Card => {
  const shown = members.map((node) => [STANDINGS.indexOf(standingOf(node)), node] as const)
  const first = shown.sort(([one], [other]) => one - other).slice(0, MAX_INNER_CARDS)
  const columns = Math.min(MOST_COLUMNS, Math.max(2, Math.ceil(Math.sqrt(first.length / 2))))
  const [across, down] = [INNER_WIDTH + INNER_GAP, INNER_HEIGHT + INNER_GAP]
  const rows = Math.ceil(first.length / columns)
  const moreInner = members.length - first.length
  return {
    ...card,
    inner: first.map(([, node], index) => ({
      step: node.definition.name,
      name: cut(localName(node), INNER_WIDTH + LEFT, INNER_CHARACTER),
      standing: standingOf(node),
      x: 2 * INNER_GAP + (index % columns) * across,
      y: GROUP_HEIGHT + INNER_GAP + Math.floor(index / columns) * down,
    })),
    moreInner,
    width: Math.max(card.width, columns * across + 3 * INNER_GAP),
    height: GROUP_HEIGHT + 2 * INNER_GAP + rows * down + (moreInner > 0 ? MORE_HEIGHT : 0),
  }
}

const MORE_HEIGHT = 18

const closedCard = (box: Box): Card => {
  const { id, head, members, kind } = box
  const words = wordsOf(box)
  const isGroup = kind !== 'step'
  const width = widthOf(words)
  const standing = isGroup && kind !== 'instances' ? null : standingOf(head)
  return {
    id,
    shape: shapeOf(box),
    step: head.definition.name,
    name: cut(words.name, width, CHARACTER),
    detail: cut(words.detail, width, SMALL_CHARACTER),
    phase: phaseOf(head),
    standing: kind === 'instances' && isWorkerTemplate(head) ? null : standing,
    counts: isGroup ? countsOf(members) : [],
    isFaint: isGroup ? members.every((node) => isFaint(standingOf(node))) : isFaint(standingOf(head)),
    opens: isGroup && kind !== 'rest' ? id : null,
    inner: [],
    moreInner: 0,
    width,
    height: isGroup ? GROUP_HEIGHT : CARD_HEIGHT,
  }
}

/** A card of something that is no step of the task: of a proposal. */
export const plainCard = (of: Pick<Card, 'id' | 'shape' | 'step' | 'phase'> & Words): Card => {
  const width = widthOf(of)
  return {
    ...of,
    name: cut(of.name, width, CHARACTER),
    detail: cut(of.detail, width, SMALL_CHARACTER),
    standing: null,
    counts: [],
    isFaint: false,
    opens: null,
    inner: [],
    moreInner: 0,
    width,
    height: CARD_HEIGHT - NOTE_HEIGHT,
  }
}

const shapeOf = ({ kind, head }: Box): Shape => {
  if (kind === 'instances') return 'many'
  if (kind !== 'step') return 'group'
  const { type } = head.definition
  if (type === 'batchable' || type === 'batch_worker') return head.parent === undefined ? 'many' : 'standard'
  return head.group === undefined ? type : 'many'
}

interface Words {
  readonly name: string
  readonly detail: string
}

const wordsOf = ({ kind, head, members }: Box): Words => {
  const name = localName(head)
  const handler = handlerOf(head)
  const [first = head] = members
  switch (kind) {
    case 'step':
      return { name, detail: detailOf(head) }
    case 'instances':
      return {
        name,
        detail: isWorkerTemplate(head) ? `${members.length} × ${handler}` : `${members.length} × ${handlerOf(first)}`,
      }
    case 'alike':
      return { name: `${members.length} steps like ${name}`, detail: handler }
    case 'chain':
      return { name: `${members.length} steps in a row`, detail: `${name} … ${localName(members.at(-1) ?? head)}` }
    case 'phase':
      return { name: `${members.length} planned steps`, detail: `${name} …` }
    case 'rest':
      return { name: `${members.length} more steps`, detail: `${name} …` }
  }
}

/** A convergence without the handler of a catalog says what it waits for. */
const detailOf = (node: Node): string => {
  const { requires = 'all' } = node.definition
  const handler = handlerOf(node)
  if (!isConvergence(node) || requires === 'all') return handler
  return `${handler} · ${requires === 'any' ? 'any' : `${requires.quorum} of ${node.dependencies.length}`}`
}

const localName = ({ definition: { name } }: Node): string => name.slice(name.lastIndexOf('/') + 1)

const handlerOf = ({ definition: { handler } }: Node): string => handler.replace(/^catalog:/, '')

const widthOf = ({ name, detail }: Words): number => {
  const wanted = Math.max(name.length * CHARACTER, detail.length * SMALL_CHARACTER) + LEFT + RIGHT
  return Math.ceil(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, wanted)))
}

/** The end of a name tells more than its middle: both are kept. */
const cut = (text: string, width: number, character: number): string => {
  const room = Math.floor((width - LEFT - RIGHT) / character)
  if (text.length <= room) return text
  const end = Math.floor((room - 1) / 3)
  return `${text.slice(0, room - 1 - end)}…${text.slice(text.length - end)}`
}
