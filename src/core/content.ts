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
