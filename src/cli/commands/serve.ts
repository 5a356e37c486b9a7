/** `tasker serve`: sweeper, timers and inbox; it runs no handler. */
import type { Command } from '../command.js'
import { serve } from '../service.js'

export const serveCommand: Command = {
  name: 'serve',
  summary: 'fire timers, take back lost work and drain the inbox, until stopped; no handler runs here',
  details: 'One process at a time leads, wherever several run; another takes over when it dies. Workers lead as well.',
  examples: [{ command: 'tasker serve', says: 'beside workers that come and go' }],
  run: (invocation) => serve(invocation, { serves: 'none', sweeps: true }, 'sweeping and firing timers'),
}
