/** What a shell may offer after what stands on a command line: made of the table of commands, and of nothing else. */
import type { Command, OptionDefinition, Options } from '../command.js'
import { GLOBAL_OPTIONS } from '../global-options.js'

export interface Offered {
  readonly word: string
  readonly says: string
}

/** How a value is completed: from the files, from the folders, from a few words, or not at all. */
export type ValueKind =
  | { readonly kind: 'file' | 'folder' | 'text' }
  | { readonly kind: 'words'; readonly words: ReadonlyArray<string> }

const WORDS: Readonly<Record<string, ReadonlyArray<string>>> = {
  'log-level': ['debug', 'info', 'warn', 'error'],
  format: ['mermaid', 'svg'],
  planner: ['anthropic', 'openai', 'recorded:', 'rules:'],
  'catch-up': ['skip', 'last', 'all'],
}

export const valueKind = (name: string, { value = '' }: OptionDefinition): ValueKind => {
  const words = WORDS[name]
  if (words !== undefined) return { kind: 'words', words }
  if (value === 'FOLDER') return { kind: 'folder' }
  return { kind: /FILE|MODULE|\.(?:json|ya?ml)$|^JSON$/.test(value) ? 'file' : 'text' }
}

/** Flags of one command alone; those of all commands are `GLOBAL_OPTIONS`. */
export const ownFlags = ({ options = {} }: Command): Options => options

/** First words of commands: a command's whole name, or that of its group. */
export const firstWords = (commands: ReadonlyArray<Command>): ReadonlyArray<Offered> => {
  const words = new Map<string, string>()
  for (const { name, summary } of commands) {
    const [first = '', second] = name.split(' ')
    if (second === undefined || !words.has(first))
      words.set(first, second === undefined ? summary : groupText(first, commands))
  }
  return [...words].map(([word, says]) => ({ word, says }))
}

export const groupsOf = (commands: ReadonlyArray<Command>): ReadonlyMap<string, ReadonlyArray<Offered>> => {
  const groups = new Map<string, Offered[]>()
  for (const { name, summary } of commands) {
    const [first = '', second] = name.split(' ')
    if (second === undefined) continue
    groups.set(first, [...(groups.get(first) ?? []), { word: second, says: summary }])
  }
  return groups
}

const groupText = (group: string, commands: ReadonlyArray<Command>): string =>
  commands
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name }) => name.slice(group.length + 1))
    .join(', ')

/** All flags that take a value, of whichever command: what follows one of them is no word of a command. */
export const valueFlags = (commands: ReadonlyArray<Command>): ReadonlyMap<string, ValueKind> => {
  const flags = new Map<string, ValueKind>()
  for (const options of [GLOBAL_OPTIONS, ...commands.map(({ options = {} }) => options)]) {
    for (const [name, option] of Object.entries(options)) {
      if (option.type === 'string') flags.set(`--${name}`, valueKind(name, option))
    }
  }
  return flags
}
