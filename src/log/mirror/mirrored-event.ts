/**
 * An event as EventStoreDB keeps it: its own id and type, the data as JSON, and in the metadata what the store's system
 * projections go by (`$correlationId`, `$causationId`), with what proves the event beside it.
 */
import { type JSONEventData, jsonEvent } from '@eventstore/db-client'
import type { StoredEvent } from '../../ports/log.js'

export const mirroredEvent = (event: StoredEvent): JSONEventData => {
  const metadata: Readonly<Record<string, unknown>> = JSON.parse(event.metadata)
  const data: Readonly<Record<string, unknown>> = JSON.parse(event.data)
  const { correlation, causation } = metadata
  return jsonEvent({
    id: event.id,
    type: event.type,
    data,
    metadata: {
      ...metadata,
      ...(typeof correlation === 'string' ? { $correlationId: correlation } : {}),
      ...(typeof causation === 'string' ? { $causationId: causation } : {}),
      tasker: {
        version: event.version,
        position: event.position,
        schema_version: event.schemaVersion,
        time: event.time,
        hash: event.hash,
      },
    },
  })
}
