/** `tasker projections list|rebuild|cancel|verify`: how the read models stand, and what may be done about one that is wrong. */
import type { JsonObject } from '../../core/json.js'
import { differenceText } from '../../ports/difference-text.js'
import type {
  ProjectionStatus,
  RebuildPhase,
  RebuildProgress,
  RebuildStatus,
  Verification,
} from '../../ports/projections.js'
import type { Command, Invocation } from '../command.js'
import { EXIT, type ExitCode } from '../exit-code.js'
import { withLog } from '../log-access.js'
import { type ProgressBar, progressBar } from '../progress-bar.js'
import { UserError } from '../user-error.js'

export const projectionsListCommand: Command = {
  name: 'projections list',
  summary: 'list the read models, and how far behind the log they are',
  details:
    'lag: positions of the log that were not looked at yet, and how long the oldest of their events has waited. `serve` and\n' +
    '`dev` project; where none of them runs, a projection stands still. failing: it stands in front of an event that it\n' +
    'cannot take, and leaves none out. outdated: another version of Tasker made its table, which serves until it is rebuilt.\n' +
    'The last column is its last rebuild: how far it is, or how it ended.',
  examples: [{ command: 'tasker projections list', says: 'a line each' }],
  run: (invocation) =>
    withLog(invocation, async ({ projections }) => {
      const { json, output } = invocation
      const all = await projections.list()
      if (json) output.printJson({ projections: all.map(statusAsJson) })
      else output.table([HEADINGS.map(output.paint.dim), ...all.map(rowOf)])
      for (const { name, error, rebuild } of json ? [] : all) {
        if (error !== null)
          output.note(`${name} stands at position ${error.position}: ${error.message} (${error.code})`)
        if (rebuild?.error != null)
          output.note(`the rebuild of ${name}: ${rebuild.error.message} (${rebuild.error.code})`)
      }
      return all.some(({ health }) => health === 'failing' || health === 'stalled') ? EXIT.failed : EXIT.complete
    }),
}

export const projectionsRebuildCommand: Command = {
  name: 'projections rebuild',
  summary: 'fold a read model anew from the log, beside the one that serves, and put it in its place',
  arguments: [{ name: 'NAME' }],
  details:
    'Everything goes on meanwhile: the old one is read until the new one has caught up, and is replaced in one transaction.\n' +
    'Ctrl-C, `projections cancel`, or a crash leaves the old one as it is. With --server it is the server that builds, and\n' +
    'this waits for it: until the new one serves, or the rebuild has failed or was cancelled.',
  examples: [{ command: 'tasker projections rebuild readiness', says: 'with its progress on stderr' }],
  run: (invocation) =>
    withLog(invocation, async ({ projections }) => {
      const { json, output, signal, system } = invocation
      const name = nameIn(invocation)
      const bar = progressBar(system.stderr, output.note)
      const startedMs = Date.now()
      const position = await projections
        .rebuild(name, { signal, onProgress: (progress) => showRebuild(bar, progress, startedMs) })
        .catch(asUserError)
        .finally(() => bar.end())
      const seconds = (Date.now() - startedMs) / 1_000
      if (json) output.printJson({ name, position, seconds })
      else output.print(`${name} was rebuilt up to position ${position} in ${seconds.toFixed(1)} s, and serves`)
      return EXIT.complete
    }),
}

export const projectionsCancelCommand: Command = {
  name: 'projections cancel',
  summary: 'ask whichever process rebuilds a read model to end that; the one that serves is not touched',
  arguments: [{ name: 'NAME' }],
  examples: [{ command: 'tasker projections cancel readiness', says: 'it ends before its next page of events' }],
  run: (invocation) =>
    withLog(invocation, async ({ projections }) => {
      const name = nameIn(invocation)
      await projections.cancelRebuild(name).catch(asUserError)
      if (invocation.json) invocation.output.printJson({ name, cancelled: true })
      else invocation.output.print(`the rebuild of ${name} was asked to end; projections list says when it has`)
      return EXIT.complete
    }),
}

export const projectionsVerifyCommand: Command = {
  name: 'projections verify',
  summary: 'compare a read model, or all of them, with a fresh fold of the log',
  arguments: [{ name: 'NAME', optional: true }],
  details:
    'It is compared as it stands at one moment, while everything goes on. The first row that differs is named, with its\n' +
    'column and both values; `projections rebuild` mends it. Exits with 0 where all agree, else with 1.',
  examples: [
    { command: 'tasker projections verify', says: 'all of them' },
    { command: 'tasker projections verify gates --json', says: 'one, for a program' },
  ],
  run: (invocation) =>
    withLog(invocation, async ({ projections }) => {
      const { json, output, signal, system } = invocation
      const [name] = invocation.arguments.length > 0 ? [nameIn(invocation)] : []
      const bar = progressBar(system.stderr, output.note)
      const onProgress = ({ events, goal }: { readonly events: number; readonly goal: number }): void =>
        bar.show(name ?? 'all of them', events / Math.max(1, goal), `${count(events)} events folded`)
      const asked = { signal, onProgress }
      const comparing =
        name === undefined ? projections.verifyAll(asked) : projections.verify(name, asked).then((one) => [one])
      const found = await comparing.catch(asUserError).finally(() => bar.end())
      if (!json) for (const one of found) output.print(verdictLine(one, output))
      if (json) output.printJson({ projections: found.map(verificationAsJson) })
      else if (found.length === 0) output.print('Nobody has projected yet; serve and dev do.')
      return found.every(({ difference }) => difference === null) ? EXIT.complete : EXIT.failed
    }),
}

/** As in the database; the dashes of other names are understood. */
const nameIn = ({ arguments: [written = ''] }: Invocation): string => written.replaceAll('-', '_')

const HEADINGS = ['name', 'version', 'position', 'lag', 'health', '']

const rowOf = ({ name, version, tableVersion, position, lag, lagMs, health, rebuild }: ProjectionStatus) => [
  name,
  tableVersion === null || tableVersion === version ? `${version}` : `${tableVersion} (this Tasker: ${version})`,
  `${position}`,
  lag === 0 ? '0' : `${lag}, ${(lagMs / 1_000).toFixed(1)} s`,
  health,
  rebuild === null ? '' : rebuildText(rebuild),
]

const rebuildText = ({ state, phase, events, goal, position, error }: RebuildStatus): string => {
  switch (state) {
    case 'running':
    case 'cancelling':
      return `rebuilding: ${count(events)} of about ${count(goal)} events, ${state === 'running' ? PARTS[phase] : 'asked to end'}`
    case 'swapped':
      return `rebuilt up to ${position}`
    case 'cancelled':
      return 'the rebuild was cancelled'
    case 'failed':
      return `the rebuild failed: ${error?.code}`
    default:
      return state satisfies never
  }
}

const PARTS: Readonly<Record<RebuildPhase, string>> = {
  tasks: 'folding every task',
  indexes: 'making indexes',
  log: 'catching up with the log',
  swap: 'taking its place',
}

const showRebuild = (bar: ProgressBar, { phase, events, goal }: RebuildProgress, startedMs: number): void => {
  const seconds = Math.max(0.001, (Date.now() - startedMs) / 1_000)
  bar.show(PARTS[phase], events / Math.max(1, goal), `${count(events)} events, ${count(events / seconds)} a second`)
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

const verdictLine = ({ name, position, rows, difference }: Verification, { paint }: Invocation['output']): string =>
  difference === null
    ? `${paint.green('same')} ${name}: ${count(rows)} rows are the fold of the log up to position ${position}`
    : `${paint.red('differs')} ${name} at position ${position}: ${differenceText(difference)}`

const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  projection_unknown: EXIT.usage,
  projection_absent: EXIT.failed,
  rebuild_under_way: EXIT.failed,
  rebuild_cancelled: EXIT.failed,
  rebuild_lost: EXIT.failed,
  rebuild_failed: EXIT.failed,
  no_rebuild: EXIT.failed,
}

const asUserError = (error: unknown): never => {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error
  const exitCode = EXIT_CODES[error.code] ?? ('position' in error ? EXIT.failed : undefined)
  if (exitCode === undefined) throw error
  throw new UserError({ code: error.code, message: error.message, exitCode, cause: error })
}

const statusAsJson = ({ error, rebuild, ...status }: ProjectionStatus): JsonObject => ({
  ...status,
  error: error === null ? null : { ...error },
  rebuild: rebuild === null ? null : { ...rebuild, error: rebuild.error === null ? null : { ...rebuild.error } },
})

const verificationAsJson = ({ difference, ...verification }: Verification): JsonObject => ({
  ...verification,
  same: difference === null,
  difference: difference === null ? null : JSON.parse(JSON.stringify(difference)),
})
