/** The help: of the whole, of a group of commands, of one command with its flags and examples. */

import { wrappedColumns } from './columns.js'
import type { Command, Options } from './command.js'
import { GLOBAL_OPTIONS } from './global-options.js'
import type { Output } from './output.js'

/** As wide as the terminal; undefined where there is none. */
type Width = number | undefined

export const overallHelp = (
  commands: ReadonlyArray<Command>,
  version: string,
  { paint, width }: Pick<Output, 'paint' | 'width'>,
): string =>
  [
    `tasker ${version}: durable workflows in which a language model plans and the system executes`,
    '',
    `${paint.bold('Usage')}  tasker COMMAND [ARGUMENTS] [FLAGS]`,
    '',
    paint.bold('Commands'),
    ...wrappedColumns(
      commands.map((command) => [command.name, command.summary]),
      width,
    ),
    '',
    paint.bold('Flags of every command'),
    ...flagLines(GLOBAL_OPTIONS, width),
    '',
    'Exit codes: 0 complete or valid; 1 failed, cancelled, blocked or invalid; 2 bad input or usage;',
    '3 waits for people; 4 database, queue or server unreachable.',
    '`tasker COMMAND --help` shows a command with examples.',
  ].join('\n')

export const groupHelp = (
  group: string,
  commands: ReadonlyArray<Command>,
  { paint, width }: Pick<Output, 'paint' | 'width'>,
): string =>
  [
    paint.bold(`tasker ${group}`),
    ...wrappedColumns(
      commands
        .filter((command) => command.name.startsWith(`${group} `))
        .map((command) => [command.name, command.summary]),
      width,
    ),
  ].join('\n')

export const commandHelp = (command: Command, { paint, width }: Pick<Output, 'paint' | 'width'>): string =>
  [
    command.summary,
    '',
    `${paint.bold('Usage')}  ${usageOf(command)}`,
    ...(command.details === undefined ? [] : ['', command.details]),
    ...(command.options === undefined ? [] : ['', paint.bold('Flags'), ...flagLines(command.options, width)]),
    '',
    paint.bold('Examples'),
    ...command.examples.flatMap((example) => [`  ${example.command}`, paint.dim(`      ${example.says}`)]),
    '',
    paint.dim('`tasker --help` lists the flags that every command has.'),
  ].join('\n')

export const usageOf = (command: Command): string => {
  const words = (command.arguments ?? []).map((argument) => {
    const name = argument.repeatable === true ? `${argument.name}…` : argument.name
    return argument.optional === true ? `[${name}]` : name
  })
  return ['tasker', command.name, ...words, '[FLAGS]'].join(' ')
}

const flagLines = (options: Options, width: Width): ReadonlyArray<string> =>
  wrappedColumns(
    Object.entries(options).map(([name, option]) => {
      const short = option.short === undefined ? '' : `-${option.short}, `
      return [`${short}--${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.summary]
    }),
    width,
  )
