/** Reading what was recorded, as it was recorded: nothing is decoded here, and no hash is checked. */
import type { Log, Payload, StoredEvent } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/events.sql', ['readStream', 'readAll', 'payloads', 'highestPosition'])

export interface EventRow {
  readonly position: number
  readonly stream: string
  readonly version: number
  readonly id: string
  readonly type: string
  readonly schema_version: number
  readonly time: string
  readonly data: string
  readonly metadata: string
  readonly hash: string
}

export const eventReads = (reader: Reader): Pick<Log, 'readStream' | 'readAll' | 'position' | 'payloads'> => ({
  readStream: async (stream, afterVersion, limit) =>
    (await reader.query<EventRow>(SQL.readStream, [stream, afterVersion, limit ?? null])).map(storedEvent),
  readAll: async (afterPosition, limit) =>
    (await reader.query<EventRow>(SQL.readAll, [afterPosition, limit])).map(storedEvent),
  position: async () => (await reader.query<{ position: number }>(SQL.highestPosition, []))[0]?.position ?? 0,
  payloads: async (stream, digests) =>
    digests.length === 0
      ? []
      : reader.query<{ digest: string; text: string } & Payload>(SQL.payloads, [stream, digests]),
})

export const storedEvent = (row: EventRow): StoredEvent => ({
  position: row.position,
  stream: row.stream,
  version: row.version,
  id: row.id,
  type: row.type,
  schemaVersion: row.schema_version,
  time: row.time,
  data: row.data,
  metadata: row.metadata,
  hash: row.hash,
})
