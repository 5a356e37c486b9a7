/**
 * How findings are made and handed over: places are keys and indices joined by dots, whatever a model wrote is cut
 * before it is repeated, and the whole is in one order without repetition, so that equal fragments have equal findings.
 */
import type { Finding, FindingCode } from '../finding.js'
import type { JsonObject } from '../json.js'
import { MAX_FINDINGS, MAX_OFFERED_NAMES, MAX_PLACE_CHARS, MAX_QUOTED_CHARS } from '../limits.js'

export const finding = (code: FindingCode, path: string, message: string, data: JsonObject = {}): Finding => ({
  code,
  path,
  message,
  ...data,
})

/** Joins the parts of a path; an empty part is the whole of what the others name. */
export const placeOf = (...parts: ReadonlyArray<string | number>): string =>
  storable(
    parts
      .filter((part) => part !== '')
      .join('.')
      .slice(0, MAX_PLACE_CHARS),
  )

/** Neither a NUL nor half of a surrogate pair can be recorded, and a finding is. */
export const storable = (text: string): string => text.replace(UNSTORABLE, '\ufffd')

const UNSTORABLE = /\p{Surrogate}|\0/gu

/** What a model wrote, fit to stand in a sentence or in a finding's data. */
export const clipped = (text: string): string =>
  storable(text.length <= MAX_QUOTED_CHARS ? text : `${text.slice(0, MAX_QUOTED_CHARS)}…`)

export const quoted = (text: string): string => JSON.stringify(clipped(text))

/** Names to choose from, as a sentence's end: the first of them where there are many. */
export const offered = (names: Iterable<string>): string => {
  const shown: string[] = []
  let more = 0
  for (const name of names) {
    if (shown.length < MAX_OFFERED_NAMES) shown.push(clipped(name))
    else more++
  }
  if (shown.length === 0) return 'none'
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`
}

/** In the order of their places, each once. One fault of the shape is told per place: the first says it best. */
export const arranged = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const byKey = new Map<string, { readonly found: Finding; readonly parts: ReadonlyArray<string> }>()
  for (const found of findings) {
    const key = JSON.stringify([found.path, found.code, found.code === 'schema' ? '' : found.message])
    if (!byKey.has(key)) byKey.set(key, { found, parts: found.path === '' ? [] : found.path.split('.') })
  }
  const inOrder = [...byKey.values()].sort((a, b) => comparePlaces(a.parts, b.parts) || compare(a.found, b.found))
  const told = inOrder.slice(0, MAX_FINDINGS).map(({ found }) => found)
  const untold = inOrder.length - told.length
  return untold === 0
    ? told
    : [...told, finding('schema', '', `${untold} more findings are not told; mend these first`, { untold })]
}

const compare = (a: Finding, b: Finding): number => compareTexts(a.code, b.code) || compareTexts(a.message, b.message)

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const INDEX = /^\d{1,9}$/

const comparePlaces = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): number => {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [one, other] = [a[at] ?? '', b[at] ?? '']
    if (one === other) continue
    const bothIndices = INDEX.test(one) && INDEX.test(other)
    return bothIndices && Number(one) !== Number(other) ? Number(one) - Number(other) : compareTexts(one, other)
  }
  return a.length - b.length
}
