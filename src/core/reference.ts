/**
 * References: how a string of a configuration names something that is known only when the step runs. This file finds
 * and reads them; it never resolves one. A path is JMESPath, which may hold braces and quotes of its own, so a reference
 * ends where its path would, not at the first `}`.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from './json.js'

export type Reference =
  | { readonly root: 'steps'; readonly name: string; readonly path?: string }
  | { readonly root: 'context'; readonly path?: string }
  | { readonly root: 'secrets'; readonly name: string }
  | { readonly root: 'item'; readonly path?: string }

export type Segment =
  /** Literal text, `$${` already read as `${`. */
  | { readonly kind: 'text'; readonly text: string }
  /** `source` is what was written, from `${` to its `}`. */
  | { readonly kind: 'reference'; readonly reference: Reference; readonly source: string }

export interface ReferenceProblem {
  readonly problem: string
}

export type ScannedSegment = Segment | ({ readonly kind: 'problem' } & ReferenceProblem)

/**
 * Splits a string into text and references: `${steps.NAME.result.PATH}`, `${task.context.PATH}`, `${item.PATH}` and
 * `${secrets.NAME}`, where `.PATH` may be left out or begin with `[`. A string that is exactly one reference gives one
 * segment and keeps its JSON type when resolved. Left for the first `${` that is none of these; `$${` escapes one.
 */
export const parseReferences = (text: string): E.Either<ReferenceProblem, ReadonlyArray<Segment>> => {
  const segments: Segment[] = []
  for (const segment of scanReferences(text)) {
    if (segment.kind === 'problem') return E.left({ problem: segment.problem })
    segments.push(segment)
  }
  return E.right(segments)
}

/** As `parseReferences`, going on after a problem, so that a planner learns of all of them at once. Linear in the text. */
export const scanReferences = (text: string): ReadonlyArray<ScannedSegment> => {
  const segments: ScannedSegment[] = []
  let plain = ''
  let at = 0
  const flush = () => {
    if (plain !== '') segments.push({ kind: 'text', text: plain })
    plain = ''
  }
  while (at < text.length) {
    const dollar = text.indexOf('$', at)
    if (dollar === -1) break
    plain += text.slice(at, dollar)
    if (text.startsWith('$${', dollar)) {
      plain += '${'
      at = dollar + 3
    } else if (text.startsWith('${', dollar)) {
      flush()
      const read = readReference(text, dollar)
      segments.push(read.segment)
      at = read.end
    } else {
      plain += '$'
      at = dollar + 1
    }
  }
  plain += text.slice(at)
  flush()
  return segments
}

/** True where the string holds a reference or what is meant as one. */
export const hasReference = (text: string): boolean =>
  text.includes('${') && scanReferences(text).some((segment) => segment.kind !== 'text')

interface Read {
  readonly segment: ScannedSegment
  /** Where scanning goes on. Never before a place that was already read, so that the whole stays linear. */
  readonly end: number
}

const readReference = (text: string, start: number): Read => {
  const inner = start + 2
  if (text.startsWith('steps.', inner)) return readStep(text, start, inner + 'steps.'.length)
  if (text.startsWith('secrets.', inner)) return readSecret(text, start, inner + 'secrets.'.length)
  if (startsWithRoot(text, 'task.context', inner)) {
    return readPath(text, start, inner + 'task.context'.length, (path) => ({ root: 'context', ...path }))
  }
  if (startsWithRoot(text, 'item', inner)) {
    return readPath(text, start, inner + 'item'.length, (path) => ({ root: 'item', ...path }))
  }
  const shown = text.slice(start, Math.min(start + 40, nextBrace(text, inner)))
  return problem(
    `"${shown}" is no reference: known are \${steps.NAME.result.PATH}, \${task.context.PATH}, \${secrets.NAME} and, in a fan-out, \${item.PATH}; write $\${ for a literal \${`,
    inner,
  )
}

const problem = (message: string, end: number): Read => ({ segment: { kind: 'problem', problem: message }, end })

const nextBrace = (text: string, from: number): number => {
  const window = text.slice(from, from + 40).indexOf('}')
  return window === -1 ? text.length : from + window + 1
}

/** `item` is a root, `items` is not. */
const startsWithRoot = (text: string, root: string, at: number): boolean =>
  text.startsWith(root, at) && '.[}'.includes(text.charAt(at + root.length) || ' ')

const NAME_END = /[\s{}$"'`]/

/** The name ends at the first `.result` that is followed by a path or the end: names may hold `/`, `[3]` and `-`. */
const readStep = (text: string, start: number, nameStart: number): Read => {
  for (let at = nameStart; at < text.length && !NAME_END.test(text.charAt(at)); at++) {
    if (text.charAt(at) !== '.' || !startsWithRoot(text, '.result', at)) continue
    const name = text.slice(nameStart, at)
    if (name === '') break
    return readPath(text, start, at + '.result'.length, (path) => ({ root: 'steps', name, ...path }))
  }
  return problem(
    `"${text.slice(start, Math.min(start + 80, nextBrace(text, nameStart)))}" names no result: write \${steps.NAME.result} or \${steps.NAME.result.PATH}`,
    nameStart,
  )
}

const SECRET_NAME = /[A-Za-z0-9_-]/

const readSecret = (text: string, start: number, nameStart: number): Read => {
  let end = nameStart
  while (SECRET_NAME.test(text.charAt(end))) end++
  if (end === nameStart || text.charAt(end) !== '}') {
    return problem(
      `"${text.slice(start, Math.min(start + 80, end + 1))}" names no secret: write \${secrets.NAME}, with letters, digits, - and _ and no path`,
      end,
    )
  }
  const reference: Reference = { root: 'secrets', name: text.slice(nameStart, end) }
  return { segment: { kind: 'reference', reference, source: text.slice(start, end + 1) }, end: end + 1 }
}

/** From behind the root: `}`, or `.PATH}`, or a path that begins with `[`. */
const readPath = (
  text: string,
  start: number,
  pathStart: number,
  make: (path: { readonly path?: string }) => Reference,
): Read => {
  const found = (end: number, path: { readonly path?: string }): Read => ({
    segment: { kind: 'reference', reference: make(path), source: text.slice(start, end + 1) },
    end: end + 1,
  })
  if (text.charAt(pathStart) === '}') return found(pathStart, {})
  const end = endOfPath(text, pathStart)
  const shown = text.slice(start, Math.min(start + 80, end.at + 1))
  if (end.problem !== undefined) return problem(`the path of "${shown}" ${end.problem}`, end.at)
  const path = text.slice(text.charAt(pathStart) === '.' ? pathStart + 1 : pathStart, end.at).trim()
  return path === '' ? problem(`the path of "${shown}" is empty; leave out the dot`, end.at) : found(end.at, { path })
}

const CLOSES: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')' }

/** The `}` that ends a JMESPath: outside of its strings, literals and brackets. */
const endOfPath = (text: string, from: number): { readonly at: number; readonly problem?: string } => {
  const open: string[] = []
  let at = from
  while (at < text.length) {
    const char = text.charAt(at)
    if (char === '"' || char === "'" || char === '`') {
      at = endOfQuoted(text, at)
      continue
    }
    const closes = CLOSES[char]
    if (closes !== undefined) open.push(closes)
    else if (char === '}' && open.length === 0) return { at }
    else if ((char === ']' || char === '}' || char === ')') && open.pop() !== char) {
      return { at, problem: `has a "${char}" that closes nothing` }
    }
    at++
  }
  return { at: text.length, problem: 'has no end: a }, a bracket or a quote is missing' }
}

const endOfQuoted = (text: string, start: number): number => {
  const quote = text.charAt(start)
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '\\') at++
    else if (char === quote) return at + 1
  }
  return text.length
}

export interface PlacedText {
  /** Keys and indices from the root of the value. */
  readonly path: ReadonlyArray<string>
  readonly text: string
  readonly segments: ReadonlyArray<ScannedSegment>
}

interface Place {
  readonly value: Json
  readonly key: string
  readonly above: Place | undefined
}

/**
 * Every string of a JSON value that holds a reference, a problem or an escape, with its place, in the order of writing.
 * Values only, no keys; without recursion, for a model may nest as deep as it likes.
 */
export const referencesIn = (value: Json): ReadonlyArray<PlacedText> => {
  const found: PlacedText[] = []
  const open: Place[] = [{ value, key: '', above: undefined }]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value: text } = place
    if (typeof text === 'string') {
      if (text.includes('${')) found.push({ path: pathOf(place), text, segments: scanReferences(text) })
    } else if (typeof text === 'object' && text !== null) {
      for (const key of Object.keys(text).reverse()) open.push({ value: Reflect.get(text, key), key, above: place })
    }
  }
  return found
}

const pathOf = (place: Place): ReadonlyArray<string> => {
  const path: string[] = []
  for (let at: Place | undefined = place; at?.above !== undefined; at = at.above) path.push(at.key)
  return path.reverse()
}
