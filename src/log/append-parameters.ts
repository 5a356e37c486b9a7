/**
 * The parameters of the append function, one column each, filled stream by stream while an earlier append is still on
 * its way. The order of the columns is the order of the function's parameters in migration 0006.
 */

import type { Guard, StreamAppend } from '../ports/log.js'
import { ArrayColumn } from './array-column.js'
import type { PreparedAppend } from './prepared-append.js'

export class AppendParameters {
  readonly #stream = {
    name: new ArrayColumn('text'),
    expected: new ArrayColumn('int4'),
    expectedHash: new ArrayColumn('bytea'),
    version: new ArrayColumn('int4'),
    hash: new ArrayColumn('bytea'),
    time: new ArrayColumn('timestamptz'),
    status: new ArrayColumn('text'),
    namespace: new ArrayColumn('text'),
    template: new ArrayColumn('text'),
    open: new ArrayColumn('bool'),
    holders: new ArrayColumn('text'),
  }
  readonly #event = {
    place: new ArrayColumn('int4'),
    version: new ArrayColumn('int4'),
    id: new ArrayColumn('uuid'),
    type: new ArrayColumn('text'),
    schemaVersion: new ArrayColumn('int4'),
    data: new ArrayColumn('text'),
    metadata: new ArrayColumn('text'),
    hash: new ArrayColumn('bytea'),
  }
  readonly #guard = {
    place: new ArrayColumn('int4'),
    session: new ArrayColumn('int8'),
    alive: new ArrayColumn('bool'),
  }
  readonly #identity = { place: new ArrayColumn('int4'), key: new ArrayColumn('text') }
  readonly #payload = {
    place: new ArrayColumn('int4'),
    digest: new ArrayColumn('text'),
    text: new ArrayColumn('text'),
  }
  readonly #remove = { place: new ArrayColumn('int4'), key: new ArrayColumn('text') }
  readonly #put = {
    place: new ArrayColumn('int4'),
    key: new ArrayColumn('text'),
    kind: new ArrayColumn('text'),
    dueAt: new ArrayColumn('int8'),
    target: new ArrayColumn('text'),
    priority: new ArrayColumn('int4'),
    data: new ArrayColumn('text'),
  }
  readonly #inbox = { place: new ArrayColumn('int4'), id: new ArrayColumn('int8') }
  readonly #free = { place: new ArrayColumn('int4'), holder: new ArrayColumn('text') }
  readonly #slot = {
    place: new ArrayColumn('int4'),
    holder: new ArrayColumn('text'),
    limit: new ArrayColumn('text'),
    concurrency: new ArrayColumn('int4'),
    rate: new ArrayColumn('int4'),
    rateMs: new ArrayColumn('int8'),
  }
  readonly #columns: ReadonlyArray<ArrayColumn> = [
    this.#stream,
    this.#event,
    this.#guard,
    this.#identity,
    this.#payload,
    this.#remove,
    this.#put,
    this.#inbox,
    this.#free,
    this.#slot,
  ].flatMap((group): ArrayColumn[] => Object.values(group))
  #streams = 0

  clear(): void {
    for (const column of this.#columns) column.clear()
    this.#streams = 0
  }

  add(prepared: PreparedAppend): void {
    this.#streams += 1
    this.#addHead(prepared)
    this.#addEvents(prepared)
    this.#addRest(prepared)
  }

  /** Valid until the next `clear`. */
  toArray(): Buffer[] {
    return this.#columns.map((column) => column.toParameter())
  }

  #addHead({ append, version, hash, time }: PreparedAppend): void {
    const { head } = append
    this.#stream.name.text(append.stream)
    this.#stream.expected.int4(append.expectedVersion)
    this.#stream.expectedHash.bytea(append.expectedHash)
    this.#stream.version.int4(version)
    this.#stream.hash.bytea(hash)
    this.#stream.time.timestamptz(time.micros)
    this.#stream.status.text(head.status)
    this.#stream.namespace.text(head.namespace)
    this.#stream.template.text(head.template)
    this.#stream.open.bool(head.open)
    this.#stream.holders.text(`{${head.holders.join(',')}}`)
  }

  #addEvents({ append, hashes }: PreparedAppend): void {
    let version = append.expectedVersion
    for (const [index, event] of append.events.entries()) {
      version += 1
      this.#event.place.int4(this.#streams)
      this.#event.version.int4(version)
      this.#event.id.uuid(event.id)
      this.#event.type.text(event.type)
      this.#event.schemaVersion.int4(event.schemaVersion)
      this.#event.data.text(event.data)
      this.#event.metadata.text(event.metadata)
      this.#event.hash.bytea(hashes[index] ?? '')
    }
  }

  #addRest({ append }: PreparedAppend): void {
    const place = this.#streams
    let last: Guard | undefined
    for (const guard of append.guards ?? []) {
      // A chain of claims brings the same guard once for each of them.
      if (guard.session === last?.session && guard.kind === last.kind) continue
      last = guard
      this.#guard.place.int4(place)
      this.#guard.session.int8(guard.session)
      this.#guard.alive.bool(guard.kind === 'session-alive')
    }
    if (append.identity !== undefined) {
      this.#identity.place.int4(place)
      this.#identity.key.text(append.identity)
    }
    for (const payload of append.payloads) {
      this.#payload.place.int4(place)
      this.#payload.digest.text(payload.digest)
      this.#payload.text.text(payload.text)
    }
    for (const key of append.due.remove) {
      this.#remove.place.int4(place)
      this.#remove.key.text(key)
    }
    for (const row of append.due.put) {
      this.#put.place.int4(place)
      this.#put.key.text(row.key)
      this.#put.kind.text(row.kind)
      this.#put.dueAt.int8(row.dueAt)
      this.#put.target.textOrNull(row.target)
      this.#put.priority.int4(row.priority)
      this.#put.data.text(row.data)
    }
    for (const id of append.inbox ?? []) {
      this.#inbox.place.int4(place)
      this.#inbox.id.int8(id)
    }
    if (append.slots !== undefined) this.#addSlots(append.slots)
  }

  /** 0 says that a limit has nothing to say of attempts at a time, or of claims in a time. */
  #addSlots({ free, take }: NonNullable<StreamAppend['slots']>): void {
    for (const holder of free) {
      this.#free.place.int4(this.#streams)
      this.#free.holder.text(holder)
    }
    for (const { holder, limit, concurrency, rate } of take) {
      this.#slot.place.int4(this.#streams)
      this.#slot.holder.text(holder)
      this.#slot.limit.text(limit)
      this.#slot.concurrency.int4(concurrency ?? 0)
      this.#slot.rate.int4(rate?.max ?? 0)
      this.#slot.rateMs.int8(rate?.perMs ?? 0)
    }
  }
}
