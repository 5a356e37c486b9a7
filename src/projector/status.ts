/** How projections stand, for those who look after them. */
import type { Projection } from '../../projections/projection.js'
import { PROJECTION_STALLED_MS } from '../core/limits.js'
import type { Log } from '../ports/log.js'
import type { ProjectionHealth, ProjectionStatus, RebuildStatus } from '../ports/projections.js'
import type { EventPages } from './event-pages.js'
import { ABANDONED, type Build, type Checkpoint, type ProjectionStore } from './projection-store.js'

export interface StatusNeeds {
  readonly log: Pick<Log, 'position'>
  readonly pages: Pick<EventPages, 'ageAbove'>
  readonly checkpoints: Pick<ProjectionStore, 'all' | 'builds'>
}

export const statusesOf = async (
  { log, pages, checkpoints }: StatusNeeds,
  projections: ReadonlyArray<Projection>,
): Promise<ReadonlyArray<ProjectionStatus>> => {
  const standing = await checkpoints.all()
  const builds = await checkpoints.builds()
  const head = await log.position()
  const ages = new Map<number, number>()
  for (const { position } of standing.values()) {
    if (!ages.has(position)) ages.set(position, position < head ? ((await pages.ageAbove(position)) ?? 0) : 0)
  }
  return projections.map((projection) => {
    const found = standing.get(projection.name)
    const position = found?.position ?? 0
    const lagMs = ages.get(position) ?? 0
    return {
      name: projection.name,
      version: projection.version,
      tableVersion: found?.version ?? null,
      position,
      lag: Math.max(0, head - position),
      lagMs: Math.round(lagMs),
      health: healthOf(projection, found, lagMs),
      error: errorOf(found),
      rebuild: rebuildOf(builds.find(({ name }) => name === projection.name)),
    }
  })
}

const healthOf = ({ version }: Projection, found: Checkpoint | undefined, lagMs: number): ProjectionHealth => {
  if (found === undefined) return 'absent'
  if (found.fault !== undefined) return 'failing'
  if (found.version !== version) return 'outdated'
  return lagMs > PROJECTION_STALLED_MS && Date.now() - found.movedAt.getTime() > PROJECTION_STALLED_MS
    ? 'stalled'
    : 'live'
}

const errorOf = (found: Checkpoint | undefined): ProjectionStatus['error'] => {
  if (found?.fault === undefined) return null
  const { code, message, position } = found.fault
  return { code, message, position }
}

const rebuildOf = (found: Build | undefined): RebuildStatus | null => {
  if (found === undefined) return null
  const { build, phase, events, goal, position, startedAt, ended, isCancelAsked, isLed } = found
  const end = ended ?? (isLed ? undefined : ABANDONED)
  return {
    ...{ build, phase, events, goal },
    state: end === undefined ? (isCancelAsked ? 'cancelling' : 'running') : end.outcome,
    position: end?.outcome === 'swapped' ? position : null,
    startedAt: startedAt.toISOString(),
    endedAt: ended === undefined ? null : ended.at.toISOString(),
    error: end?.outcome === 'failed' ? { code: end.code, message: end.message } : null,
  }
}
