/**
 * A process that mirrors a log once, and kills itself in front of its nth call of the store. Started by
 * `mirror-crash.test.ts`; says `done` where it lives to see the end.
 */
import { EventStoreDBClient } from '@eventstore/db-client'
import { mirrorToEventStore } from '../../../src/log/mirror/mirror-to-event-store.js'
import { silentLogger } from '../../../src/ports/logger.js'
import { systemClock } from '../../../src/system-clock.js'
import { openLog } from '../log-database.js'

const [databaseUrl = '', url = '', calls = '0'] = process.argv.slice(2)
let left = Number(calls)

for (const name of ['appendToStream', 'readStream', 'setStreamMetadata'] as const) {
  const call: (...asked: never[]) => unknown = EventStoreDBClient.prototype[name]
  Reflect.set(EventStoreDBClient.prototype, name, function counted(this: EventStoreDBClient, ...asked: never[]) {
    if (left === 0) process.kill(process.pid, 'SIGKILL')
    left -= 1
    return Reflect.apply(call, this, asked)
  })
}

const log = await openLog(databaseUrl)
await mirrorToEventStore({ log, clock: systemClock, logger: silentLogger }, { url, once: true })
console.log('done')
process.exit()
