/**
 * Reads a command line. Closed: a flag that nobody knows, one without its value, an argument too many or too few is a
 * usage error that says what was probably meant.
 */
import { parseArgs } from 'node:util'
import type { Command, Options } from './command.js'
import { didYouMean } from './did-you-mean.js'
import { GLOBAL_OPTIONS } from './global-options.js'
import { usageError } from './user-error.js'

export interface ParsedArguments {
  readonly values: Readonly<Record<string, ReadonlyArray<string | boolean>>>
  readonly positionals: ReadonlyArray<string>
}

/** Where the command's name stands, and the command line without it. */
export interface Named {
  readonly command: Command | undefined
  /** The words that were taken for its name. */
  readonly words: ReadonlyArray<string>
  readonly rest: ReadonlyArray<string>
}

/** Finds the command. Global flags may stand before it. */
export const findCommand = (argv: ReadonlyArray<string>, commands: ReadonlyArray<Command>): Named => {
  let start = 0
  while (start < argv.length && (argv[start] ?? '').startsWith('-')) start += takesNext(argv[start] ?? '') ? 2 : 1
  const [first, second] = [argv[start], argv[start + 1]]
  if (first === undefined) return { command: undefined, words: [], rest: argv }
  const named = (name: string): Command | undefined => commands.find((command) => command.name === name)
  const two = second === undefined ? undefined : named(`${first} ${second}`)
  const command = two ?? named(first)
  const length = two === undefined ? 1 : 2
  const isGroup = commands.some(({ name }) => name.startsWith(`${first} `))
  const spoken = command === undefined && isGroup && second !== undefined && !second.startsWith('-') ? 2 : length
  return {
    command,
    words: argv.slice(start, start + spoken),
    rest: [...argv.slice(0, start), ...argv.slice(start + spoken)],
  }
}

const takesNext = (flag: string): boolean => {
  const name = flag.replace(/^--/, '')
  return Object.hasOwn(GLOBAL_OPTIONS, name) && GLOBAL_OPTIONS[name]?.type === 'string'
}

export const parseFor = (command: Command, rest: ReadonlyArray<string>): ParsedArguments => {
  const options: Options = { ...GLOBAL_OPTIONS, ...command.options }
  const { tokens } = parseArgs({ args: [...rest], options: forNode(options), strict: false, tokens: true })
  const values: Record<string, Array<string | boolean>> = {}
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option === undefined) throw unknownFlag(token.rawName, command, options)
    const value = givenValue(token, option.type)
    const given = values[token.name] ?? []
    values[token.name] = given
    if (given.length > 0 && option.multiple !== true && option.type === 'string') {
      throw usageError(`${token.rawName} is given twice`)
    }
    given.push(value)
  }
  if (values.help === undefined) refuseCount(command, positionals)
  return { values, positionals }
}

const forNode = (options: Options): Record<string, { type: 'string' | 'boolean'; multiple: boolean; short?: string }> =>
  Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [
      name,
      { type, multiple: true, ...(short === undefined ? {} : { short }) },
    ]),
  )

interface OptionToken {
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

const givenValue = (token: OptionToken, type: 'string' | 'boolean'): string | boolean => {
  if (type === 'boolean') {
    if (token.value !== undefined) throw usageError(`${token.rawName} takes no value`)
    return true
  }
  const swallowed = token.inlineValue !== true && token.value?.startsWith('--') === true
  if (token.value === undefined || swallowed) throw usageError(`${token.rawName} needs a value`)
  return token.value
}

const unknownFlag = (written: string, command: Command, options: Options): Error => {
  const meant = didYouMean(
    written,
    Object.keys(options).map((name) => `--${name}`),
  )
  return usageError(
    `tasker ${command.name} has no flag ${written}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    `see tasker ${command.name} --help`,
  )
}

const refuseCount = (command: Command, positionals: ReadonlyArray<string>): void => {
  const wanted = command.arguments ?? []
  const missing = wanted.slice(positionals.length).find((argument) => argument.optional !== true)
  const remedy = `see tasker ${command.name} --help`
  if (missing !== undefined) throw usageError(`tasker ${command.name} needs ${missing.name}`, remedy)
  const last = wanted.at(-1)
  if (last?.repeatable === true || positionals.length <= wanted.length) return
  throw usageError(`tasker ${command.name} does not take "${positionals[wanted.length] ?? ''}"`, remedy)
}
