/** Rows of text in columns that begin below each other, two spaces in and two between. */
import { stripVTControlCharacters } from 'node:util'

export const columns = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))
  }
  return rows.map((row) => {
    const cells = row.map((cell, index) => {
      const last = index === row.length - 1
      return last ? cell : cell + ' '.repeat((widths[index] ?? 0) - widthOf(cell))
    })
    return `  ${cells.join('  ')}`.trimEnd()
  })
}

const widthOf = (cell: string): number => [...stripVTControlCharacters(cell)].length
