/**
 * Patterns run through an engine whose time is linear in the text, because `^(a+)+$` on thirty characters blocks the
 * usual one for seconds. What it does not know (lookaround, backreferences) is refused where the pattern is written.
 * Its programs grow with counted repetitions, so these are estimated before anything is compiled.
 */
import { RE2JS } from 're2js'
import { MAX_PATTERN_CHARS, MAX_PATTERN_STATES } from '../../src/core/limits.js'

export interface LinearPattern {
  /** True where the pattern is found anywhere in the text. */
  test(text: string): boolean
}

/** Throws an `Error` that says what is wrong with the pattern. */
export const compilePattern = (pattern: string): LinearPattern => {
  if (pattern.length > MAX_PATTERN_CHARS) {
    throw new Error(`has ${pattern.length} characters; at most ${MAX_PATTERN_CHARS} are allowed`)
  }
  if (statesOf(pattern) > MAX_PATTERN_STATES) {
    throw new Error(`repeats too much: written out it would have more than ${MAX_PATTERN_STATES} states`)
  }
  return RE2JS.compile(RE2JS.translateRegExp(pattern))
}

const COUNTED = /^\{(\d*)(?:,(\d*))?\}/

/** An upper estimate: one state an atom, a group as its sum, a counted repetition as its product. */
const statesOf = (pattern: string): number => {
  const groups: number[] = [0]
  let atom = 0
  const add = (states: number) => {
    groups[groups.length - 1] = (groups.at(-1) ?? 0) + states
    atom = states
  }
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    const counted = char === '{' ? COUNTED.exec(pattern.slice(at)) : null
    if (counted !== null) {
      const times = Math.max(Number(counted[1] ?? 0), Number(counted[2] ?? 0), 1)
      groups[groups.length - 1] = (groups.at(-1) ?? 0) + atom * (times - 1)
      at += counted[0].length - 1
    } else if (char === '(') groups.push(0)
    else if (char === ')' && groups.length > 1) add(groups.pop() ?? 0)
    else if (char === '[') {
      at = endOfClass(pattern, at)
      add(1)
    } else {
      if (char === '\\') at++
      add(1)
    }
  }
  return groups.reduce((sum, states) => sum + states, 0)
}

const endOfClass = (pattern: string, start: number): number => {
  // A bracket right behind the opening one, or behind its ^, is a member.
  let at = start + (pattern.charAt(start + 1) === '^' ? 2 : 1)
  if (pattern.charAt(at) === ']') at++
  while (at < pattern.length && pattern.charAt(at) !== ']') at += pattern.charAt(at) === '\\' ? 2 : 1
  return at
}
