/**
 * `npm run graphs [-- --slice K --of N]`: core and model side by side on every graph of four steps with every kind of
 * convergence, whatever its steps come to; or on one slice of them. Tells the first difference and ends with 1.
 */
import { parseArgs } from 'node:util'
import { shownDifference } from './compare.js'
import { agreeOnSlice } from './graph-slices.js'

const { values } = parseArgs({
  options: { slice: { type: 'string', default: '0' }, of: { type: 'string', default: '1' } },
})

const { graphs, pictures, found } = agreeOnSlice(Number(values.slice), Number(values.of))
process.stdout.write(`${graphs} graphs, ${pictures} pictures\n`)
if (found !== undefined) {
  process.stdout.write(`${shownDifference(found)}\n`)
  process.exitCode = 1
}
