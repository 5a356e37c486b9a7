/** Differences between two written things, a line each. */
import type { Json } from '../core/json.js'
import type { Difference } from '../core/template/difference.js'
import type { Palette } from './output.js'

export const differenceLine = (difference: Difference, paint: Palette): string => {
  const { path } = difference
  switch (difference.kind) {
    case 'added':
      return paint.green(`+ ${path}: ${shown(difference.after)}`)
    case 'removed':
      return paint.red(`- ${path}: ${shown(difference.before)}`)
    case 'changed':
      return `~ ${path === '' ? 'the whole' : path}: ${shown(difference.before)} → ${shown(difference.after)}`
  }
}

const LONGEST = 120

const shown = (value: Json): string => {
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}
