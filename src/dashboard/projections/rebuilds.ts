/** Rebuilds and comparisons that were begun from a page: they outlive the request, and pages ask how they do. */
import { differenceText } from '../../ports/difference-text.js'
import type { Logger } from '../../ports/logger.js'
import type { Projections } from '../../ports/projections.js'

export interface Work {
  readonly what: 'rebuild' | 'verify'
  readonly phase: string
  readonly events: number
  readonly goal: number
  /** What it came to; null while it goes on. */
  readonly ended: { readonly isGood: boolean; readonly says: string } | null
}

export interface Rebuilds {
  of(name: string): Work | undefined
  /** Nothing where something of that projection goes on already. */
  begin(name: string, what: Work['what']): boolean
}

const PHASES = {
  tasks: 'folding every task',
  indexes: 'making indexes',
  log: 'catching up with the log',
  swap: 'taking its place',
} as const

export const createRebuilds = (projections: Projections, logger: Logger): Rebuilds => {
  const known = new Map<string, Work>()
  const note = (name: string, work: Partial<Work>): void => {
    const before = known.get(name)
    if (before !== undefined) known.set(name, { ...before, ...work })
  }
  const end = (name: string, isGood: boolean, says: string): void => note(name, { ended: { isGood, says } })

  const rebuild = async (name: string): Promise<void> => {
    const position = await projections.rebuild(name, {
      onProgress: ({ phase, events, goal }) => note(name, { phase: PHASES[phase], events, goal }),
    })
    end(name, true, `rebuilt up to position ${position}`)
  }
  const verify = async (name: string): Promise<void> => {
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
    begin: (name, what) => {
      const before = known.get(name)
      if (before !== undefined && before.ended === null) return false
      known.set(name, { what, phase: what === 'rebuild' ? PHASES.tasks : 'comparing', events: 0, goal: 0, ended: null })
      const work = what === 'rebuild' ? rebuild(name) : verify(name)
      work.catch((error: unknown) => {
        logger.warn(`a ${what} that a page began has failed`, { projection: name, error: String(error) })
        end(name, false, error instanceof Error ? error.message : String(error))
      })
      return true
    },
  }
}
