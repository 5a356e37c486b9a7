/** Completion for fish: one line a word or a flag, each with what it means. */
import type { Command, Options } from '../command.js'
import { GLOBAL_OPTIONS } from '../global-options.js'
import { firstWords, groupsOf, ownFlags, type ValueKind, valueFlags, valueKind } from './words.js'

export const fishScript = (commands: ReadonlyArray<Command>): string =>
  [
    '# tasker completion fish',
    HELPERS.replace('VALUE_FLAGS', [...valueFlags(commands).keys()].join(' ')),
    'complete -c tasker -f',
    ...firstWords(commands).map(
      ({ word, says }) => `complete -c tasker -n "__tasker_words 0" -a ${word} -d ${quoted(says)}`,
    ),
    ...[...groupsOf(commands)].flatMap(([group, words]) =>
      words.map(({ word, says }) => `complete -c tasker -n "__tasker_words 1 ${group}" -a ${word} -d ${quoted(says)}`),
    ),
    ...flagLines(GLOBAL_OPTIONS, ''),
    ...commands.flatMap((command) => flagLines(ownFlags(command), ` -n "__tasker_is ${command.name}"`)),
    ...commands
      .filter(({ arguments: wanted = [] }) => wanted.some(({ name }) => /\.(?:ya?ml|json)|FILE|BUNDLE/.test(name)))
      .map(({ name }) => `complete -c tasker -n "__tasker_is ${name}" -F`),
    '',
  ].join('\n')

const flagLines = (options: Options, where: string): ReadonlyArray<string> =>
  Object.entries(options).map(([name, option]) => {
    const takes = option.type === 'string' ? ` ${takesOf(valueKind(name, option))}` : ''
    return `complete -c tasker${where} -l ${name}${takes} -d ${quoted(option.summary)}`
  })

const HELPERS = `function __tasker_plain
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip -eq 1
      set skip 0
    else if contains -- $word VALUE_FLAGS
      set skip 1
    else if not string match -q -- '-*' $word
      echo $word
    end
  end
end
function __tasker_words
  set -l plain (__tasker_plain)
  test (count $plain) -eq $argv[1]; or return 1
  test (count $argv) -eq 1; or test "$plain[1]" = "$argv[2]"
end
function __tasker_is
  set -l plain (__tasker_plain)
  set -l many (count $argv)
  test (count $plain) -ge $many; or return 1
  test "$plain[1..$many]" = "$argv"
end`

const takesOf = (value: ValueKind): string => {
  switch (value.kind) {
    case 'file':
      return '-r -F'
    case 'folder':
      return "-x -a '(__fish_complete_directories)'"
    case 'words':
      return `-x -a '${value.words.join(' ')}'`
    case 'text':
      return '-x'
    default:
      return value satisfies never
  }
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
