/** A database with a log that a small engine writes, and projectors on it. */
import type { Projection } from '../../projections/projection.js'
import { PROJECTIONS } from '../../projections/projections.js'
import type { Log } from '../../src/ports/log.js'
import { silentLogger } from '../../src/ports/logger.js'
import { createProjector, type Projector } from '../../src/projector/projector.js'
import { systemClock } from '../../src/system-clock.js'
import { migratedDatabase, openLog } from '../log/log-database.js'
import { type SmallEngine, startSmallEngine, templateWith } from '../support/small-engine.js'

export interface ProjectedLog {
  readonly url: string
  readonly log: Log
  /** A projector as another process would have it, with a log of its own. */
  projector(projections?: ReadonlyArray<Projection>): Promise<Projector>
  /** Runs so many tasks of four steps to their end, one of which fails once. */
  tasks(count: number): Promise<void>
  end(): Promise<void>
  /** After something was done to it that whoever holds its projections against its log would find. */
  endSpoilt(): Promise<void>
}

const TEMPLATE = templateWith({
  a: [],
  b: { dependencies: ['a'], retry: { backoff: 'none' } },
  c: ['a'],
  join: { type: 'deferred_convergence', dependencies: ['b', 'c'] },
})

export const projectedLog = async (): Promise<ProjectedLog> => {
  const { url, drop, dropSpoilt } = await migratedDatabase()
  const log = await openLog(url)
  const small: SmallEngine = await startSmallEngine({
    log,
    run: ({ node, attempt }) => {
      if (node.definition.name === 'b' && attempt === 1) throw new Error('once')
      return null
    },
  })
  const closings: Array<() => Promise<void>> = []
  const end = async (): Promise<void> => {
    for (const close of closings) await close()
    await small.stop()
    await log.close()
  }
  return {
    url,
    log,
    projector: async (projections = PROJECTIONS) => {
      const own = await openLog(url)
      const projector = createProjector({
        log: own,
        clock: systemClock,
        logger: silentLogger,
        databaseUrl: url,
        projections,
      })
      const close = async (): Promise<void> => {
        await projector.close()
        await own.close()
      }
      closings.push(close)
      return { ...projector, close }
    },
    tasks: async (count) => {
      const made = await Promise.all(Array.from({ length: count }, () => small.tasks.create(TEMPLATE, {})))
      await Promise.all(made.map((task) => task.result()))
    },
    end: () => end().then(drop),
    endSpoilt: () => end().then(dropSpoilt),
  }
}
