/** Makes the events of one command: ids derived from the command's, metadata from its envelope. */
import type { EventData, EventType, Metadata, TaskEvent } from '../event.js'
import type { TaskState } from '../state.js'
import type { Envelope } from './envelope.js'

/** Hex digits of the command's id that count its events. */
const COUNTER_DIGITS = 5

export interface Emitter {
  readonly events: TaskEvent[]
  /** Adds an event and says its id, so that the next one can refer to it. */
  emit<T extends EventType>(type: T, data: EventData<T>, causation?: string): string
  /** The same with metadata of its own. */
  emitAs<T extends EventType>(metadata: Metadata, type: T, data: EventData<T>): string
  /** The id of the event that is emitted next. */
  nextId(): string
}

/** What the ids of all events of one decision have in common: they happened together or not at all. */
export const decisionOf = (eventId: string): string => eventId.slice(0, -COUNTER_DIGITS)

/** Every event follows from `causation`, or from the last one of the task where nothing nearer is named. */
export const emitter = (state: TaskState, envelope: Envelope, first?: Partial<Metadata>): Emitter => {
  const events: TaskEvent[] = []
  const nextId = (): string => decisionOf(envelope.id) + events.length.toString(16).padStart(COUNTER_DIGITS, '0')
  const emitAs = <T extends EventType>(metadata: Metadata, type: T, data: EventData<T>): string => {
    const id = nextId()
    // `T` ties the data to its type; the union of all events cannot express that tie.
    events.push({ id, type, data, metadata: { ...metadata, ...first } } as TaskEvent)
    return id
  }
  const trace = envelope.trace ?? state.trace
  const emit = <T extends EventType>(type: T, data: EventData<T>, causation?: string): string =>
    emitAs(
      {
        actor: envelope.actor,
        causation: causation ?? envelope.causation ?? (state.lastEvent === '' ? null : state.lastEvent),
        correlation: state.correlation,
        ...(state.parentCorrelation === undefined ? {} : { parentCorrelation: state.parentCorrelation }),
        ...(trace === undefined ? {} : { trace }),
      },
      type,
      data,
    )
  return { events, emit, emitAs, nextId }
}
