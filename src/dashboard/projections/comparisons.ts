/** Comparisons that were begun from a page: they outlive the request, and pages ask how they do. */
import { differenceText } from '../../ports/difference-text.js'
import type { Logger } from '../../ports/logger.js'
import type { Projections } from '../../ports/projections.js'

export interface Comparison {
  readonly events: number
  readonly goal: number
  /** What it came to; null while it goes on. */
  readonly ended: { readonly isGood: boolean; readonly says: string } | null
}

export interface Comparisons {
  of(name: string): Comparison | undefined
  /** False where that projection is compared already. */
  begin(name: string): boolean
}

export const createComparisons = (projections: Projections, logger: Logger): Comparisons => {
  const known = new Map<string, Comparison>()
  const note = (name: string, comparison: Partial<Comparison>): void => {
    const before = known.get(name)
    if (before !== undefined) known.set(name, { ...before, ...comparison })
  }
  const end = (name: string, isGood: boolean, says: string): void => note(name, { ended: { isGood, says } })

  const compare = async (name: string): Promise<void> => {
    const { position, rows, difference } = await projections.verify(name, {
      onProgress: ({ events, goal }) => note(name, { events, goal }),
    })
    const says =
      difference === null
        ? `${rows} rows are the fold of the log up to position ${position}`
        : differenceText(difference)
    end(name, difference === null, says)
  }
  return {
    of: (name) => known.get(name),
    begin: (name) => {
      const before = known.get(name)
      if (before !== undefined && before.ended === null) return false
      known.set(name, { events: 0, goal: 0, ended: null })
      compare(name).catch((error: unknown) => {
        logger.warn('a comparison that a page began has failed', { projection: name, error: String(error) })
        end(name, false, error instanceof Error ? error.message : String(error))
      })
      return true
    },
  }
}
