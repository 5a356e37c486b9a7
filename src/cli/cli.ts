/**
 * The frame of the command line: finds the command, parses its arguments, gives it the configuration, and tells every
 * error in one shape. It resolves with the exit code and never ends the process itself.
 */
import { inspect } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { findCommand, type ParsedArguments, parseFor } from './arguments.js'
import type { Command, Invocation } from './command.js'
import { type Config, loadConfig } from './config/config.js'
import { didYouMean } from './did-you-mean.js'
import { type ErrorReport, reportAsJson, reportLines, reportOf } from './error-report.js'
import { EXIT } from './exit-code.js'
import { CONFIG_OPTIONS } from './global-options.js'
import { commandHelp, groupHelp, overallHelp } from './help.js'
import { loggerTo } from './logger.js'
import { type Output, outputTo } from './output.js'
import type { System } from './system.js'
import { asUserError, type UserError, usageError } from './user-error.js'

/** Runs one command line. `argv` is without the program's name. */
export const runCli = async (
  argv: ReadonlyArray<string>,
  system: System,
  commands: ReadonlyArray<Command>,
): Promise<number> => {
  const output = outputTo(system.stdout, system.stderr, system.environment)
  const { command, words, rest } = findCommand(argv, commands)
  try {
    if (command === undefined) return answerWithoutCommand(words, argv, commands, output, system)
    const parsed = parseFor(command, rest)
    if (parsed.values.help !== undefined) {
      output.print(commandHelp(command, output))
      return EXIT.complete
    }
    return await command.run(invocationOf(command, parsed, output, system))
  } catch (error) {
    return tell(error, command, argv, output, system)
  }
}

const answerWithoutCommand = (
  words: ReadonlyArray<string>,
  argv: ReadonlyArray<string>,
  commands: ReadonlyArray<Command>,
  output: Output,
  system: System,
): number => {
  const [first] = words
  if (first === undefined && argv.includes('--version')) {
    output.print(system.version)
    return EXIT.complete
  }
  const help = argv.includes('--help') || argv.includes('-h')
  if (first === undefined || (first === 'help' && words.length === 1)) {
    const text = overallHelp(commands, system.version, output)
    if (help || first === 'help') output.print(text)
    else output.note(text)
    return help || first === 'help' ? EXIT.complete : EXIT.usage
  }
  if (words.length === 1 && commands.some(({ name }) => name.startsWith(`${first} `))) {
    const text = groupHelp(first, commands, output)
    if (help) output.print(text)
    else output.note(text)
    return help ? EXIT.complete : EXIT.usage
  }
  const spoken = words.join(' ')
  const names = commands.map(({ name }) => name)
  const meant = didYouMean(spoken, names) ?? didYouMean(first, names)
  throw usageError(
    `there is no command "${spoken}"${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    'see tasker --help',
  )
}

const invocationOf = (command: Command, parsed: ParsedArguments, output: Output, system: System): Invocation => {
  const texts = (name: string): ReadonlyArray<string> =>
    (parsed.values[name] ?? []).filter((value) => typeof value === 'string')
  const loaded = loadConfig({
    flags: Object.fromEntries(Object.keys(CONFIG_OPTIONS).map((name) => [name, texts(name)])),
    environment: system.environment,
    cwd: system.cwd,
    defaults: system.defaults,
  })
  return {
    command,
    arguments: parsed.positionals,
    option: (name) => texts(name)[0],
    options: texts,
    has: (name) => parsed.values[name] !== undefined,
    json: parsed.values.json !== undefined,
    config: () => orThrow(loaded),
    logger: loggerTo(system.stderr, E.isRight(loaded) ? loaded.right.logLevel : 'info', system.environment),
    output,
    system,
    signal: system.signal,
  }
}

const orThrow = (loaded: E.Either<UserError, Config>): Config => {
  if (E.isLeft(loaded)) throw loaded.left
  return loaded.right
}

const tell = (
  error: unknown,
  command: Command | undefined,
  argv: ReadonlyArray<string>,
  output: Output,
  system: System,
): number => {
  const known = asUserError(error)
  const report = withHelp(reportOf(error), command)
  if (argv.includes('--json')) {
    output.printJson(command?.errorAsJson?.(report) ?? { error: reportAsJson(report) })
  }
  for (const line of reportLines(report, output.paintNote)) output.note(line)
  if (known !== undefined) return known.exitCode
  if (wantsDebug(argv, system)) output.note(inspect(error))
  else output.note('  this is a fault of Tasker; --log-level debug prints its stack')
  return EXIT.failed
}

/** Whoever used a command wrongly is shown the way to its help. */
const withHelp = (report: ErrorReport, command: Command | undefined): ErrorReport =>
  report.code !== 'usage' || report.remedy !== undefined || command === undefined
    ? report
    : { ...report, remedy: `see tasker ${command.name} --help` }

/** Asked of the command line itself: what failed may be the reading of it. */
const wantsDebug = (argv: ReadonlyArray<string>, system: System): boolean => {
  const at = argv.indexOf('--log-level')
  return (
    system.environment.TASKER_LOG_LEVEL === 'debug' ||
    argv.includes('--log-level=debug') ||
    (at !== -1 && argv[at + 1] === 'debug')
  )
}
