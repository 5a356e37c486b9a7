/**
 * Content is a value of the user's or of a model's as an event carries it: in place when it is small, else by the
 * digest of its exact bytes, which are stored once per task. The core never looks inside it.
 */
import type { Json } from './json.js'

export type Content = Inline | Reference

export interface Inline {
  readonly value: Json
}

export interface Reference {
  /** `sha256:<hex>` of the UTF-8 bytes of the JSON text. */
  readonly digest: string
  readonly bytes: number
}

export const isReference = (content: Content): content is Reference => 'digest' in content

export const inline = (value: Json): Inline => ({ value })

/** User's own JSON stands in these, as it is; whatever it looks like, it is no reference of ours. */
const NEVER_REFERENCES = ['step-checkpointed.checkpoint', 'signal-received.payload']

const DIGEST = /^sha256:[0-9a-f]{64}$/

/** What an event's data refers to by digest, also where the event is of a type that this version does not know. */
export const contentReferencesIn = (event: {
  readonly type: string
  readonly data: object
}): ReadonlyArray<Reference> =>
  Object.entries(event.data).flatMap(([key, value]) =>
    isReferenceShaped(value) && !NEVER_REFERENCES.includes(`${event.type}.${key}`) ? [value] : [],
  )

const isReferenceShaped = (value: unknown): value is Reference => {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false
  return 'digest' in value && 'bytes' in value && typeof value.bytes === 'number' && DIGEST.test(String(value.digest))
}
