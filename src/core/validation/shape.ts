/**
 * What must be true of every value of a fragment, whatever it means: bounded size, depth and texts, keys that cannot
 * change prototypes, numbers and texts that can be recorded. One walk without recursion, so that no nesting is too deep
 * for it.
 */
import type { Finding } from '../finding.js'
import type { Json, JsonObject } from '../json.js'
import { MAX_FRAGMENT_BYTES, MAX_FRAGMENT_DEPTH, MAX_KEY_CHARS, MAX_TEXT_CHARS } from '../limits.js'
import { finding, placeOf, quoted } from './findings.js'

export interface Shape {
  readonly findings: ReadonlyArray<Finding>
  /** Steps, by index, in which something is nested too deep for a decoder to read. */
  readonly unreadableSteps: ReadonlySet<number>
  /** The whole is too large to be looked at any further. */
  readonly tooLarge: boolean
}

interface Place {
  readonly value: Json
  readonly key: string
  readonly depth: number
  readonly above: Place | undefined
}

export const shapeOf = (fragment: JsonObject): Shape => {
  const findings: Finding[] = []
  const unreadableSteps = new Set<number>()
  let chars = 0
  const open: Place[] = [{ value: fragment, key: '', depth: 1, above: undefined }]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value } = place
    chars += 2 + place.key.length + (typeof value === 'string' ? value.length : 0)
    if (chars > MAX_FRAGMENT_BYTES) return { findings: [tooLarge()], unreadableSteps, tooLarge: true }
    const fault = faultOfKey(place) ?? faultOfValue(value)
    if (fault !== undefined) findings.push(finding('schema', pathOf(place), fault))
    if (typeof value !== 'object' || value === null) continue
    if (place.depth > MAX_FRAGMENT_DEPTH) {
      findings.push(finding('schema', pathOf(place), `nests deeper than ${MAX_FRAGMENT_DEPTH}; flatten it`))
      const step = stepOf(place)
      if (step !== undefined) unreadableSteps.add(step)
      continue
    }
    const isArray = Array.isArray(value)
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue
      if (isArray) chars -= key.length
      open.push({ key, value: inner, depth: place.depth + 1, above: place })
    }
  }
  return { findings, unreadableSteps, tooLarge: false }
}

const tooLarge = (): Finding =>
  finding('schema', '', `the fragment has more than ${MAX_FRAGMENT_BYTES} characters; propose less in one fragment`)

/** An array's keys are its indices, which nobody wrote. */
const faultOfKey = ({ key, above }: Place): string | undefined => {
  if (above === undefined || Array.isArray(above.value)) return undefined
  if (key === '__proto__') return '"__proto__" may be no key; leave it out'
  if (key.length > MAX_KEY_CHARS) return `a key has ${key.length} characters, ${MAX_KEY_CHARS} are allowed; shorten it`
  return UNSTORABLE.test(key) ? `the key ${quoted(key)} holds a NUL or half of a surrogate pair` : undefined
}

const UNSTORABLE = /\p{Surrogate}|\0/u

const faultOfValue = (value: Json): string | undefined => {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is no number that JSON can hold; use a finite one'
  if (typeof value !== 'string') return undefined
  if (value.length > MAX_TEXT_CHARS) {
    return `has ${value.length} characters, ${MAX_TEXT_CHARS} are allowed; shorten it, or refer to a result`
  }
  return UNSTORABLE.test(value) ? 'holds a NUL or half of a surrogate pair; leave it out' : undefined
}

const pathOf = (place: Place): string => {
  const keys: string[] = []
  for (let at: Place | undefined = place; at?.above !== undefined; at = at.above) keys.push(at.key)
  return placeOf(...keys.reverse())
}

const stepOf = (place: Place): number | undefined => {
  let at = place
  while (at.above?.above?.above !== undefined) at = at.above
  return at.above?.key === 'steps' ? Number(at.key) : undefined
}
