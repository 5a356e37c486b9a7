/** A database with a log, and subscriptions on it as one process or several would have them. */
import type { Log } from '../../src/ports/log.js'
import { silentLogger } from '../../src/ports/logger.js'
import { createSubscriptions, type Subscriptions } from '../../src/subscriptions/subscriptions.js'
import { migratedDatabase, openLog } from '../log/log-database.js'
import { liveClock } from '../support/live-clock.js'

export interface World {
  readonly url: string
  readonly log: Log
  /** Another process's. */
  subscriptions(): Promise<Subscriptions>
}

/** Runs a body in a fresh world, and takes it down whatever comes. */
export const inWorld = (body: (world: World) => Promise<void>) => async (): Promise<void> => {
  const { url, drop } = await migratedDatabase()
  const opened: Array<{ close(): Promise<void> }> = []
  const open = async (): Promise<Log> => {
    const log = await openLog(url)
    opened.unshift(log)
    return log
  }
  try {
    await body({
      url,
      log: await open(),
      subscriptions: async () => {
        const log = await open()
        const subscriptions = createSubscriptions({ log, clock: liveClock, logger: silentLogger, databaseUrl: url })
        opened.unshift({ close: () => subscriptions.close({ graceMs: 1_000 }) })
        return subscriptions
      },
    })
  } finally {
    for (const one of opened) await one.close()
    await drop()
  }
}
