/** A moment as people write it. Without an offset it would mean another moment on each machine. */
const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/

/** Milliseconds since the epoch; undefined where it is no ISO date and time with its offset. */
export const timeOf = (written: string): number | undefined => {
  const time = WITH_OFFSET.test(written) ? Date.parse(written) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
