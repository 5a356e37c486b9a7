/** `--bounds`: bounds by their own names, `max_steps=100 allowed_hosts=api.example.org,files.example.org`. */
import { ALLOW_LISTS, NUMERIC_BOUNDS } from '../core/allowance.js'
import type { Bounds } from '../core/bounds.js'
import type { OptionDefinition } from './command.js'
import { didYouMean } from './did-you-mean.js'
import { usageError } from './user-error.js'

export const BOUNDS_OPTION: OptionDefinition = {
  type: 'string',
  multiple: true,
  value: 'NAME=VALUE …',
  summary: 'what the plan may use: max_steps=100 allowed_hosts=api.example.org,…',
}

const NUMBERS: ReadonlyArray<string> = NUMERIC_BOUNDS
const LISTS: ReadonlyArray<string> = ALLOW_LISTS

/** Of several that name the same bound the last one counts. Throws a `UserError` (`usage`) for what is no bound. */
export const boundsIn = (written: ReadonlyArray<string>): Bounds => {
  const bounds: Record<string, number | ReadonlyArray<string>> = {}
  for (const term of written.flatMap((text) => text.split(/\s+/)).filter((text) => text !== '')) {
    const at = term.indexOf('=')
    const [name, value] = at === -1 ? [term, ''] : [term.slice(0, at), term.slice(at + 1)]
    bounds[name] = boundOf(name, value)
  }
  return bounds
}

const boundOf = (name: string, value: string): number | ReadonlyArray<string> => {
  if (LISTS.includes(name)) return value.split(',').filter((entry) => entry !== '')
  if (!NUMBERS.includes(name)) {
    const meant = didYouMean(name, [...NUMBERS, ...LISTS])
    throw usageError(
      `--bounds: there is no bound "${name}"${meant === undefined ? `; there are ${[...NUMBERS, ...LISTS].join(', ')}` : `; did you mean ${meant}?`}`,
    )
  }
  const number = Number(value)
  if (value === '' || !Number.isFinite(number) || number < 0) {
    throw usageError(`--bounds: ${name} is a number from 0, not "${value}"`)
  }
  return number
}
