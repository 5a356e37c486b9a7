/** Rows of the inbox, written by one process and read by another, maybe of a later version: each kind has its codec. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Actor } from '../core/event.js'
import { json, jsonObject } from '../core/events/codecs.js'
import type { Json } from '../core/json.js'
import type { Template } from '../core/template.js'
import type { InboxRow } from '../ports/log.js'
import type { Creation } from './creation.js'
import { streamOf } from './ids.js'

// Checked before it was written, by this code; the database gives it back as it was.
const recorded = <A>() => jsonObject as unknown as t.Type<A, A, unknown>

const creation = t.intersection([
  t.type({
    template: recorded<Template>(),
    input: json,
    priority: t.number,
    vocabulary: t.string,
    correlation: t.string,
    actor: recorded<Actor>(),
  }),
  t.partial({ trace: t.string, identity: t.string, runAtMs: t.number, partitions: t.record(t.string, t.string) }),
])

const signal = t.type({ id: t.string, name: t.string, payload: json, actor: recorded<Actor>() })

export type CreationRow = t.TypeOf<typeof creation>
export type SignalRow = t.TypeOf<typeof signal>

export type ReadRow =
  | { readonly kind: 'create'; readonly stream: string; readonly data: CreationRow }
  | { readonly kind: 'signal'; readonly stream: string; readonly data: SignalRow }

export const createRow = ({ id, command, input, actor, trace }: Creation): Omit<InboxRow, 'id'> => {
  const { type: _, ...rest } = command
  return { kind: 'create', stream: streamOf(id), data: JSON.stringify({ ...rest, input, actor, trace }) }
}

export const signalRow = (
  taskId: string,
  sent: { readonly id: string; readonly name: string; readonly payload: Json; readonly actor: Actor },
): Omit<InboxRow, 'id'> => ({ kind: 'signal', stream: streamOf(taskId), data: JSON.stringify(sent) })

/** Undefined for a row that this version cannot read. */
export const readRow = ({ kind, stream, data }: InboxRow): ReadRow | undefined => {
  const value = stream === null ? undefined : parsed(data)
  if (stream === null || value === undefined) return undefined
  if (kind === 'create') {
    const read = creation.decode(value)
    return E.isRight(read) ? { kind, stream, data: read.right } : undefined
  }
  if (kind !== 'signal') return undefined
  const read = signal.decode(value)
  return E.isRight(read) ? { kind, stream, data: read.right } : undefined
}

/** Whoever writes to the table by hand may have written anything. */
const parsed = (data: string): unknown => {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
