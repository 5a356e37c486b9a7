/** Completion for bash, as a script that needs nothing but bash itself. */
import type { Command } from '../command.js'
import { GLOBAL_OPTIONS } from '../global-options.js'
import { firstWords, groupsOf, ownFlags, type ValueKind, valueFlags } from './words.js'

export const bashScript = (commands: ReadonlyArray<Command>): string => `# tasker completion bash
_tasker() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  local -a plain=()
  local i word skip=0
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((skip)); then skip=0; continue; fi
    case $word in
      ${[...valueFlags(commands).keys()].join(' | ')}) skip=1 ;;
      -*) ;;
      *) plain+=("$word") ;;
    esac
  done
  COMPREPLY=()
  case $prev in
${valueCases(commands)}
  esac
  local flags="${Object.keys(GLOBAL_OPTIONS)
    .map((name) => `--${name}`)
    .join(' ')}"
  case "\${plain[0]:-} \${plain[1]:-}" in
${flagCases(commands)}
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    return
  fi
  case \${#plain[@]} in
    0) COMPREPLY=($(compgen -W "${wordsOf(firstWords(commands))}" -- "$cur")); return ;;
    1)
      case \${plain[0]} in
${[...groupsOf(commands)].map(([group, words]) => `        ${group}) COMPREPLY=($(compgen -W "${wordsOf(words)}" -- "$cur")); return ;;`).join('\n')}
      esac
      ;;
  esac
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _tasker tasker
`

const wordsOf = (offered: ReadonlyArray<{ readonly word: string }>): string => offered.map(({ word }) => word).join(' ')

/** A command of one word first looks as its group would: the more exact pattern stands first. */
const flagCases = (commands: ReadonlyArray<Command>): string =>
  commands
    .filter((command) => Object.keys(ownFlags(command)).length > 0)
    .sort((left, right) => right.name.split(' ').length - left.name.split(' ').length)
    .map((command) => {
      const flags = Object.keys(ownFlags(command)).map((name) => `--${name}`)
      const pattern = command.name.includes(' ') ? `"${command.name}"` : `"${command.name} "*`
      return `    ${pattern}) flags+=" ${flags.join(' ')}" ;;`
    })
    .join('\n')

const valueCases = (commands: ReadonlyArray<Command>): string =>
  [...valueFlags(commands)].map(([flag, kind]) => `    ${flag}) ${completing(kind)}; return ;;`).join('\n')

const completing = (value: ValueKind): string => {
  switch (value.kind) {
    case 'file':
      return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))'
    case 'folder':
      return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur"))'
    case 'words':
      return `COMPREPLY=($(compgen -W "${value.words.join(' ')}" -- "$cur"))`
    case 'text':
      return ':'
    default:
      return value satisfies never
  }
}
