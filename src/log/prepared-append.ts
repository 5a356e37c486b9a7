/**
 * A stream's append made ready to be written: its texts checked, its time set, its hash chain computed. Both adapters
 * begin here, so that what one refuses the other refuses too. Nothing here asks the log anything.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { AppendOutcome, StreamAppend } from '../ports/log.js'
import type { EventTime } from './event-time.js'
import { hashEvent } from './hash.js'
import { jsonTextFault, plainTextFault, type TextFault, textFaultMessage } from './stored-text.js'

export interface PreparedAppend {
  readonly append: StreamAppend
  readonly time: EventTime
  /** The hash of each event, in order. */
  readonly hashes: ReadonlyArray<string>
  readonly version: number
  readonly hash: string
  /** Characters of all that is large in it: an estimate of its size. */
  readonly size: number
}

export type Refused = Extract<AppendOutcome, { kind: 'refused' }>

const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Refuses text that cannot be stored; throws on what only a mistake of ours can bring about. */
export const prepareAppend = (append: StreamAppend, time: EventTime): E.Either<Refused, PreparedAppend> => {
  const { stream, expectedVersion, expectedHash, events } = append
  if ((expectedVersion === 0) !== (expectedHash === '')) {
    throw new Error(`append to ${stream}: version ${expectedVersion} cannot have the hash "${expectedHash}"`)
  }
  if (events.length === 0 && expectedVersion === 0) throw new Error(`append to ${stream}: a new stream needs an event`)
  const refused = faultIn(append)
  if (refused !== undefined) return E.left(refused)

  const hashes: string[] = []
  let hash = expectedHash
  let version = expectedVersion
  let size = 0
  for (const event of events) {
    if (!EVENT_ID.test(event.id)) throw new Error(`append to ${stream}: "${event.id}" is no lower-case uuid`)
    version += 1
    hash = hashEvent(hash, {
      stream,
      version,
      id: event.id,
      type: event.type,
      schemaVersion: event.schemaVersion,
      time: time.text,
      data: event.data,
      metadata: event.metadata,
    })
    hashes.push(hash)
    size += event.data.length + event.metadata.length
  }
  for (const payload of append.payloads) size += payload.text.length
  for (const row of append.due.put) size += row.data.length
  return E.right({ append, time, hashes, version, hash, size })
}

const faultIn = (append: StreamAppend): Refused | undefined => {
  const names = [append.stream, append.head.status, append.head.namespace, append.head.template]
  if (append.identity !== undefined) names.push(append.identity)
  for (const event of append.events) {
    names.push(event.type)
    const fault = jsonTextFault(event.data) ?? jsonTextFault(event.metadata)
    if (fault !== undefined) return refuse(fault, `${event.type} of ${append.stream}`)
  }
  for (const payload of append.payloads) {
    names.push(payload.digest)
    const fault = jsonTextFault(payload.text)
    if (fault !== undefined) return refuse(fault, `payload ${payload.digest} of ${append.stream}`)
  }
  for (const row of append.due.put) {
    names.push(row.key)
    if (row.target !== null) names.push(row.target)
    const fault = jsonTextFault(row.data)
    if (fault !== undefined) return refuse(fault, `due row ${row.key} of ${append.stream}`)
  }
  names.push(...append.due.remove)
  for (const { holder, limit } of append.slots?.take ?? []) names.push(holder, limit)
  for (const name of names) {
    const fault = plainTextFault(name)
    if (fault !== undefined) return refuse(fault, `a name in the append to ${append.stream}`)
  }
  return undefined
}

const refuse = (fault: TextFault, where: string): Refused => ({
  kind: 'refused',
  constraint: fault,
  message: textFaultMessage(fault, where),
})

/** Throws when a batch names a stream twice: the second could only be decided by how the first ends. */
export const refuseRepeatedStreams = (batch: ReadonlyArray<StreamAppend>): void => {
  if (batch.length < 2) return
  const streams = new Set<string>()
  for (const { stream } of batch) {
    if (streams.has(stream)) throw new Error(`an append names ${stream} twice`)
    streams.add(stream)
  }
}
