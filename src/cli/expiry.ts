/** When something ends, as a person writes it: a while from now (`90d`, `12h`, `30m`), or a day or time in UTC. */
import { usageError } from './user-error.js'

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds since the epoch; a day ends with its last moment. Throws a `UserError` (`usage`). */
export const expiryOf = (written: string, flag: string, now: number): number => {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(written) ?? []
  const after = UNITS[unit]
  if (after !== undefined) return now + Number(count) * after
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(written)
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?Z$/.test(written)
  const at = Date.parse(isDay ? `${written}T23:59:59.999Z` : written)
  if ((!isDay && !isTime) || Number.isNaN(at)) {
    throw usageError(`${flag} is a while as 90d, 12h or 30m, or a time as 2027-01-31 or 2027-01-31T12:00Z`)
  }
  return at
}
