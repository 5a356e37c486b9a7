/** Events as they are recorded. */
import * as t from 'io-ts'
import type { StoredEvent } from '../../ports/log.js'
import { named, pageOf } from '../shape.js'

export const event = named(
  'Event',
  t.type({
    position: t.number,
    task: t.string,
    /** In the task's own stream, from 1. */
    version: t.number,
    id: t.string,
    type: t.string,
    schema_version: t.number,
    time: t.string,
    data: t.unknown,
    metadata: t.unknown,
    hash: t.string,
  }),
)

export type EventShape = t.TypeOf<typeof event>

export const eventPage = pageOf('EventPage', event)

export const eventShape = (stored: StoredEvent): EventShape => ({
  position: stored.position,
  task: stored.stream.replace(/^task-/, ''),
  version: stored.version,
  id: stored.id,
  type: stored.type,
  schema_version: stored.schemaVersion,
  time: stored.time,
  data: JSON.parse(stored.data),
  metadata: JSON.parse(stored.metadata),
  hash: stored.hash,
})
