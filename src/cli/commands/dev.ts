/** `tasker dev`: everything in one process, on the embedded database where no other is named. */
import type { Command } from '../command.js'
import { SERVICE_OPTIONS, serve } from '../service.js'

export const devCommand: Command = {
  name: 'dev',
  summary: 'everything in one process on the embedded database, until stopped',
  options: SERVICE_OPTIONS,
  examples: [
    {
      command: 'tasker dev --handlers ./handlers.js',
      says: 'then tasker run, tasker gate list … from another terminal',
    },
  ],
  run: (invocation) => {
    const { namespace, databaseUrl, dataDir, host, port } = invocation.config()
    const where = databaseUrl === undefined ? `the embedded database in ${dataDir}` : 'DATABASE_URL'
    return serve(
      invocation,
      { serves: 'all', sweeps: true, projects: true, delivers: true, listens: { host, port } },
      `running ${namespace} and the catalog on ${where}`,
    )
  },
}
