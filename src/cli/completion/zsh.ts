/** Completion for zsh, with what each word and flag means beside it. */
import type { Command, Options } from '../command.js'
import { GLOBAL_OPTIONS } from '../global-options.js'
import { firstWords, groupsOf, type Offered, ownFlags, valueFlags } from './words.js'

export const zshScript = (commands: ReadonlyArray<Command>): string => `#compdef tasker
# tasker completion zsh
_tasker() {
  local -a plain offered
  local word skip=0
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if (( skip )); then skip=0; continue; fi
    case $word in
      ${[...valueFlags(commands).keys()].join('|')}) skip=1 ;;
      -*) ;;
      *) plain+=("$word") ;;
    esac
  done
  case $words[CURRENT-1] in
${[...valueFlags(commands)]
  .map(([flag, value]) => {
    if (value.kind === 'words') return `    ${flag}) compadd -- ${value.words.join(' ')}; return ;;`
    if (value.kind === 'text') return `    ${flag}) return ;;`
    return `    ${flag}) _files${value.kind === 'folder' ? ' -/' : ''}; return ;;`
  })
  .join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    offered=(${listOf(described(GLOBAL_OPTIONS))})
    case "\${plain[1]:-} \${plain[2]:-}" in
${flagCases(commands)}
    esac
    _describe -o 'flag' offered
    return
  fi
  case $#plain in
    0) offered=(${listOf(firstWords(commands))}); _describe 'command' offered; return ;;
    1)
      case $plain[1] in
${[...groupsOf(commands)].map(([group, words]) => `        ${group}) offered=(${listOf(words)}); _describe 'command' offered; return ;;`).join('\n')}
      esac
      ;;
  esac
  _files
}
if [[ $funcstack[1] == _tasker ]]; then _tasker "$@"; else compdef _tasker tasker; fi
`

const flagCases = (commands: ReadonlyArray<Command>): string =>
  commands
    .filter((command) => Object.keys(ownFlags(command)).length > 0)
    .sort((left, right) => right.name.split(' ').length - left.name.split(' ').length)
    .map((command) => {
      const pattern = command.name.includes(' ') ? `"${command.name}"` : `"${command.name} "*`
      return `      ${pattern}) offered+=(${listOf(described(ownFlags(command)))}) ;;`
    })
    .join('\n')

const described = (options: Options): ReadonlyArray<Offered> =>
  Object.entries(options).map(([name, { summary }]) => ({ word: `--${name}`, says: summary }))

/** `'word:what it means'`; a colon parts both, and a quote ends the text. */
const listOf = (offered: ReadonlyArray<Offered>): string =>
  offered.map(({ word, says }) => `'${word.replaceAll(':', '\\:')}:${says.replaceAll("'", "'\\''")}'`).join(' ')
