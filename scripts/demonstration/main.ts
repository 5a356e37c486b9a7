/** `./scripts/demo`: reads the flags, starts the database, demonstrates, tells and keeps what came of it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { anthropicPlanner } from '../../src/planner/anthropic.js'
import { type DemoDatabase, openDemoDatabase } from './demo-database.js'
import { type Demonstrated, demonstrate } from './demonstration.js'
import { type Options, readOptions, USAGE } from './options.js'

const EXIT = { complete: 0, failed: 1, usage: 2, unreachable: 4, interrupted: 130 }

const main = async (argv: ReadonlyArray<string>): Promise<number> => {
  const options = readOptions(argv, process.env)
  if (E.isLeft(options)) {
    process.stderr.write(`demo: ${options.left}\n\n${USAGE}\n`)
    return EXIT.usage
  }
  if (options.right.help) {
    say([USAGE])
    return EXIT.complete
  }
  const begun = performance.now()
  const dataDir = resolve(process.env.TASKER_DATA_DIR || '.tasker')
  const stop = stopOnSignals()
  say(introduction(options.right))
  let database: DemoDatabase
  try {
    database = await openDemoDatabase(dataDir)
  } catch (error) {
    process.stderr.write(`demo: ${messageOf(error)}\n`)
    return stop.aborted ? EXIT.interrupted : EXIT.unreachable
  }
  try {
    if (stop.aborted) return EXIT.interrupted
    const told = { already: false }
    const tellOnce = async (demonstrated: Demonstrated): Promise<void> => {
      told.already = true
      await tell(demonstrated, join(dataDir, 'demo'))
      const seconds = ((performance.now() - begun) / 1000).toFixed(1)
      say(['', `${seconds} s in all; the task took ${secondsOf(demonstrated)} s.`])
    }
    const demonstrated = await demonstrate({
      databaseUrl: database.url,
      ...plannerOf(options.right),
      screen: process.stderr,
      signal: stop,
      say,
      ...(options.right.serve ? { serve: leftUp(stop, tellOnce) } : {}),
    })
    if (told.already) return exitOf(demonstrated)
    if (stop.aborted) {
      say([`Stopped: task ${demonstrated.taskId} is ${demonstrated.result.status}.`])
      return EXIT.interrupted
    }
    await tellOnce(demonstrated)
    return exitOf(demonstrated)
  } finally {
    await database.close()
  }
}

/** Told while it is up; it stays up until somebody stops it. */
const leftUp =
  (stop: AbortSignal, tellOf: (demonstrated: Demonstrated) => Promise<void>) =>
  async (demonstrated: Demonstrated, page: string): Promise<void> => {
    await tellOf(demonstrated)
    say([`The dashboard shows it: ${page} (stop it with Ctrl-C)`])
    if (!stop.aborted) await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()))
  }

const say = (lines: ReadonlyArray<string>): void => {
  process.stdout.write(`${lines.join('\n')}\n`)
}

const introduction = ({ planner }: Options): ReadonlyArray<string> => [
  'How did life expectancy change in each world region from 1955 to 2005, weighted by population?',
  planner === 'anthropic'
    ? 'Claude plans the steps; the engine validates each plan and runs it on the real data.'
    : 'There is no ANTHROPIC_API_KEY, so recorded answers stand in for Claude; they are proposed, validated and run like any.',
  '',
]

const plannerOf = (options: Options) => {
  if (options.planner === 'recorded') return {}
  const model = process.env.TASKER_PLANNER_MODEL
  return {
    planner: anthropicPlanner({ apiKey: process.env.ANTHROPIC_API_KEY ?? '' }),
    ...(model === undefined || model === '' ? {} : { plannerModel: model }),
  }
}

/** Writes the account to the terminal and to files, the files first: their names stand in what is told. */
const tell = async ({ taskId, result, account }: Demonstrated, folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  const keep = async (name: string, text: string): Promise<string> => {
    const file = join(folder, name)
    await writeFile(file, text)
    return relative(process.cwd(), file)
  }
  say(account.reportLines)
  if (account.report !== undefined && account.chart !== undefined) {
    const chart = await keep('life-expectancy.svg', account.chart)
    const report = await keep('report.json', `${JSON.stringify(account.report, null, 2)}\n`)
    say(['', `  The chart: ${chart}`, `  The numbers: ${report}`])
  }
  say(account.storyLines)
  const story = await keep('story.txt', `${[...account.reportLines, ...account.storyLines].join('\n')}\n`)
  say(['', `Task ${taskId} is ${result.status}. Its story is kept in ${story}.`])
  if (result.error !== null) say([`What stopped it: ${result.error.step ?? 'the task'}: ${result.error.message}`])
}

const secondsOf = ({ took }: Demonstrated): string => (took / 1000).toFixed(1)

const exitOf = ({ result, account }: Demonstrated): number =>
  result.status === 'complete' && account.report !== undefined ? EXIT.complete : EXIT.failed

/** The first signal stops in good order; further ones change nothing, for Postgres is being stopped already. */
const stopOnSignals = (): AbortSignal => {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) process.stderr.write('\nStopping …\n')
      controller.abort()
    })
  }
  return controller.signal
}

const UNREACHABLE = ['log_unreachable', 'queue_unreachable', 'queue_refused']

const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && UNREACHABLE.includes(String(error.code))

/** What happened and, where the error says so, how it is mended. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return 'remedy' in error ? `${error.message}; ${error.remedy}` : error.message
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = isUnreachable(error) ? EXIT.unreachable : EXIT.failed
}
