/**
 * The sources as the rules see them: code with comments and the insides of texts blanked out (a rule must not trip over
 * a word in a sentence), the texts by themselves, and the imports. A scanner of tokens, not a parser: fast enough to
 * read the whole tree each time, and exact about where code ends and text begins.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Source {
  /** From the root of the package. */
  readonly path: string
  readonly text: string
  /** As long as the text; what is no code is spaces, line ends are kept. */
  readonly code: string
  readonly texts: ReadonlyArray<{ readonly line: number; readonly value: string }>
  readonly imports: ReadonlyArray<Import>
}

export interface Import {
  readonly line: number
  readonly from: string
  readonly typeOnly: boolean
}

export const CODE_FOLDERS = ['src', 'catalog', 'projections', 'scripts', 'test']

/** The example is a user's, with dependencies of its own. */
const A_PROJECT_OF_ITS_OWN = 'test/example/'

export const readSources = (root: string): ReadonlyArray<Source> =>
  CODE_FOLDERS.flatMap((folder) => filesIn(root, folder))
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith(A_PROJECT_OF_ITS_OWN))
    .map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8')))

export const filesIn = (root: string, folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true, encoding: 'utf8' })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort()
  } catch {
    return []
  }
}

export const sourceOf = (path: string, text: string): Source => {
  const { code, texts } = scan(text)
  return { path, text, code, texts, imports: importsOf(text, code) }
}

export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

const IMPORT = /\b(?:(import|export)\b(\s+type\b)?[^;'"]*?\bfrom\s*|import\s*\(?\s*)(['"])/g

const importsOf = (text: string, code: string): ReadonlyArray<Import> =>
  [...code.matchAll(IMPORT)].map((match) => {
    const start = match.index + match[0].length
    return {
      line: lineAt(text, start),
      from: text.slice(start, text.indexOf(match[3] ?? "'", start)),
      typeOnly: match[2] !== undefined,
    }
  })

interface Scanned {
  readonly code: string
  readonly texts: ReadonlyArray<{ readonly line: number; readonly value: string }>
}

/** A slash begins a pattern where no value stands before it. */
const BEFORE_PATTERN = /(?:^|[=([{,;:!&|?+\-*%~^<>]|=>|\breturn|\btypeof|\bcase)\s*$/
const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|`|\/|[{}]/g

const scan = (text: string): Scanned => {
  const units = text.split('')
  const texts: Array<{ line: number; value: string }> = []
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at++) if (units[at] !== '\n') units[at] = ' '
  }
  /** Braces that are open inside each open `${`. */
  const templates: number[] = []
  let at = 0
  const readTemplate = (from: number): number => {
    const end = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y
    end.lastIndex = from
    const [value = ''] = end.exec(text) ?? []
    texts.push({ line: lineAt(text, from), value })
    blank(from, from + value.length)
    const next = from + value.length
    if (text.startsWith('${', next)) {
      templates.push(0)
      return next + 2
    }
    return next + 1
  }
  while (at < text.length) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (match === null) break
    const [token] = match
    const start = match.index
    at = start + token.length
    if (token.startsWith('//') || token.startsWith('/*')) blank(start, at)
    else if (token === '`') at = readTemplate(at)
    else if (token === '{' && templates.length > 0) templates.push((templates.pop() ?? 0) + 1)
    else if (token === '}' && templates.length > 0) {
      const open = templates.pop() ?? 0
      if (open === 0) at = readTemplate(at)
      else templates.push(open - 1)
    } else if (token === '/') {
      if (!BEFORE_PATTERN.test(units.slice(Math.max(0, start - 40), start).join(''))) continue
      const pattern = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//y
      pattern.lastIndex = start
      const [whole = '/'] = pattern.exec(text) ?? []
      at = start + whole.length
      blank(start + 1, at - 1)
    } else if (token.length > 1) {
      texts.push({ line: lineAt(text, start), value: token.slice(1, -1) })
      blank(start + 1, at - 1)
    }
  }
  return { code: units.join(''), texts }
}
