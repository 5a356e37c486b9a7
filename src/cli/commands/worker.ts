/** `tasker worker`: engine and handlers, as many processes as you like on one database. */
import type { Command } from '../command.js'
import { SERVICE_OPTIONS, serve } from '../service.js'

export const workerCommand: Command = {
  name: 'worker',
  summary: 'run the steps of a namespace and of the catalog, until stopped',
  options: {
    ...SERVICE_OPTIONS,
    catalog: { type: 'boolean', summary: "only the catalog's steps" },
  },
  details:
    'Refuses a database that is older than this Tasker: run tasker migrate first. On SIGTERM nothing new is claimed,\n' +
    'running attempts may end, and what is left after a while is given back.',
  examples: [
    { command: 'tasker worker --handlers ./handlers.js', says: 'your own handlers and the catalog' },
    { command: 'tasker worker --catalog --concurrency 200', says: 'the catalog alone' },
  ],
  run: (invocation) => {
    const catalog = invocation.has('catalog')
    const { namespace } = invocation.config()
    const says = catalog ? 'running the steps of the catalog' : `running the steps of ${namespace} and of the catalog`
    return serve(invocation, { serves: catalog ? 'catalog' : 'all', sweeps: true }, says)
  },
}
