/**
 * Reads a planner's raw answer as strict JSON, nothing else: no fence, no prose, no key twice, no `__proto__`. What a
 * lenient reader would guess at is a finding here, because what is validated must be what was written.
 */
import type { Finding } from '../finding.js'
import { isJsonObject, type Json, type JsonObject } from '../json.js'
import { MAX_FRAGMENT_BYTES, MAX_FRAGMENT_DEPTH } from '../limits.js'
import { arranged, finding, placeOf, quoted, storable } from './findings.js'

export type ParsedAnswer = { readonly fragment: JsonObject } | { readonly findings: ReadonlyArray<Finding> }

/** The answer as a JSON object, or the `schema` findings that stand against its text. Linear; never overflows. */
export const parseAnswer = (raw: string): ParsedAnswer => {
  const refused = (message: string): ParsedAnswer => ({ findings: [finding('schema', '', message)] })
  if (raw.length > MAX_FRAGMENT_BYTES) {
    return refused(
      `the answer has ${raw.length} characters, ${MAX_FRAGMENT_BYTES} are allowed; propose less in one fragment`,
    )
  }
  const text = raw.trim()
  if (text === '') return refused('the answer is empty; answer with one JSON object, the fragment')
  if (text.startsWith('```')) return refused('the answer stands in a code fence; answer with the JSON object alone')
  if (!text.startsWith('{'))
    return refused(`the answer begins with ${quoted(text.slice(0, 40))}; answer with the JSON object alone`)
  if (isTooDeep(text)) return refused(`the answer nests deeper than ${MAX_FRAGMENT_DEPTH}; flatten it`)
  const parsed = parse(text)
  if ('problem' in parsed) return refused(parsed.problem)
  if (!isJsonObject(parsed.value)) return refused('the answer is no JSON object; answer with one fragment')
  const findings = faultsOfKeys(text)
  return findings.length === 0 ? { fragment: parsed.value } : { findings: arranged(findings) }
}

const parse = (text: string): { readonly value: Json } | { readonly problem: string } => {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    const end = endOfObject(text)
    if (end !== undefined && end < text.length && parses(text.slice(0, end))) {
      return {
        problem: `after the JSON object stands ${quoted(text.slice(end).trim().slice(0, 40))}; answer with the JSON object alone`,
      }
    }
    const said = error instanceof Error ? error.message : String(error)
    const cut = end === undefined ? ', and it ends before the object does' : ''
    return { problem: `the answer is no JSON: ${storable(said)}${cut}` }
  }
}

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const isTooDeep = (text: string): boolean => {
  let depth = 0
  return someMark(text, (char) => {
    if (char === OPEN_BRACE || char === OPEN_BRACKET) depth++
    else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth--
    return depth > MAX_FRAGMENT_DEPTH
  })
}

/** Where the first object ends; undefined where it never does. */
const endOfObject = (text: string): number | undefined => {
  let depth = 0
  let end: number | undefined
  someMark(text, (char, at) => {
    if (char === OPEN_BRACE || char === OPEN_BRACKET) depth++
    else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth--
    if (depth === 0) end = at + 1
    return depth === 0
  })
  return end
}

/**
 * Visits the marks of JSON's structure until one says that it is enough; whether one did. A string counts as one mark, its
 * quote, with where it ends.
 */
const someMark = (text: string, isEnough: (char: number, at: number, end: number) => boolean): boolean => {
  for (let at = 0; at < text.length; ) {
    const char = text.charCodeAt(at)
    const end = char === QUOTE ? endOfString(text, at) : at + 1
    if (MARKS.has(char) && isEnough(char, at, end)) return true
    at = end
  }
  return false
}

/** A quote ends the string unless an odd number of backslashes stands before it; each of these is counted once. */
const endOfString = (text: string, start: number): number => {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return quote + 1
  }
  return text.length
}

const BACKSLASH = 0x5c
const QUOTE = 0x22
const COMMA = 0x2c
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d] as const
const MARKS: ReadonlySet<number> = new Set([
  ...[OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET],
  ...[QUOTE, COMMA, 0x3a],
])

type Open =
  | { readonly kind: 'object'; readonly keys: Set<string>; key: string; expectsKey: boolean }
  | { readonly kind: 'array'; index: number }

/** Keys that stand twice in one object, which `JSON.parse` drops in silence, and the key that changes prototypes. */
const faultsOfKeys = (text: string): ReadonlyArray<Finding> => {
  const findings: Finding[] = []
  const open: Open[] = []
  const place = () => placeOf(...open.map((entry) => (entry.kind === 'object' ? entry.key : entry.index)))
  someMark(text, (char, at, end) => {
    const top = open.at(-1)
    if (char === OPEN_BRACE) open.push({ kind: 'object', keys: new Set(), key: '', expectsKey: true })
    else if (char === OPEN_BRACKET) open.push({ kind: 'array', index: 0 })
    else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) open.pop()
    else if (char === COMMA && top?.kind === 'array') top.index++
    else if (char === COMMA && top?.kind === 'object') top.expectsKey = true
    else if (char === QUOTE && top?.kind === 'object' && top.expectsKey) {
      const key = keyIn(text.slice(at, end))
      top.key = key
      top.expectsKey = false
      if (key === '__proto__') findings.push(finding('schema', place(), '"__proto__" may be no key; leave it out'))
      else if (top.keys.has(key))
        findings.push(finding('schema', place(), `the key ${quoted(key)} stands twice; keep one`))
      top.keys.add(key)
    }
    return false
  })
  return findings
}

/** A key with its quotes; most hold no escape and need no parser. */
const keyIn = (source: string): string => (source.includes('\\') ? String(JSON.parse(source)) : source.slice(1, -1))
