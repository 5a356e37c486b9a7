/**
 * Where the log is mirrored to, as the mirror sees it: streams of numbered events, appended with the version that is
 * expected. The one adapter is EventStoreDB; tests stand another one in its place.
 */
import type { Payload, StoredEvent } from '../../ports/log.js'

export interface MirrorTarget {
  /**
   * Appends events that follow each other to a stream that holds exactly those before the first of them. Events that are
   * there already, all of them and in that place, count as appended.
   */
  append(events: ReadonlyArray<StoredEvent>): Promise<'appended' | 'wrong version'>
  /** Keeps what an event of a stream refers to by digest; one that is there already is left alone. */
  appendPayload(stream: string, payload: Payload): Promise<void>
  /** How many events a stream holds, and the id of the last; undefined where there is none. */
  head(stream: string): Promise<{ readonly version: number; readonly id: string } | undefined>
  /** The position that was saved last. */
  checkpoint(): Promise<number | undefined>
  saveCheckpoint(position: number): Promise<void>
  close(): Promise<void>
}

/** The store cannot be reached or does not answer: whoever asked may ask again. */
export class MirrorUnreachable extends Error {
  readonly code = 'eventstoredb_unreachable'
  readonly remedy = 'see that it runs and that --url is right'
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'MirrorUnreachable'
  }
}

export type MirrorRefusal =
  | 'eventstoredb_url_invalid'
  | 'eventstoredb_refused'
  | 'event_too_large'
  | 'stream_deleted'
  | 'stream_diverged'
  | 'mirror_ahead'

/** What asking again does not mend. */
export class MirrorRefused extends Error {
  constructor(
    readonly code: MirrorRefusal,
    message: string,
    readonly remedy: string,
    cause?: unknown,
  ) {
    super(message, { cause })
    this.name = 'MirrorRefused'
  }
}
