/**
 * The projector: keeps projections up with the log where it is started, and answers those who read or look after them
 * where it is not. It makes its connections when it first needs them.
 */

import type { Projection } from '../../projections/projection.js'
import { PROJECTIONS } from '../../projections/projections.js'
import { PROJECTION_CONNECTIONS, PROJECTION_WAIT_POLL_MS } from '../core/limits.js'
import { Reader } from '../log/reader.js'
import { Transactions } from '../log/transactions.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Projections, RowDifference } from '../ports/projections.js'
import { Checkpoints } from './checkpoints.js'
import { createEventPages, type EventPages } from './event-pages.js'
import { LiveProjections } from './live.js'
import { ProjectionRefused } from './projection-error.js'
import { createReadModels } from './read-models.js'
import { rebuild } from './rebuild.js'
import { statusesOf } from './status.js'
import { type VerifyNeeds, verifyAll, verifyTask } from './verify.js'

export interface ProjectorNeeds {
  readonly log: Log
  readonly clock: Clock
  readonly logger: Logger
  /** The log's own database. */
  readonly databaseUrl: string
  /** Absent: those that Tasker has. */
  readonly projections?: ReadonlyArray<Projection>
}

export interface Projector extends Projections {
  /** From now on this process projects, as soon as no other one does. */
  start(): void
  /** Where the rows of a task are not what its log says, by projection. */
  verifyTask(stream: string, version: number): Promise<ReadonlyArray<RowDifference & { readonly projection: string }>>
  /** Resolves when nothing is written any more. */
  close(): Promise<void>
}

export const createProjector = (needs: ProjectorNeeds): Projector => {
  const { clock, databaseUrl, projections = PROJECTIONS } = needs
  const reader = new Reader(databaseUrl, PROJECTION_CONNECTIONS)
  const pageReader = new Reader(databaseUrl, PROJECTION_CONNECTIONS, true)
  const transactions = new Transactions(databaseUrl, PROJECTION_CONNECTIONS, 'project')
  const parts = {
    ...needs,
    projections,
    pages: createEventPages(reader),
    checkpoints: new Checkpoints(reader, transactions),
    transactions,
  }
  const named = (name: string): Projection => {
    const found = projections.find((projection) => projection.name === name)
    if (found !== undefined) return found
    const names = projections.map((projection) => projection.name).join(', ')
    throw new ProjectionRefused('projection_unknown', `there is no projection ${name}; there are ${names}`)
  }
  const waitFor = async (name: string, position: number, timeoutMs: number): Promise<boolean> => {
    named(name)
    const untilMs = clock.now() + timeoutMs
    for (;;) {
      if (((await parts.checkpoints.positionOf(name)) ?? -1) >= position) return true
      const leftMs = untilMs - clock.now()
      if (leftMs <= 0) return false
      await new Promise<void>((resolve) => clock.after(Math.min(leftMs, PROJECTION_WAIT_POLL_MS), resolve))
    }
  }
  const lives = livesOf(projections).map(
    (some) => new LiveProjections({ ...parts, ...some, pages: createEventPages(reader) }),
  )
  let isStarted = false
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await Promise.all(lives.map((live) => live.stop()))
    await Promise.all([reader.close(), pageReader.close(), transactions.close()])
  }
  return {
    start: () => {
      isStarted = true
      for (const live of lives) live.start()
    },
    list: () => statusesOf(parts, projections),
    rebuild: async (name, options) => rebuild({ ...parts, pages: createEventPages(reader) }, named(name), options),
    cancelRebuild: async (name) => {
      named(name)
      if (await parts.checkpoints.askCancel(name)) return
      throw new ProjectionRefused('no_rebuild', `${name} is not being rebuilt`)
    },
    ...verification(parts, named, () => createEventPages(reader)),
    waitFor,
    read: createReadModels({ reader: pageReader, waitFor, projects: () => isStarted }),
    query: (statement, values) => reader.query(statement, values),
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

interface VerificationParts extends VerifyNeeds {
  readonly projections: ReadonlyArray<Projection>
}

/** Each comparison reads the log by pages of its own. */
const verification = (
  parts: VerificationParts,
  named: (name: string) => Projection,
  pages: () => EventPages,
): Pick<Projector, 'verify' | 'verifyAll' | 'verifyTask'> => ({
  verify: async (name, options) => {
    const [verified] = await verifyAll({ ...parts, pages: pages() }, [named(name)], options)
    if (verified === undefined) throw new Error(`${name} was not compared`)
    return verified
  },
  verifyAll: async (options) => {
    const standing = await parts.checkpoints.all()
    const current = parts.projections.filter(({ name, version }) => standing.get(name)?.version === version)
    return verifyAll({ ...parts, pages: pages() }, current, options)
  },
  verifyTask: async (stream, version) => {
    const found: (RowDifference & { readonly projection: string })[] = []
    for (const projection of parts.projections) {
      const difference = await verifyTask(parts, projection, stream, version)
      if (difference !== null) found.push({ projection: projection.name, ...difference })
    }
    return found
  },
})

/**
 * Those that every process has go on together, by one of them. A user's own each have a leader of their own: not every
 * process knows them, and one that does not must not keep them from those that do.
 */
const livesOf = (
  projections: ReadonlyArray<Projection>,
): ReadonlyArray<{ readonly lock: string; readonly projections: ReadonlyArray<Projection> }> => [
  { lock: 'projections', projections: projections.filter(isBuiltIn) },
  ...projections
    .filter((projection) => !isBuiltIn(projection))
    .map((projection) => ({ lock: `projection ${projection.name}`, projections: [projection] })),
]

const isBuiltIn = (projection: Projection): boolean => PROJECTIONS.includes(projection)

const NAME = /^[a-z][a-z0-9_]{0,62}$/

/** Throws `ProjectionRefused` (`projection_invalid`) for one of a user's own that cannot be. */
export const refuseInvalidProjections = (own: ReadonlyArray<Projection>): void => {
  const taken = new Set(PROJECTIONS.map(({ name }) => name))
  for (const projection of own) {
    const problem = problemOf(projection, taken)
    if (problem !== undefined) {
      throw new ProjectionRefused('projection_invalid', `projection "${projection.name}": ${problem}`)
    }
    taken.add(projection.name)
  }
}

const problemOf = ({ name, version, key }: Projection, taken: ReadonlySet<string>): string | undefined => {
  if (taken.has(name)) return 'there is one of that name already'
  if (!NAME.test(name)) return 'a name is lower-case letters, digits and _, beginning with a letter, 63 at most'
  if (!Number.isInteger(version) || version < 1) return 'the version is a whole number from 1'
  return key.length === 0 ? 'the key names at least one column' : undefined
}

/** As a process is told: whether it projects, and what of its own beside what Tasker has. */
export const openProjector = (
  needs: Omit<ProjectorNeeds, 'projections'>,
  projects: boolean | ReadonlyArray<Projection> = false,
): Projector => {
  const own = typeof projects === 'boolean' ? [] : projects
  const projector = createProjector({ ...needs, projections: [...PROJECTIONS, ...own] })
  if (projects !== false) projector.start()
  return projector
}
