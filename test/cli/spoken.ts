/** A command line spoken to a system without a database: what it printed, and its exit code. */
import { createCatalog } from '../../catalog/catalog.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { runCli } from '../../src/cli/cli.js'
import { COMMANDS } from '../../src/cli/command-table.js'
import type { System } from '../../src/cli/system.js'

export interface Spoken {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

const unreachable = (): Promise<never> => Promise.reject(new Error('a command reached for what it does not need'))

export const speak = async (cwd: string, ...argv: ReadonlyArray<string>): Promise<Spoken> => {
  const catalog = createCatalog()
  const stdout: string[] = []
  const stderr: string[] = []
  const system: System = {
    environment: {},
    cwd,
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    version: '0.0.0',
    defaults: { plannerModel: 'none', actor: 'tester' },
    signal: new AbortController().signal,
    vocabularyOf: (handlers) => vocabularyOf([...catalog.handlers, ...handlers]),
    openDatabase: unreachable,
    openTasker: unreachable,
    openScratch: unreachable,
    goals: { folder: '', answers: '' },
    openPlanner: unreachable,
    openLog: unreachable,
    migrate: unreachable,
    probes: {
      database: unreachable,
      redis: unreachable,
      embedded: unreachable,
      issuer: unreachable,
      misfits: unreachable,
      figures: unreachable,
    },
  }
  try {
    const exit = await runCli(argv, system, COMMANDS)
    return { exit, stdout: stdout.join(''), stderr: stderr.join('') }
  } finally {
    await catalog.close()
  }
}
