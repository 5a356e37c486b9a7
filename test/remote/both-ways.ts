/**
 * One installation, and the command line on it in both ways: on the database itself, and on a server that is asked over
 * HTTP by the very system that the program has.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCatalog } from '../../catalog/catalog.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { runCli } from '../../src/cli/cli.js'
import { COMMANDS } from '../../src/cli/command-table.js'
import type { System } from '../../src/cli/system.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker, type Tasker } from '../../src/main.js'
import { openLog } from '../../src/outside.js'
import { realSystem } from '../../src/system.js'
import { openWeb } from '../../src/web.js'
import type { Spoken } from '../cli/spoken.js'
import { scriptedPlanner } from '../support/planned-tasker.js'
import { freshDatabase } from '../support/postgres.js'
import { withFolder } from '../support/temporary-folder.js'
import { FILES, fails, greet, ledger, planFor } from './installation.js'

/** `heard` is told what is printed as it is. */
type Speaking = (argv: ReadonlyArray<string>, signal?: AbortSignal, heard?: (text: string) => void) => Promise<Spoken>

export interface BothWays {
  readonly cwd: string
  readonly url: string
  readonly tasker: Tasker
  /** On the database. */
  here: Speaking
  /** On the server; nothing else can be reached. */
  there: Speaking
}

export const bothWays = (use: (both: BothWays) => Promise<void>): Promise<void> =>
  withFolder(async (cwd) => {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(cwd, name), text)
    const database = await freshDatabase()
    await migrate(database.url)
    const handlers = [greet, fails]
    const tasker = await createTasker({
      databaseUrl: database.url,
      projections: true,
      handlers,
      planner: scriptedPlanner(planFor),
      groups: {},
    })
    const catalog = createCatalog()
    try {
      const web = await openWeb(tasker, { host: '127.0.0.1', port: 0 })
      try {
        await ledger(tasker)
        const spoken = speaking(cwd)
        const known = vocabularyOf([...catalog.handlers, ...handlers])
        await use({
          cwd,
          url: web.url,
          tasker,
          here: spoken({
            environment: { DATABASE_URL: database.url, TASKER_ACTOR: 'ada' },
            vocabularyOf: () => known,
            openTasker: async () => ({ ...tasker, close: async () => undefined }),
            openLog,
          }),
          there: spoken({ environment: { TASKER_SERVER: web.url, TASKER_ACTOR: 'ada' } }),
        })
      } finally {
        await web.close()
      }
    } finally {
      await catalog.close()
      await tasker.close()
      await database.drop()
    }
  })

const speaking =
  (cwd: string) =>
  (given: Partial<System>): Speaking =>
  async (argv, signal = new AbortController().signal, heard = () => undefined) => {
    const stdout: string[] = []
    const stderr: string[] = []
    const print = (text: string): void => {
      stdout.push(text)
      heard(text)
    }
    const system: System = {
      ...realSystem(signal),
      cwd,
      stdout: { write: print },
      stderr: { write: (text) => stderr.push(text) },
      ...given,
    }
    const exit = await runCli(argv, system, COMMANDS)
    return { exit, stdout: stdout.join(''), stderr: stderr.join('') }
  }
