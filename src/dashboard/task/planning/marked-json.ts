/** JSON in lines, of which those are marked that a finding is about: its path, and everything below it. */
import { isJsonObject, type Json } from '../../../core/json.js'

export interface MarkedLine {
  readonly text: string
  readonly isMarked: boolean
}

export const MAX_MARKED_LINES = 600

/** Paths as findings give them: keys and indices joined by dots, empty for the whole. */
export const markedJson = (value: Json, paths: ReadonlyArray<string>): ReadonlyArray<MarkedLine> => {
  const lines: MarkedLine[] = []
  const marked = new Set(paths)
  write({ value, path: '', label: '', comma: '', depth: 0, isMarked: marked.has('') }, marked, lines)
  return lines
}

interface Written {
  readonly value: Json
  readonly path: string
  readonly label: string
  readonly comma: string
  readonly depth: number
  readonly isMarked: boolean
}

const write = (of: Written, marked: ReadonlySet<string>, lines: MarkedLine[]): void => {
  const { value, path, label, comma, depth, isMarked } = of
  if (lines.length >= MAX_MARKED_LINES) return
  const line = (text: string): number => lines.push({ text: `${'  '.repeat(depth)}${text}`, isMarked })
  const inner = membersOf(value)
  if (inner === undefined || inner.length === 0) {
    line(`${label}${JSON.stringify(value)}${comma}`)
    return
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  line(`${label}${open}`)
  for (const [index, [key, one]] of inner.entries()) {
    const at = path === '' ? key : `${path}.${key}`
    const name = Array.isArray(value) ? '' : `${JSON.stringify(key)}: `
    const rest = index === inner.length - 1 ? '' : ','
    write(
      { value: one, path: at, label: name, comma: rest, depth: depth + 1, isMarked: isMarked || marked.has(at) },
      marked,
      lines,
    )
  }
  line(`${close}${comma}`)
}

const membersOf = (value: Json): ReadonlyArray<readonly [string, Json]> | undefined => {
  if (isJsonObject(value)) return Object.entries(value)
  return Array.isArray(value) ? value.map((one: Json, index) => [String(index), one] as const) : undefined
}

/** What stands at a path; undefined where nothing does. */
export const valueAt = (value: Json, path: string): Json | undefined => {
  let at: Json | undefined = value
  for (const key of path === '' ? [] : path.split('.')) {
    const within: Json = at
    if (Array.isArray(within)) at = /^\d+$/.test(key) ? within[Number(key)] : undefined
    else at = isJsonObject(within) && Object.hasOwn(within, key) ? within[key] : undefined
    if (at === undefined) return undefined
  }
  return at
}
