/**
 * The time of an event: ISO 8601 in UTC with six decimals, set by the appending process and hashed as it stands. No
 * clock here has microseconds, so the last three digits count the appends of one process within a millisecond, which
 * keeps them in order.
 */
export interface EventTime {
  readonly text: string
  /** Microseconds since 1970, the same instant. */
  readonly micros: number
}

/** A source of times that never goes back or stands still within this process. */
export const createEventTimes = (now: () => number): (() => EventTime) => {
  let last = 0
  return () => {
    last = Math.max(last + 1, Math.floor(now()) * 1000)
    return { text: timeText(last), micros: last }
  }
}

export const timeText = (micros: number): string => {
  const millis = Math.floor(micros / 1000)
  const rest = micros - millis * 1000
  return `${new Date(millis).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}
