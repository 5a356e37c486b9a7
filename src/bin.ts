#!/usr/bin/env node
/** The program `tasker`: the command line in this process, with its signals and its exit code. */
import { runCli } from './cli/cli.js'
import { COMMANDS } from './cli/command-table.js'
import { realSystem } from './system.js'

/** After the command has ended; mostly the process ends at once. */
const LINGER_MS = 5_000

const interruption = new AbortController()

// The first asks whatever runs to finish; the second does not wait for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    interruption.abort(signal)
  })
}

// `tasker … | head` closes the pipe. That is no fault, and what was opened is closed as ever: an embedded database, too.
let isUnread = false
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  isUnread = true
  interruption.abort('SIGPIPE')
})

const exitCode = await runCli(process.argv.slice(2), realSystem(interruption.signal), COMMANDS)
process.exitCode = isUnread ? 0 : exitCode

// Connections that wait for a database that has gone would hold the process for ever. Output that nobody has read yet may.
setInterval(() => {
  if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit()
}, LINGER_MS).unref()
