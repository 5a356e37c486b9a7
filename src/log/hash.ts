/**
 * The hash chain of a stream (DESIGN, section 3, rule 1): SHA-256 over nine fields, each as UTF-8 text preceded by its
 * length in bytes as a 4-byte big-endian unsigned integer. What is hashed here is byte for byte what is stored. This is
 * on the path of every event, so the fields are laid out in one buffer that is kept between calls.
 */
import { hash } from 'node:crypto'

/** The hash before version 1. */
export const NO_HASH = ''

export interface HashedEvent {
  readonly stream: string
  readonly version: number
  readonly id: string
  readonly type: string
  readonly schemaVersion: number
  /** ISO 8601 in UTC with six decimals and `Z`. */
  readonly time: string
  readonly data: string
  readonly metadata: string
}

/** The hash of an event, 64 lower-case hex digits, given the hash of the one before it in its stream. */
export const hashEvent = (previous: string, event: HashedEvent): string => {
  const bound = 9 * 4 + 3 * (previous.length + event.stream.length + event.id.length + event.type.length + 64)
  reserve(bound + 3 * (event.data.length + event.metadata.length))
  let end = field(0, previous)
  end = field(end, event.stream)
  end = field(end, String(event.version))
  end = field(end, event.id)
  end = field(end, event.type)
  end = field(end, String(event.schemaVersion))
  end = field(end, event.time)
  end = field(end, event.data)
  end = field(end, event.metadata)
  return sha256(scratch.subarray(0, end))
}

/** `sha256:<hex>` of the text's UTF-8 bytes. */
export const digestOf = (text: string): string => `sha256:${sha256(Buffer.from(text, 'utf8'))}`

const KEPT_BYTES = 1024 * 1024
let kept = Buffer.allocUnsafe(64 * 1024)
let scratch = kept

const reserve = (bytes: number): void => {
  if (bytes <= kept.length) scratch = kept
  else if (bytes <= KEPT_BYTES) {
    kept = Buffer.allocUnsafe(Math.min(KEPT_BYTES, bytes * 2))
    scratch = kept
  } else scratch = Buffer.allocUnsafe(bytes)
}

const field = (start: number, text: string): number => {
  const bytes = scratch.write(text, start + 4, 'utf8')
  scratch.writeUInt32BE(bytes, start)
  return start + 4 + bytes
}

// The one-shot function takes less than half the time of a Hash object: 0.75 against 1.8 µs for 450 bytes.
const sha256 = (bytes: Buffer): string => hash('sha256', bytes, 'hex')
