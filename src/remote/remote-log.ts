/** The log of a server and its subscriptions, as commands handle those of a database. */
import type { TaskRecord } from '../audit/record-pages.js'
import { notOverHttp } from '../cli/on-database.js'
import type { OpenLog } from '../cli/system.js'
import type { TaskerEvent } from '../client/client.js'
import { streamOf, taskOf } from '../engine/ids.js'
import { TaskRefused } from '../engine/task-refused.js'
import { unshaped } from '../http/shape.js'
import { parkedEvent, subscriptionStatus } from '../http/shapes/operations.js'
import type { StoredEvent } from '../ports/log.js'
import type { EventSelection, SubscriptionFilter } from '../ports/subscription.js'
import { type Connection, type ConnectionOptions, connectionTo } from './connection.js'
import { refusalOf, told } from './refusal.js'
import { remoteProjections } from './remote-projections.js'
import { wordOf } from './words.js'

const PAGE_EVENTS = 500

/** The record of one task, as whoever proves, replays or tells it reads it. */
export const remoteRecord = ({ client }: Connection): TaskRecord => ({
  readStream: async (stream, afterVersion, limit = Number.POSITIVE_INFINITY) => {
    const events: StoredEvent[] = []
    for (let after = afterVersion; events.length < limit; ) {
      const query = { after_version: after, limit: Math.min(PAGE_EVENTS, limit - events.length) }
      const page = await client.tasks.events(taskOf(stream), query).catch(noneWhereUnknown)
      events.push(...page.items.map(storedOf))
      const last = page.items.at(-1)
      if (last === undefined || page.next_cursor === null) return events
      after = last.version
    }
    return events
  },
  payloads: async (stream, digests) =>
    digests.length === 0 ? [] : (await told(client.tasks.payloads(taskOf(stream), digests))).items,
  head: async (stream) => {
    const task = await client.tasks.get(taskOf(stream)).catch(noneWhereUnknown)
    if (!('status' in task)) return undefined
    const { status, open, namespace, template, version } = task
    const { items } = await told(client.tasks.events(taskOf(stream), { after_version: version - 1, limit: 1 }))
    const hash = items[0]?.hash ?? ''
    return { stream, version, hash, status, namespace, template, open, holders: [] }
  },
  heads: async () => {
    throw notOverHttp('proving records')
  },
})

const noneWhereUnknown = (
  error: unknown,
): { readonly items: ReadonlyArray<TaskerEvent>; readonly next_cursor: null } => {
  const refusal = refusalOf(error)
  if (refusal instanceof TaskRefused && refusal.code === 'task_unknown') return { items: [], next_cursor: null }
  throw refusal
}

/** Events are written by the same function that reads them, so that what was parsed is the text that was stored. */
const storedOf = ({ task, schema_version, data, metadata, ...event }: TaskerEvent): StoredEvent => ({
  ...event,
  stream: streamOf(task),
  schemaVersion: schema_version,
  data: JSON.stringify(data),
  metadata: JSON.stringify(metadata),
})

export const openRemoteLog = (options: ConnectionOptions): OpenLog => remoteLog(connectionTo(options))

const remoteLog = (connection: Connection): OpenLog => ({
  events: (selection) => eventsOn(connection, selection),
  record: remoteRecord(connection),
  subscriptions: subscriptionsOn(connection),
  projections: remoteProjections(connection),
  mirror: async () => {
    throw notOverHttp('a mirror')
  },
  close: async () => undefined,
})

async function* eventsOn(
  { client }: Connection,
  { filter, from, follow, signal }: EventSelection,
): AsyncGenerator<StoredEvent> {
  const query = queryOf(filter)
  try {
    if (follow) {
      const start = typeof from === 'number' ? { after: from } : { from }
      for await (const event of client.events.stream({ ...query, ...start }, { signal })) yield storedOf(event)
      return
    }
    if (from === 'now') return
    for (let after = from === 'start' ? 0 : from; ; ) {
      const page = await client.events.list({ ...query, after, limit: PAGE_EVENTS })
      yield* page.items.map(storedOf)
      if (page.next_cursor === null || signal.aborted) return
      after = Number(page.next_cursor)
    }
  } catch (error) {
    throw refusalOf(error)
  }
}

const queryOf = ({ types, task, template, namespace, correlation, plannedBy }: SubscriptionFilter) => ({
  ...(types === undefined ? {} : { type: types }),
  ...(task === undefined ? {} : { task }),
  ...(template === undefined ? {} : { template }),
  ...(namespace === undefined ? {} : { namespace }),
  ...(correlation === undefined ? {} : { correlation }),
  ...(plannedBy === undefined ? {} : { planned_by: plannedBy }),
})

const subscriptionsOn = ({ client }: Connection): OpenLog['subscriptions'] => ({
  list: async () =>
    (await told(client.subscriptions.list())).items.map((one) => {
      const { filter, order, ...status } = unshaped(subscriptionStatus, one)
      return { ...status, order: wordOf(ORDERS, order), filter: JSON.parse(JSON.stringify(filter)) }
    }),
  parked: async (name, page = {}) =>
    (await told(client.subscriptions.parked(name, page))).items.map((one) => unshaped(parkedEvent, one)),
  replay: async (name, chosen = {}) => (await told(client.subscriptions.replay(name, chosen))).events,
  skip: async (name, chosen) => (await told(client.subscriptions.skip(name, chosen))).events,
  remove: async (name) => (await told(client.subscriptions.remove(name))).removed,
})

const ORDERS = ['position', 'task'] as const
