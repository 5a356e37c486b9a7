/** What `tasker doctor` wants to know of observability: whether its files fit this Tasker, and what is out of bounds now. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FigureSources, readFigures } from './figures.js'
import { type OutOfBounds, outOfBounds } from './thresholds.js'
import { unknownIn } from './used-metrics.js'

const FILES = ['scripts/observability/grafana-dashboard.json', 'scripts/observability/alerts.yaml']

/** What the shipped dashboard and alerts use and this Tasker does not export; a file that is missing, too. */
export const misfits = (packageRoot: string): ReadonlyArray<string> =>
  FILES.flatMap((file) => {
    try {
      const lines = readFileSync(join(packageRoot, file), 'utf8').split('\n')
      return lines.flatMap((line) => unknownIn(line).map((problem) => `${file}: ${problem}`))
    } catch {
      return [`${file} is missing`]
    }
  })

/** Throws what stood in the way of reading the first figure: then nothing is known. */
export const inspectFigures = async (
  sources: Omit<FigureSources, 'slots' | 'depths'>,
): Promise<ReadonlyArray<OutOfBounds>> => {
  const faults: unknown[] = []
  const nobodyHere = { queues: [], free: () => 0, inUse: 0 }
  const figures = await readFigures({ ...sources, slots: nobodyHere, depths: async () => [] }, (_, error) =>
    faults.push(error),
  )
  if (faults.length > 0) throw faults[0]
  return outOfBounds(figures)
}
