/**
 * Knows how far the log has come, as far as this process has heard: from its own appends, from notifications, and by
 * looking, which alone is the truth. Whoever waits for more waits here. What it hears only ever makes it look earlier.
 */
import type pg from 'pg'
import { LOG_NOTIFY_INTERVAL_MS, LOG_POLL_INTERVAL_MS } from '../core/limits.js'
import { createConnection } from './connection.js'
import { loadStatements } from './sql.js'

const SQL = loadStatements('src/log/positions.sql', ['highestPosition', 'listen', 'notify', 'forgiveCommits'])

export const HIGHEST_POSITION = SQL.highestPosition

export interface PositionWatch {
  /** True once there is an event above the position; false after the time-out or when aborted. */
  waitFor(afterPosition: number, timeoutMs: number, signal?: AbortSignal): Promise<boolean>
  /** An append of this process landed: those who wait here go on, and other processes are told. */
  landed(position: number): void
  close(): Promise<void>
}

interface Waiter {
  readonly after: number
  readonly wake: (isThere: boolean) => void
}

export const createPositionWatch = (connectionString: string, look: () => Promise<number>): PositionWatch => {
  let known = 0
  let poll: NodeJS.Timeout | undefined
  let isClosed = false
  const waiters = new Set<Waiter>()
  const notifier = createNotifier(connectionString)

  const hear = (position: number): void => {
    if (position <= known) return
    known = position
    for (const waiter of waiters) if (known > waiter.after) waiter.wake(true)
  }

  const listening = createConnection({
    connectionString,
    purpose: 'listen',
    prepare: async (client: pg.Client) => {
      client.on('notification', ({ payload }) => hear(Number(payload)))
      await client.query(SQL.listen.text)
    },
  })

  // While the database is away there is nothing to hear; the next look tells.
  const lookAgain = (): void => {
    look().then(hear, () => undefined)
    listening.open().catch(() => undefined)
  }

  const release = (waiter: Waiter): void => {
    waiters.delete(waiter)
    if (waiters.size > 0) return
    clearInterval(poll)
    poll = undefined
  }

  return {
    waitFor: (after, timeoutMs, signal) => {
      if (known > after) return Promise.resolve(true)
      if (isClosed || signal?.aborted === true) return Promise.resolve(false)
      return new Promise((resolve) => {
        const onAbort = (): void => waiter.wake(false)
        const timer = setTimeout(onAbort, timeoutMs)
        const waiter: Waiter = {
          after,
          wake: (isThere) => {
            clearTimeout(timer)
            signal?.removeEventListener('abort', onAbort)
            release(waiter)
            resolve(isThere)
          },
        }
        signal?.addEventListener('abort', onAbort)
        waiters.add(waiter)
        poll ??= setInterval(lookAgain, LOG_POLL_INTERVAL_MS)
        lookAgain()
      })
    },
    landed: (position) => {
      hear(position)
      notifier.notify(position)
    },
    close: async () => {
      isClosed = true
      for (const waiter of [...waiters]) waiter.wake(false)
      await Promise.all([notifier.close(), listening.close()])
    },
  }
}

/** Tells other processes the newest position, never more often than the interval; a failure is left to their looking. */
const createNotifier = (connectionString: string) => {
  let newest = 0
  let told = 0
  let timer: NodeJS.Timeout | undefined
  let isTelling = false
  const connection = createConnection({
    connectionString,
    purpose: 'notify',
    prepare: async (client) => {
      await client.query(SQL.forgiveCommits.text)
    },
  })

  const tell = (): void => {
    timer = undefined
    if (isTelling || told >= newest) return
    isTelling = true
    told = newest
    const done = (): void => {
      isTelling = false
      arm()
    }
    connection.query(SQL.notify, [`${told}`]).then(done, done)
  }

  const arm = (): void => {
    if (timer === undefined && !isTelling && told < newest) timer = setTimeout(tell, LOG_NOTIFY_INTERVAL_MS)
  }

  return {
    notify: (position: number): void => {
      newest = Math.max(newest, position)
      arm()
    },
    close: async (): Promise<void> => {
      clearTimeout(timer)
      timer = undefined
      if (told < newest && !isTelling) await connection.query(SQL.notify, [`${newest}`]).catch(() => undefined)
      told = newest
      await connection.close()
    },
  }
}
