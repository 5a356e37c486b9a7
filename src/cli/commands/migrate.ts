/** `tasker migrate`: brings the database to the version of this Tasker, forward only, and says what it did. */
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'bring the database to the version of this Tasker',
  details:
    'Forward only, and safe to run from several places at once. A database of a newer Tasker is refused and left alone.\n' +
    'To upgrade: drain the workers (SIGTERM), run this, start the new ones.',
  examples: [
    { command: 'tasker migrate', says: 'the database of DATABASE_URL, or the embedded one' },
    { command: 'tasker migrate --database-url postgres://tasker@db.internal/tasker', says: 'another one' },
  ],
  run: async ({ config, json, logger, output, system }) => {
    const database = await system.openDatabase(config(), logger, 'it is')
    try {
      const { from, to, applied } = await system.migrate(database.url)
      if (json) output.printJson({ from, to, applied: [...applied] })
      else if (applied.length === 0) output.print(`The database is at version ${to} already.`)
      else {
        for (const name of applied) output.print(`applied ${name}`)
        output.print(`The database is at version ${to} now; it was at ${from}.`)
      }
      return EXIT.complete
    } finally {
      await database.close()
    }
  },
}
