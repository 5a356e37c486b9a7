/**
 * The event log on Postgres. It holds one connection for appends, a few for reads, and one each for listening, for
 * notifying and for leading; the last three are made when they are first needed.
 */
import * as E from 'fp-ts/lib/Either.js'
import { LOG_READ_CONNECTIONS } from '../core/limits.js'
import type { Log } from '../ports/log.js'
import type { Appended } from '../ports/measures.js'
import { accessStore } from './access.js'
import { createAppender } from './appender.js'
import { Connection } from './connection.js'
import { setSteadyPlans } from './database.js'
import { deadLetterReads } from './dead-letters.js'
import { dueReads } from './due.js'
import { createEventTimes } from './event-time.js'
import { eventReads } from './events.js'
import { GroupCommit } from './group-commit.js'
import { headReads } from './heads.js'
import { inboxReads } from './inbox.js'
import { installationRead } from './installation.js'
import { createLeadership } from './leadership.js'
import { limitReads } from './limits.js'
import { matchingReads } from './matching.js'
import { PositionWatch } from './position-watch.js'
import { prepareAppend, refuseRepeatedStreams } from './prepared-append.js'
import { Reader } from './reader.js'
import { scheduleStore } from './schedules.js'
import { checkSchema, type SchemaRefusal, schemaRefusal } from './schema.js'
import { sessionLeases } from './sessions.js'
import { snapshotStore } from './snapshots.js'
import { standingReads } from './standing.js'
import { templateStore } from './templates.js'

export interface PostgresLogOptions {
  readonly connectionString: string
  /** Milliseconds since the epoch: the time of the events that this process appends. */
  readonly now?: () => number
  readonly readConnections?: number
  /** Hears of each append that was answered. */
  readonly onAppended?: (appended: Appended) => void
}

/**
 * Opens the log. Refuses a database whose schema is not the one that this code was written for; throws where the
 * database cannot be reached. `close` waits for the appends that are under way.
 */
export const createPostgresLog = async (options: PostgresLogOptions): Promise<E.Either<SchemaRefusal, Log>> => {
  const refusal = schemaRefusal(await checkSchema(options.connectionString))
  return refusal === undefined ? E.right(openLog(options)) : E.left(refusal)
}

const openLog = (options: PostgresLogOptions): Log => {
  const { connectionString, now = Date.now } = options
  const reader = new Reader(connectionString, options.readConnections ?? LOG_READ_CONNECTIONS)
  let closed: Promise<void> | undefined
  const events = eventReads(reader)
  const watch = new PositionWatch(connectionString, events.position)
  const appending = new Connection({ connectionString, purpose: 'append', prepare: setSteadyPlans })
  const commits = new GroupCommit(
    createAppender(appending, {
      onLanded: (position) => watch.landed(position),
      onAppended: options.onAppended,
      isClosing: () => closed !== undefined,
    }),
  )
  const times = createEventTimes(now)
  const leadership = createLeadership(connectionString)
  const leases = sessionLeases(reader)
  const close = async (): Promise<void> => {
    await commits.drained()
    await Promise.all([watch.close(), leadership.close(), appending.close()])
    await reader.close()
  }
  return {
    append: async (batch) => {
      refuseRepeatedStreams(batch)
      const prepared = batch.map((append) => prepareAppend(append, times()))
      return Promise.all(prepared.map((one) => (E.isLeft(one) ? one.left : commits.append(one.right))))
    },
    waitFor: (afterPosition, timeoutMs, signal) => watch.waitFor(afterPosition, timeoutMs, signal),
    ...events,
    ...matchingReads(reader),
    ...headReads(reader),
    ...dueReads(reader),
    ...leases,
    ...templateStore(reader),
    ...scheduleStore(reader),
    ...accessStore(reader),
    ...deadLetterReads(reader),
    ...limitReads(reader),
    ...inboxReads(reader),
    ...snapshotStore(reader),
    ...installationRead(reader),
    ...standingReads(reader, leases),
    lead: leadership.lead,
    close: () => {
      closed ??= close()
      return closed
    },
  }
}
