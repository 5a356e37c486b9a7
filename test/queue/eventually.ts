/** Waits until something observed is so. Fails with what was waited for, never after a fixed sleep. */
import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE_MS = 20_000

export const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const until = Date.now() + PATIENCE_MS
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`did not come about within ${PATIENCE_MS} ms: ${holds.toString()}`)
    await pause(2)
  }
}
