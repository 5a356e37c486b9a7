/**
 * EventStoreDB (KurrentDB) as what the log is mirrored to. A stream is mirrored under its own name; event `version` of
 * the log is revision `version - 1` of the store. The mirror's own notes are a stream beside them.
 *
 * A call that fails for reasons of the way or of the moment gives up the connection, and the next one makes another.
 */
import { randomUUID } from 'node:crypto'
import {
  AccessDeniedError,
  BACKWARDS,
  END,
  EventStoreDBClient,
  InvalidArgumentError,
  type JSONEventData,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { MIRROR_CALL_MS, MIRROR_CHECKPOINTS_KEPT } from '../../core/limits.js'
import type { Payload, StoredEvent } from '../../ports/log.js'
import { MirrorRefused, type MirrorTarget, MirrorUnreachable } from './mirror-target.js'
import { mirroredEvent } from './mirrored-event.js'
import { appendPieces, payloadPieces, streamOfPayload } from './mirrored-payload.js'

/** The stream that holds the mirror's notes, where nobody says otherwise. */
export const CHECKPOINT_STREAM = 'tasker-mirror'

/**
 * `url` is an `esdb://` connection string; it is never repeated in an error, since a password may stand in it. Each log
 * that is mirrored to the same store needs a stream of its own for its notes.
 */
export const eventStoreTarget = (url: string, checkpointStream = CHECKPOINT_STREAM): MirrorTarget =>
  new EventStoreTarget(url, checkpointStream)

class EventStoreTarget implements MirrorTarget {
  #client: EventStoreDBClient
  #hasNoted = false

  constructor(
    private readonly url: string,
    private readonly checkpointStream: string,
  ) {
    this.#client = connect(url)
  }

  async append(events: ReadonlyArray<StoredEvent>): Promise<'appended' | 'wrong version'> {
    const [first] = events
    if (first === undefined) return 'appended'
    const { stream, version } = first
    return this.#append(stream, events.map(mirroredEvent), version - 1, `${stream} from version ${version}`)
  }

  async appendPayload(stream: string, payload: Payload): Promise<void> {
    const name = streamOfPayload(stream, payload.digest)
    await appendPieces(
      payloadPieces(stream, payload),
      (piece, before) => this.#append(name, [piece], before, name),
      async () => (await this.head(name))?.version ?? 0,
    )
  }

  async head(stream: string): Promise<{ readonly version: number; readonly id: string } | undefined> {
    const last = await this.#last(stream)
    return last === undefined ? undefined : { version: Number(last.revision) + 1, id: last.id }
  }

  async checkpoint(): Promise<number | undefined> {
    const last = await this.#last(this.checkpointStream)
    this.#hasNoted = last !== undefined
    const position = last === undefined ? undefined : Reflect.get(Object(last.data), 'position')
    return typeof position === 'number' ? position : undefined
  }

  async saveCheckpoint(position: number): Promise<void> {
    const note = jsonEvent({ id: randomUUID(), type: 'tasker-mirrored', data: { position } })
    try {
      await this.#ask((client) => client.appendToStream(this.checkpointStream, note))
      if (this.#hasNoted) return
      await this.#ask((client) =>
        client.setStreamMetadata(this.checkpointStream, { maxCount: MIRROR_CHECKPOINTS_KEPT }),
      )
      this.#hasNoted = true
    } catch (error) {
      throw refusalOf(error, this.checkpointStream)
    }
  }

  async close(): Promise<void> {
    await this.#client.dispose()
  }

  /** `before` events have to be there, and no more. */
  async #append(
    stream: string,
    events: JSONEventData[],
    before: number,
    what: string,
  ): Promise<'appended' | 'wrong version'> {
    const expectedRevision = before === 0 ? NO_STREAM : BigInt(before - 1)
    try {
      await this.#ask((client) => client.appendToStream(stream, events, { expectedRevision }))
      return 'appended'
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return 'wrong version'
      throw refusalOf(error, what)
    }
  }

  async #last(stream: string) {
    try {
      return await this.#ask((client) => lastOf(client, stream))
    } catch (error) {
      if (error instanceof StreamNotFoundError) return undefined
      throw refusalOf(error, stream)
    }
  }

  async #ask<A>(call: (client: EventStoreDBClient) => Promise<A>): Promise<A> {
    const client = this.#client
    try {
      return await inTime(call(client))
    } catch (error) {
      if (isAnswer(error)) throw error
      // Whoever else used this connection has failed with it, or will; one of them replaces it.
      if (this.#client === client) {
        this.#client = connect(this.url)
        client.dispose().catch(() => undefined)
      }
      throw new MirrorUnreachable(`EventStoreDB did not answer: ${messageOf(error)}`, error)
    }
  }
}

const connect = (url: string): EventStoreDBClient => {
  try {
    const client = EventStoreDBClient.connectionString(url)
    // Batch appends share their pending answers between all connections of the process: one that breaks takes the
    // answers of the others along, and the client throws where nobody can catch it. Single appends have none of that.
    Reflect.set(client, 'supports', async () => false)
    return client
  } catch {
    const message = '--url is no connection string of EventStoreDB'
    throw new MirrorRefused(
      'eventstoredb_url_invalid',
      message,
      'write esdb://user:password@host:2113, and ?tls=false without TLS',
    )
  }
}

/** Read to its end: a call that is left before hangs in the client when that is disposed of. */
const lastOf = async (client: EventStoreDBClient, stream: string) => {
  const read = client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 })
  const found = []
  for await (const { event } of read) found.push(event)
  return found[0]
}

/** What the store has answered, whatever it is; anything else is the way there. */
const isAnswer = (error: unknown): boolean =>
  error instanceof WrongExpectedVersionError ||
  error instanceof StreamNotFoundError ||
  error instanceof AccessDeniedError ||
  error instanceof MaxAppendSizeExceededError ||
  error instanceof StreamDeletedError ||
  error instanceof InvalidArgumentError

const refusalOf = (error: unknown, what: string): unknown => {
  if (error instanceof AccessDeniedError) {
    const remedy = 'name a user in --url who may read and write, or give this one the right to'
    return new MirrorRefused('eventstoredb_refused', `EventStoreDB denies access to ${what}`, remedy, error)
  }
  if (error instanceof MaxAppendSizeExceededError) {
    const message = `${what} is larger than the ${error.maxAppendSize} bytes that the store takes at once`
    return new MirrorRefused('event_too_large', message, "raise the store's MaxAppendSize", error)
  }
  if (error instanceof StreamDeletedError) {
    const remedy = 'a tombstone cannot be undone; mirror to an empty store'
    return new MirrorRefused('stream_deleted', `${what} was deleted in the store`, remedy, error)
  }
  return error
}

const inTime = <A>(call: Promise<A>): Promise<A> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${MIRROR_CALL_MS} ms`)), MIRROR_CALL_MS)
    call.then(resolve, reject).finally(() => clearTimeout(timer))
  })

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
