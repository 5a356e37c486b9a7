/** `tasker mirror eventstoredb`: the log, event for event, in an EventStoreDB, once or for as long as it runs. */
import type { Command, Invocation } from '../command.js'
import { EXIT, type ExitCode } from '../exit-code.js'
import { withLog } from '../log-access.js'
import { onlyOnDatabase } from '../on-database.js'
import type { MirrorProgress } from '../system.js'
import { UserError, usageError } from '../user-error.js'

const PROGRESS_MS = 1_000

export const mirrorEventStoreDbCommand: Command = {
  name: 'mirror eventstoredb',
  summary: 'mirror the log into EventStoreDB',
  options: {
    url: { type: 'string', value: 'URL', summary: 'its connection string, esdb://… (or EVENTSTOREDB_URL)' },
    from: {
      type: 'string',
      value: 'start',
      summary: 'start: compare everything that is there, and add what is missing',
    },
    once: { type: 'boolean', summary: 'end when everything is there' },
    notes: {
      type: 'string',
      value: 'STREAM',
      summary: "the store's stream for the mirror's own notes (tasker-mirror)",
    },
  },
  details:
    'A task is the stream task-<id> there, an event has its own id and the revision of its version less one, and metadata\n' +
    'by which the system projections go. It begins where the last run stopped, by a note in the store; what a crash leaves\n' +
    'behind is found and not written twice. A store that is away is waited for; with --once for half a minute.\n' +
    'What an event refers to by digest (a large result, a prompt, an answer) is the stream payload-<task id>-<hex of the\n' +
    'digest>, there before the event is: the texts of its events put together. --from start adds what is missing of them.',
  examples: [
    { command: 'tasker mirror eventstoredb --url esdb://localhost:2113?tls=false', says: 'until it is stopped' },
    { command: 'tasker mirror eventstoredb --once', says: 'what is there now, to the store of EVENTSTOREDB_URL' },
  ],
  run: async (invocation) => {
    const { option, has, signal, json, output } = invocation
    const url = option('url') ?? invocation.system.environment.EVENTSTOREDB_URL
    if (url === undefined || url === '') throw usageError('tasker mirror eventstoredb needs --url')
    const from = option('from')
    if (from !== undefined && from !== 'start') throw usageError(`--from is start, not "${from}"`)
    const notes = option('notes')
    onlyOnDatabase('a mirror', invocation)
    return withLog(invocation, async (log) => {
      const asked = { url, once: has('once'), fromStart: from === 'start', signal, onProgress: progressTo(invocation) }
      const done = await log.mirror({ ...asked, ...(notes === undefined ? {} : { notes }) }).catch((error: unknown) => {
        throw asUserError(error)
      })
      if (json) output.printJson({ ...done })
      else output.print(`mirrored up to position ${done.position}: ${done.read} events read, ${done.appended} appended`)
      return EXIT.complete
    })
  },
}

/** A line now and then, for whoever watches it work. */
const progressTo = ({ output }: Invocation): ((progress: MirrorProgress) => void) => {
  let toldMs = Date.now()
  return ({ position, read }) => {
    if (Date.now() - toldMs < PROGRESS_MS || read === 0) return
    toldMs = Date.now()
    output.note(`position ${position}, ${read} events`)
  }
}

const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  eventstoredb_url_invalid: EXIT.usage,
  eventstoredb_unreachable: EXIT.unreachable,
  eventstoredb_refused: EXIT.unreachable,
  event_too_large: EXIT.failed,
  stream_deleted: EXIT.failed,
  stream_diverged: EXIT.failed,
  mirror_ahead: EXIT.failed,
}

const asUserError = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error
  const exitCode = EXIT_CODES[error.code]
  if (exitCode === undefined) return error
  const remedy = 'remedy' in error && typeof error.remedy === 'string' ? { remedy: error.remedy } : {}
  return new UserError({ code: error.code, message: error.message, exitCode, ...remedy, cause: error })
}
