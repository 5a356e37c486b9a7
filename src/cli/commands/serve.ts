/** `tasker serve`: the HTTP API, sweeper, timers, inbox and projections; it runs no handler. */
import type { Command } from '../command.js'
import { serve } from '../service.js'

export const serveCommand: Command = {
  name: 'serve',
  summary: 'answer over HTTP, fire timers, take back lost work and project, until stopped; no handler runs here',
  details: 'One process at a time leads, wherever several run; another takes over when it dies. Workers lead as well.',
  examples: [{ command: 'tasker serve', says: 'beside workers that come and go' }],
  run: (invocation) => {
    const { host, port } = invocation.config()
    const work = { serves: 'none', sweeps: true, projects: true, delivers: true, listens: { host, port } } as const
    return serve(invocation, work, 'sweeping, firing timers and projecting')
  },
}
