/** The name that a person or a planner most likely meant where the one that was written does not exist. */
import { MAX_NAME_CHARS } from './limits.js'

/** ` — did you mean "x"?`, or nothing where no known name is near. */
export const didYouMean = (written: string, known: Iterable<string>): string => {
  const near = nearest(written, known)
  return near === undefined ? '' : `; did you mean "${near}"?`
}

/** The nearest of the known names, at most a third of its letters away. */
export const nearest = (written: string, known: Iterable<string>): string | undefined => {
  if (written.length > MAX_NAME_CHARS) return undefined
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const name of known) {
    const allowed = Math.max(1, Math.floor(name.length / 3))
    if (Math.abs(name.length - written.length) > allowed) continue
    const distance = editDistance(written.toLowerCase(), name.toLowerCase())
    if (distance <= allowed && distance < least) [best, least] = [name, distance]
  }
  return best
}

/** Letters to insert, take out or replace, and neighbours to swap, until one is the other. */
const editDistance = (left: string, right: string): number => {
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const row = [i]
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1]
      const replaced = (last[j - 1] ?? 0) + (same ? 0 : 1)
      row[j] = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced)
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      if (swapped) row[j] = Math.min(row[j] ?? 0, (beforeLast[j - 2] ?? 0) + 1)
    }
    beforeLast = last
    last = row
  }
  return last[right.length] ?? 0
}
