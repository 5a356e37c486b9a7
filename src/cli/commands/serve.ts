/** `tasker serve`: sweeper, timers, inbox and projections; it runs no handler. */
import type { Command } from '../command.js'
import { serve } from '../service.js'

export const serveCommand: Command = {
  name: 'serve',
  summary: 'fire timers, take back lost work, drain the inbox and project, until stopped; no handler runs here',
  details: 'One process at a time leads, wherever several run; another takes over when it dies. Workers lead as well.',
  examples: [{ command: 'tasker serve', says: 'beside workers that come and go' }],
  run: (invocation) =>
    serve(invocation, { serves: 'none', sweeps: true, projects: true }, 'sweeping, firing timers and projecting'),
}
