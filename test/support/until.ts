/** Waits for a state that can only be observed from outside, such as a file or a process of another program. */
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 5
const PATIENCE_MS = 20_000

/** Resolves as soon as `holds` does; throws, naming what was awaited, when that does not come about. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  patienceMs: number = PATIENCE_MS,
): Promise<void> => {
  const deadline = Date.now() + patienceMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`this did not come about: ${what}`)
    await delay(POLL_MS)
  }
}
