/** Projections of a server, as commands handle those of a database: a rebuild is waited for until it has really ended. */
import { EXIT } from '../cli/exit-code.js'
import type { OpenLog } from '../cli/system.js'
import { UserError } from '../cli/user-error.js'
import { TaskRefused } from '../engine/task-refused.js'
import { unshaped } from '../http/shape.js'
import { projectionStatus } from '../http/shapes/operations.js'
import type {
  ProjectionHealth,
  ProjectionStatus,
  RebuildOptions,
  RebuildPhase,
  RebuildStatus,
  Verification,
  VerifyOptions,
} from '../ports/projections.js'
import type { Connection } from './connection.js'
import { told } from './refusal.js'
import { wordOf } from './words.js'

/** How often a rebuild is looked at. */
const LOOK_SECONDS = 1

const HEALTHS: ReadonlyArray<ProjectionHealth> = ['live', 'stalled', 'failing', 'absent', 'outdated']
const STATES: ReadonlyArray<RebuildStatus['state']> = ['running', 'cancelling', 'swapped', 'failed', 'cancelled']
const PHASES: ReadonlyArray<RebuildPhase> = ['tasks', 'indexes', 'log', 'swap']

export const remoteProjections = ({ client }: Connection): OpenLog['projections'] => {
  const list = async (): Promise<ReadonlyArray<ProjectionStatus>> =>
    (await told(client.projections.list())).items.map((one) => {
      const { health, rebuild, ...status } = unshaped(projectionStatus, one)
      return { ...status, health: wordOf(HEALTHS, health), rebuild: rebuild === null ? null : rebuildIn(rebuild) }
    })
  const cancelRebuild = async (name: string): Promise<void> => {
    await told(client.projections.cancelRebuild(name))
  }
  const verify = async (name: string, { signal }: VerifyOptions = {}): Promise<Verification> => {
    const asked = signal === undefined ? {} : { signal }
    const { difference, ...verified } = await told(client.projections.verify(name, asked))
    return { ...verified, difference: JSON.parse(JSON.stringify(difference)) }
  }
  const rebuild = async (name: string, { onProgress, signal }: RebuildOptions = {}): Promise<number> => {
    const begun = await told(client.projections.rebuild(name, { wait_seconds: LOOK_SECONDS }))
    if (begun.position !== null) return begun.position
    for (let isAsked = false; ; ) {
      const found = (await list()).find((one) => one.name === name)?.rebuild
      const position = endOf(name, found?.build === begun.build ? found : undefined)
      if (position !== undefined) return position
      if (found !== null && found !== undefined) onProgress?.(found)
      if (signal?.aborted === true && !isAsked) {
        isAsked = true
        // It may have ended meanwhile: the list says how.
        await cancelRebuild(name).catch(unlessOver)
      } else await pause(isAsked ? undefined : signal)
    }
  }
  return {
    list,
    rebuild,
    cancelRebuild,
    verify,
    verifyAll: async (options) => {
      const verified: Verification[] = []
      for (const { name, health } of await list()) {
        if (health !== 'absent' && health !== 'outdated') verified.push(await verify(name, options))
      }
      return verified
    },
  }
}

type Shown = Omit<RebuildStatus, 'state' | 'phase'> & { readonly state: string; readonly phase: string }

const rebuildIn = ({ state, phase, ...rebuild }: Shown): RebuildStatus => ({
  ...rebuild,
  state: wordOf(STATES, state),
  phase: wordOf(PHASES, phase),
})

/** The position that now serves, or undefined while it goes on. Throws what it has ended with instead. */
const endOf = (name: string, found: RebuildStatus | undefined): number | undefined => {
  if (found === undefined) {
    const message = `another rebuild of ${name} has begun meanwhile; how this one ended is not known any more`
    throw new UserError({ code: 'rebuild_superseded', message, exitCode: EXIT.failed })
  }
  switch (found.state) {
    case 'running':
    case 'cancelling':
      return undefined
    case 'swapped':
      return found.position ?? 0
    case 'cancelled':
      throw new UserError({
        code: 'rebuild_cancelled',
        message: `the rebuild of ${name} was cancelled`,
        exitCode: EXIT.failed,
      })
    case 'failed': {
      const { code, message } = found.error ?? { code: 'rebuild_failed', message: 'nobody says why' }
      throw new UserError({ code, message: `the rebuild of ${name} has failed: ${message}`, exitCode: EXIT.failed })
    }
    default:
      return found.state satisfies never
  }
}

const unlessOver = (error: unknown): void => {
  if (!(error instanceof TaskRefused) || error.code !== 'no_rebuild') throw error
}

const pause = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, LOOK_SECONDS * 1_000)
    signal?.addEventListener('abort', end)
  })
