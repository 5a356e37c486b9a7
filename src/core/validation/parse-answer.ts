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
  for (const { char } of outsideOfStrings(text)) {
    if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    if (depth > MAX_FRAGMENT_DEPTH) return true
  }
  return false
}

/** Where the first object ends; undefined where it never does. */
const endOfObject = (text: string): number | undefined => {
  let depth = 0
  for (const { char, at } of outsideOfStrings(text)) {
    if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    if (depth === 0) return at + 1
  }
  return undefined
}

/** The marks of JSON's structure; a string counts as one mark, `"`, with where it ends. */
function* outsideOfStrings(
  text: string,
): Generator<{ readonly char: string; readonly at: number; readonly end: number }> {
  const mark = /["{}[\],:]/g
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const at = found.index
    const end = found[0] === '"' ? endOfString(text, at) : at + 1
    mark.lastIndex = end
    yield { char: found[0], at, end }
  }
}

const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === BACKSLASH) at++
    else if (char === QUOTE) return at + 1
  }
  return text.length
}

const BACKSLASH = 0x5c
const QUOTE = 0x22

type Open =
  | { readonly kind: 'object'; readonly keys: Set<string>; key: string; expectsKey: boolean }
  | { readonly kind: 'array'; index: number }

/** Keys that stand twice in one object, which `JSON.parse` drops in silence, and the key that changes prototypes. */
const faultsOfKeys = (text: string): ReadonlyArray<Finding> => {
  const findings: Finding[] = []
  const open: Open[] = []
  const place = () => placeOf(...open.map((entry) => (entry.kind === 'object' ? entry.key : entry.index)))
  for (const { char, at, end } of outsideOfStrings(text)) {
    const top = open.at(-1)
    if (char === '{') open.push({ kind: 'object', keys: new Set(), key: '', expectsKey: true })
    else if (char === '[') open.push({ kind: 'array', index: 0 })
    else if (char === '}' || char === ']') open.pop()
    else if (char === ',' && top?.kind === 'array') top.index++
    else if (char === ',' && top?.kind === 'object') top.expectsKey = true
    else if (char === '"' && top?.kind === 'object' && top.expectsKey) {
      const key = keyIn(text.slice(at, end))
      top.key = key
      top.expectsKey = false
      if (key === '__proto__') findings.push(finding('schema', place(), '"__proto__" may be no key; leave it out'))
      else if (top.keys.has(key))
        findings.push(finding('schema', place(), `the key ${quoted(key)} stands twice; keep one`))
      top.keys.add(key)
    }
  }
  return findings
}

/** A key with its quotes; most hold no escape and need no parser. */
const keyIn = (source: string): string => (source.includes('\\') ? String(JSON.parse(source)) : source.slice(1, -1))
