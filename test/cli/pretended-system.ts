/** A system that is only pretended: what a command prints, and what it is told of databases and queues. */
import { runCli } from '../../src/cli/cli.js'
import type { Command } from '../../src/cli/command.js'
import type { DatabaseReport, System } from '../../src/cli/system.js'
import type { Spoken } from './spoken.js'

export interface Pretended {
  readonly environment?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly isTTY?: boolean
  readonly probes?: Partial<System['probes']>
  readonly openDatabase?: System['openDatabase']
  readonly openTasker?: System['openTasker']
  readonly openLog?: System['openLog']
  readonly openPlanner?: System['openPlanner']
  readonly openScratch?: System['openScratch']
  readonly goals?: System['goals']
  readonly migrate?: System['migrate']
  readonly vocabularyOf?: System['vocabularyOf']
}

const unasked = (): Promise<never> => Promise.reject(new Error('a command reached for what it does not need'))

export const HEALTHY: Extract<DatabaseReport, { reachable: true }> = {
  reachable: true,
  version: 180_004,
  pooling: 'session',
  fsync: true,
  synchronousCommit: true,
  schema: { here: 2, known: 2 },
  mayMigrate: true,
  clockAheadMs: 0,
  mayQueue: true,
}

export const pretend = async (
  commands: ReadonlyArray<Command>,
  argv: ReadonlyArray<string>,
  pretended: Pretended = {},
): Promise<Spoken> => {
  const stdout: string[] = []
  const stderr: string[] = []
  const isTTY = pretended.isTTY ?? false
  const system: System = {
    environment: pretended.environment ?? {},
    cwd: pretended.cwd ?? '/nowhere',
    stdout: { isTTY, write: (text) => stdout.push(text) },
    stderr: { isTTY, write: (text) => stderr.push(text) },
    version: '1.2.3',
    defaults: { plannerModel: 'some-model', actor: 'tester' },
    signal: new AbortController().signal,
    vocabularyOf:
      pretended.vocabularyOf ??
      (() => {
        throw new Error('a command asked for the vocabulary')
      }),
    openDatabase: pretended.openDatabase ?? unasked,
    openTasker: pretended.openTasker ?? unasked,
    openScratch: pretended.openScratch ?? unasked,
    goals: pretended.goals ?? { folder: '', answers: '' },
    openPlanner: pretended.openPlanner ?? unasked,
    openLog: pretended.openLog ?? unasked,
    migrate: pretended.migrate ?? unasked,
    probes: {
      database: async () => HEALTHY,
      redis: async () => ({ reachable: true, version: '7.0.15', maxmemoryPolicy: 'noeviction', appendOnly: true }),
      embedded: async () => ({ state: 'absent' }),
      misfits: async () => [],
      figures: async () => [],
      issuer: async () => ({ readable: true, keys: 1 }),
      ...pretended.probes,
    },
  }
  const exit = await runCli(argv, system, commands)
  return { exit, stdout: stdout.join(''), stderr: stderr.join('') }
}
