/** Rules about what stands in a file of code. Each takes one source and returns what is wrong with it, with its line. */
import { lineAt, type Source } from './source.js'

export type Rule = (source: Source) => ReadonlyArray<string>

const inFolders = (source: Source, folders: ReadonlyArray<string>): boolean =>
  folders.some((folder) => source.path.startsWith(`${folder}/`))

const found = (source: Source, pattern: RegExp, says: (match: string) => string): ReadonlyArray<string> =>
  [...source.code.matchAll(pattern)].map(
    (match) => `${source.path}:${lineAt(source.code, match.index)}: ${says(match[0].trim())}`,
  )

/** What the core must not know: time, chance, the process and the outside. */
const IMPURE =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|(?<![\w.$'])(?:process|performance|setTimeout|setInterval|setImmediate|queueMicrotask|fetch|crypto|globalThis|require)\b(?!\s*[:?])(?=\s*[.(])/g

export const pureCore: Rule = (source) =>
  inFolders(source, ['src/core']) ? found(source, IMPURE, (match) => `the core may not use ${match}`) : []

const CAST = /(?<=[\w)\]}'"`] )as\s+(?!const\b)[\w{[(]/g

/** `as` in an import or export only renames. */
export const uncastCore: Rule = (source) =>
  inFolders(source, ['src/core'])
    ? found({ ...source, code: withoutImports(source.code) }, CAST, () => 'the core may not cast with `as`')
    : []

const withoutImports = (code: string): string =>
  code.replace(/^(?:import|export)\b(?:\s+type\b)?\s*(?:\*|\{)[^;'"]*?(?:from\s*['"])/gm, (part) =>
    part.replace(/[^\n]/g, ' '),
  )

const STATEMENT =
  /^\s*(?:select\s[\s\S]*\b(?:from|as)\b|select\s+\S+\(|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|truncate\s|(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:table|database|schema|index|unique|function|type|role|view|extension|trigger|sequence)\b|with\s+\w+\s+as\s*\(|(?:un)?listen\s+["\w]+\s*$|notify\s+["\w]+|set\s+local\s)/i
const TRANSACTION = /^\s*(?:begin|start transaction|commit|rollback)\b/i

/** A database's name cannot be a parameter; scripts that make one for themselves may say so. */
const ONES_OWN_DATABASE = /^\s*(?:create|drop)\s+database\b/i

/** Tests may say what they want to know of a database in its own words. */
export const noStatementsInCode: Rule = (source) => {
  if (source.path.startsWith('test/')) return []
  const lines = source.code.split('\n')
  return source.texts
    .filter(({ line, value }) => {
      if (source.path.startsWith('scripts/') && ONES_OWN_DATABASE.test(value)) return false
      const isAsked = /\bquery\s*\(/.test(lines[line - 1] ?? '')
      return STATEMENT.test(value) || (isAsked && TRANSACTION.test(value))
    })
    .map(({ line, value }) => `${source.path}:${line}: SQL belongs in a .sql file: ${value.trim().slice(0, 40)}`)
}

export const noConsole: Rule = (source) =>
  inFolders(source, ['src/cli', 'scripts', 'test'])
    ? []
    : found(source, /\bconsole\.\w+/g, (match) => `${match} outside the command line`)

/** A double cast needs its reason beside it. */
export const explainedCasts: Rule = (source) => {
  if (source.path.startsWith('test/')) return []
  const lines = source.text.split('\n')
  return [...source.code.matchAll(/\bas\s+unknown\s+as\b/g)].flatMap((match) => {
    const line = lineAt(source.code, match.index)
    const around = lines.slice(Math.max(0, line - 8), line).join('\n')
    return /\/\/|\*\//.test(around) ? [] : [`${source.path}:${line}: \`as unknown as\` without its reason`]
  })
}

const SLEEP = /\bsetTimeout\s*\(\s*(?:resolve|done|r|ok|_)\b|=>\s*setTimeout\s*\(/g

/** Only what polls for an observed state may wait for time to pass; a clock that calls back is no sleep. */
export const noSleeps =
  (mayPoll: ReadonlyArray<string>): Rule =>
  (source) => {
    if (!source.path.startsWith('test/') || mayPoll.includes(source.path)) return []
    const says = 'a test may not sleep: wait for a signal or an observed state'
    const imported = source.imports.filter(({ from }) => from === 'node:timers/promises')
    return [...found(source, SLEEP, () => says), ...imported.map(({ line }) => `${source.path}:${line}: ${says}`)]
  }

export const opensWithWords: Rule = (source) =>
  source.path.startsWith('test/') || /^(?:#![^\n]*\n)?\/\*\*/.test(source.text)
    ? []
    : [`${source.path}:1: a file opens with what it is`]

const BANNED_NAMES = /(?:^|\/)(?:types|utils?|helpers?|interfaces|index|common|misc|constants)\.tsx?$/

export const namedForItsNoun: Rule = ({ path }) => [
  ...(BANNED_NAMES.test(path) ? [`${path}: a name that says nothing; name it for what it is`] : []),
  ...(/^[a-z0-9./-]+$/.test(path) ? [] : [`${path}: names are kebab-case`]),
]

export const MAX_LINES = 300
export const MAX_FUNCTION_LINES = 60

/** The length of every file that is too long. */
export const longFiles = (source: Source): ReadonlyArray<{ readonly name: string; readonly lines: number }> => {
  // A list of named numbers is no code, and it has to be one list.
  if (source.path === 'src/core/limits.ts') return []
  const lines = source.text.trimEnd().split('\n').length
  return lines > MAX_LINES ? [{ name: source.path, lines }] : []
}

/** Every function that is too long, by file and the first line of it. */
export const longFunctions = (source: Source): ReadonlyArray<{ readonly name: string; readonly lines: number }> => {
  // A contract is one function by nature: the suite of a port.
  if (source.path.endsWith('contract.ts')) return []
  const opened: Array<{ readonly line: number; readonly isFunction: boolean }> = []
  const long: Array<{ name: string; lines: number }> = []
  let line = 1
  for (let at = 0; at < source.code.length; at++) {
    const character = source.code[at]
    if (character === '\n') line += 1
    else if (character === '{') opened.push({ line, isFunction: beginsFunction(source.code, at) })
    else if (character === '}') {
      const start = opened.pop()
      const lines = start === undefined ? 0 : line - start.line + 1
      if (start?.isFunction === true && lines > MAX_FUNCTION_LINES) {
        long.push({ name: `${source.path}: ${nameAt(source.text, start.line)}`, lines })
      }
    }
  }
  return long
}

const CONTROL = /\b(?:if|for|while|switch|catch|with|await)\s*$/

/** After an arrow, or after a parameter list (with its return type) that no control word precedes. */
const beginsFunction = (code: string, brace: number): boolean => {
  const before = code.slice(Math.max(0, brace - 400), brace).trimEnd()
  if (before.endsWith('=>')) return true
  const signature = /\)(?:\s*:\s*[\w<>[\],.|&\s]+)?$/.exec(before)
  if (signature === null) return false
  let depth = 0
  for (let at = signature.index; at >= 0; at--) {
    if (before[at] === ')') depth += 1
    else if (before[at] === '(') depth -= 1
    if (depth === 0) return !CONTROL.test(before.slice(0, at))
  }
  return false
}

/** What the line says first that can serve as a name: `const name`, `name(`, or the words of a test. */
const nameAt = (text: string, line: number): string => {
  const lines = text.split('\n')
  for (let at = line - 1; at >= 0 && at > line - 12; at--) {
    const written = lines[at] ?? ''
    const name = /(?:const|function|class)\s+(\w+)/.exec(written) ?? /^\s*(?:async\s+)?(\w+)\s*[(:]/.exec(written)
    if (name?.[1] !== undefined) return name[1]
  }
  return `line ${line}`
}
