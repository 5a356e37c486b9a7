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
}

/** Every event follows from `causation`, or from the last one of the task where nothing nearer is named. */
export const emitter = (state: TaskState, envelope: Envelope, first?: Partial<Metadata>): Emitter => {
  const events: TaskEvent[] = []
  const emit = <T extends EventType>(type: T, data: EventData<T>, causation?: string): string => {
    const id = envelope.id.slice(0, -COUNTER_DIGITS) + events.length.toString(16).padStart(COUNTER_DIGITS, '0')
    const metadata: Metadata = {
      actor: envelope.actor,
      causation: causation ?? envelope.causation ?? (state.lastEvent === '' ? null : state.lastEvent),
      correlation: state.correlation,
      ...(state.parentCorrelation === undefined ? {} : { parentCorrelation: state.parentCorrelation }),
      ...(envelope.trace === undefined ? {} : { trace: envelope.trace }),
      ...first,
    }
    // `T` ties the data to its type; the union of all events cannot express that tie.
    events.push({ id, type, data, metadata } as TaskEvent)
    return id
  }
  return { events, emit }
}
