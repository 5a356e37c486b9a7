/** A row that is not what the log says, in one sentence. */
import type { RowDifference } from './projections.js'

export const differenceText = ({ row, column, folded, standing }: RowDifference): string => {
  const where = Object.entries(row)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
  if (standing === undefined) return `the row of ${where} is missing`
  if (folded === undefined) return `there is a row of ${where}, of which the log knows nothing`
  return `${column ?? 'a column'} of ${where} is ${JSON.stringify(standing)}, the log says ${JSON.stringify(folded)}`
}
