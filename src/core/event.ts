/**
 * The events: one codec a type, gathered in one table. Whoever reads the log decodes by this table; a type or version
 * that is not in it is reported, and its task left alone.
 */
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { gateEvents } from './events/gate.js'
import { graphEvents } from './events/graph.js'
import { planningEvents } from './events/planning.js'
import { stepEvents } from './events/step.js'
import { taskEvents } from './events/task.js'

export const EVENTS = { ...taskEvents, ...graphEvents, ...stepEvents, ...planningEvents, ...gateEvents }

export type EventType = keyof typeof EVENTS
export type EventData<T extends EventType> = t.TypeOf<(typeof EVENTS)[T]>

export type Actor =
  | { readonly kind: 'engine' }
  | { readonly kind: 'worker'; readonly id: string }
  | { readonly kind: 'planner'; readonly id: string }
  /** `via` says what proved it: `key:<id>`, or `jwt:<issuer>#<subject>`. */
  | { readonly kind: 'person'; readonly id: string; readonly authenticated: boolean; readonly via?: string }

export interface Metadata {
  readonly actor: Actor
  /** Id of the event or command that led to this one. */
  readonly causation: string | null
  readonly correlation: string
  readonly parentCorrelation?: string
  /** W3C `traceparent`. */
  readonly trace?: string
  /** In a fork: the event of which this is a copy, the first one where a fork was forked. */
  readonly copyOf?: string
}

/** An event as `decide` makes it and `evolve` reads it. Its version is its place in its stream. */
export type TaskEvent = {
  [T in EventType]: {
    readonly id: string
    readonly type: T
    readonly data: EventData<T>
    readonly metadata: Metadata
  }
}[EventType]

export type EventOf<T extends EventType> = Extract<TaskEvent, { type: T }>

/** Every type is at version 1 so far; upcasters will stand here, one a step from version to version. */
export const SCHEMA_VERSION = 1

export interface UnreadableEvent {
  readonly code: 'unknown_event_type' | 'unknown_event_version' | 'unreadable_event'
  readonly message: string
}

const isEventType = (type: string): type is EventType => Object.hasOwn(EVENTS, type)

/** Decodes one stored event. Left where this process does not know it: then its task is left alone. */
export const decodeEvent = (stored: {
  readonly id: string
  readonly type: string
  readonly schemaVersion: number
  readonly data: string
  readonly metadata: string
}): E.Either<UnreadableEvent, TaskEvent> => {
  if (!isEventType(stored.type)) {
    return E.left({
      code: 'unknown_event_type',
      message: `event ${stored.id} is of type ${stored.type}, which this version does not know`,
    })
  }
  if (stored.schemaVersion !== SCHEMA_VERSION) {
    return E.left({
      code: 'unknown_event_version',
      message: `event ${stored.id} is ${stored.type} version ${stored.schemaVersion}; this version reads version ${SCHEMA_VERSION}`,
    })
  }
  const codec: t.Decoder<unknown, unknown> = EVENTS[stored.type]
  const data = codec.decode(JSON.parse(stored.data))
  if (E.isLeft(data)) {
    const at =
      data.left[0]?.context
        .map((entry) => entry.key)
        .filter(Boolean)
        .join('.') ?? ''
    return E.left({
      code: 'unreadable_event',
      message: `event ${stored.id} (${stored.type}) does not fit its codec at "${at}"`,
    })
  }
  // The table pairs each type with its codec, which the compiler cannot see through an index.
  return E.right({
    id: stored.id,
    type: stored.type,
    data: data.right,
    metadata: JSON.parse(stored.metadata),
  } as unknown as TaskEvent)
}
