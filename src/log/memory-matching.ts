/** What a filter lets through, for the log in memory: the same rule as `matching.sql`, event by event. */
import { MATCHING_PIECE_POSITIONS } from '../core/limits.js'
import type { EventFilter, MatchingPage, StoredEvent } from '../ports/log.js'
import type { MemoryStore } from './memory-store.js'
import { partitionOf } from './partition.js'

export const readMatchingInMemory = (
  store: MemoryStore,
  afterPosition: number,
  filter: EventFilter,
  limit: number,
): MatchingPage => {
  const end = Math.min(store.events.length, afterPosition + MATCHING_PIECE_POSITIONS)
  const events: StoredEvent[] = []
  for (let position = afterPosition + 1; position <= end; position += 1) {
    const event = store.events[position - 1]
    if (event === undefined || !passes(store, event, filter)) continue
    events.push(event)
    if (events.length === limit) return { events, lookedTo: position }
  }
  return { events, lookedTo: Math.max(end, afterPosition) }
}

const passes = (store: MemoryStore, event: StoredEvent, filter: EventFilter): boolean => {
  const { types, stream, partitions, namespace, template, correlation } = filter
  if (types?.includes(event.type) === false) return false
  if (stream !== undefined && event.stream !== stream) return false
  if (partitions?.has(partitionOf(event.stream)) === false) return false
  if (correlation !== undefined && JSON.parse(event.metadata).correlation !== correlation) return false
  if (namespace === undefined && template === undefined) return true
  const head = store.heads.get(event.stream)
  return (namespace ?? head?.namespace) === head?.namespace && (template ?? head?.template) === head?.template
}
