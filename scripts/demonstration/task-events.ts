/**
 * The events of one task, as they come: the log is read, nothing else is asked. Whoever shows something of a task folds
 * what this gives.
 */
import * as E from 'fp-ts/lib/Either.js'
import { decodeEvent, type TaskEvent } from '../../src/core/event.js'
import type { Log, StoredEvent } from '../../src/ports/log.js'

/** How long to wait for news before looking at whether anybody still wants them. */
const WAIT_MS = 250

/** Calls `see` with every event of the stream once, in order, until `ended` is aborted; then with what is left. */
export const followTask = async (
  log: Pick<Log, 'readStream' | 'waitFor' | 'position'>,
  stream: string,
  ended: AbortSignal,
  see: (events: ReadonlyArray<TaskEvent>) => void,
): Promise<ReadonlyArray<TaskEvent>> => {
  const all: TaskEvent[] = []
  for (;;) {
    // Read before the stream: whatever is appended meanwhile is above it, and waiting for it returns at once.
    const position = await log.position()
    const last = ended.aborted
    const events = (await log.readStream(stream, all.length)).map(decoded)
    if (events.length > 0) {
      all.push(...events)
      see(events)
    }
    if (last) return all
    await log.waitFor(position, WAIT_MS, ended)
  }
}

const decoded = (stored: StoredEvent): TaskEvent => {
  const event = decodeEvent(stored)
  if (E.isRight(event)) return event.right
  throw new Error(event.left.message)
}
