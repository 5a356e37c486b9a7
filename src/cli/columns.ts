/**
 * Rows of text in columns that begin below each other, two spaces in and two between. Where a width is given the rows
 * fit into it: the widest columns lose the ends of their texts first, and what somebody may want to copy loses nothing.
 */
import { stripVTControlCharacters } from 'node:util'

const INDENT = 2
const GAP = 2
/** Columns are not made narrower than this, or than the second where that makes them fit; else a terminal wraps. */
const NARROWEST = 8
const TIGHTEST = 4
/** Ids of tasks: a piece of one is of no use. */
const TO_BE_COPIED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

type Rows = ReadonlyArray<ReadonlyArray<string>>

export const columns = (rows: Rows, width?: number): ReadonlyArray<string> => {
  const natural = widthsOf(rows)
  const widths = width === undefined ? natural : fitting(natural, fixedIn(rows), width - INDENT)
  return rows.map((row) => {
    const cells = row.map((cell, index) => {
      const shown = cutTo(cell, widths[index] ?? 0)
      return index === row.length - 1 ? shown : shown + ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(shown)))
    })
    return `${' '.repeat(INDENT)}${cells.join(' '.repeat(GAP))}`.trimEnd()
  })
}

/** The same with the last column's texts continued below themselves, for what is to be read in full. */
export const wrappedColumns = (rows: Rows, width?: number): ReadonlyArray<string> => {
  if (width === undefined) return columns(rows)
  const before = INDENT + widthsOf(rows.map((row) => row.slice(0, -1))).reduce((sum, one) => sum + one + GAP, 0)
  const room = Math.max(width - before, MIN_WRAPPED)
  return columns(
    rows.flatMap((row) => {
      const [first = '', ...rest] = wordsWithin(row.at(-1) ?? '', room)
      const empty = row.slice(0, -1).map(() => '')
      return [[...row.slice(0, -1), first], ...rest.map((line) => [...empty, line])]
    }),
  )
}

const MIN_WRAPPED = 24

const wordsWithin = (text: string, room: number): ReadonlyArray<string> => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

const widthsOf = (rows: Rows): number[] => {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))
  }
  return widths
}

/** Columns with something to be copied. */
const fixedIn = (rows: Rows): ReadonlySet<number> => {
  const fixed = new Set<number>()
  for (const row of rows) {
    for (const [index, cell] of row.entries()) if (TO_BE_COPIED.test(stripVTControlCharacters(cell))) fixed.add(index)
  }
  return fixed
}

const fitting = (natural: ReadonlyArray<number>, fixed: ReadonlySet<number>, room: number): ReadonlyArray<number> => {
  const narrow = narrowed(natural, fixed, room, NARROWEST)
  if (excessOf(narrow, room) <= 0) return narrow
  const tight = narrowed(natural, fixed, room, TIGHTEST)
  return excessOf(tight, room) <= 0 ? tight : narrow
}

const excessOf = (widths: ReadonlyArray<number>, room: number): number =>
  widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1)) - room

/** The widest is made as narrow as the next one, and so on, until all have room. */
const narrowed = (
  natural: ReadonlyArray<number>,
  fixed: ReadonlySet<number>,
  room: number,
  narrowest: number,
): ReadonlyArray<number> => {
  const widths = [...natural]
  for (let over = excessOf(widths, room); over > 0; over = excessOf(widths, room)) {
    const shrinkable = widths.map((width, index) => (fixed.has(index) || width <= narrowest ? 0 : width))
    const widest = Math.max(...shrinkable)
    if (widest <= 0) break
    const next = Math.max(narrowest, ...shrinkable.filter((width) => width < widest))
    const many = shrinkable.filter((width) => width === widest).length
    const less = Math.max(1, Math.min(widest - next, Math.ceil(over / many)))
    for (const [index, width] of shrinkable.entries()) if (width === widest) widths[index] = width - less
  }
  return widths
}

const widthOf = (cell: string): number => [...stripVTControlCharacters(cell)].length

const ESC = '\u001b'

/** Colours are kept, and closed where the text ends before they do. */
const cutTo = (cell: string, width: number): string => {
  if (widthOf(cell) <= width) return cell
  let shown = ''
  let room = width - 1
  for (let at = 0; at < cell.length && room > 0; ) {
    const isColour = cell[at] === ESC
    const piece = isColour ? cell.slice(at, cell.indexOf('m', at) + 1) : String.fromCodePoint(cell.codePointAt(at) ?? 0)
    if (!isColour) room -= 1
    shown += piece
    at += Math.max(1, piece.length)
  }
  return `${shown}…${shown.includes(ESC) ? `${ESC}[0m` : ''}`
}
