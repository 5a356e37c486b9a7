/** All graphs of four steps, with every kind of convergence, in slices: together they are too many for each test run. */
import { type Difference, everyHistory } from './compare.js'
import { EVERY_CONVERGENCE, everyTemplate } from './every-template.js'

export interface Agreement {
  readonly graphs: number
  readonly pictures: number
  readonly found: Difference | undefined
}

/** Every `of`th graph, beginning with number `slice`; steps that are ready at the same time run in the order of writing. */
export const agreeOnSlice = (slice: number, of: number): Agreement => {
  let graphs = 0
  let pictures = 0
  let number = 0
  const seen: { found?: Difference } = {}
  for (const steps of everyTemplate(4, EVERY_CONVERGENCE)) {
    number += 1
    if ((number - 1) % of !== slice) continue
    graphs += 1
    const tell = (found: Difference): void => {
      seen.found = seen.found ?? found
    }
    pictures += everyHistory(steps, tell, 'first')
    if (seen.found !== undefined) break
  }
  return { graphs, pictures, found: seen.found }
}
