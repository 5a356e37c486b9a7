/** A migrated database, a folder to work in, and a program that only asks, beside processes that run. */

import * as assert from 'uvu/assert'
import type { Handler } from '../../src/main.js'
import { createTasker, type Tasker } from '../../src/main.js'
import { freshDatabase } from '../support/postgres.js'
import { withFolder } from '../support/temporary-folder.js'
import { program } from './program.js'

export interface Installed {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
  /** Runs no step and leads nothing. */
  readonly tasker: Tasker
}

export const installed = (handlers: ReadonlyArray<Handler>, work: (place: Installed) => Promise<void>) => () =>
  withFolder(async (cwd) => {
    const database = await freshDatabase()
    const environment = { DATABASE_URL: database.url }
    try {
      assert.is((await program(cwd, ['migrate'], environment)).exit, 0)
      const tasker = await createTasker({ databaseUrl: database.url, handlers, serves: 'none', sweeps: false })
      try {
        await work({ cwd, environment, tasker })
      } finally {
        await tasker.close()
      }
    } finally {
      await database.drop()
    }
  })
