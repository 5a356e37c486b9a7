/** What a proof came to: the record is the one that was appended, or the first thing that says otherwise. */
import type { Fault } from './event-chain.js'

export type Verdict = Intact | Broken

export interface Intact {
  readonly kind: 'intact'
  readonly stream: string
  readonly version: number
  readonly hash: string
  readonly payloads: number
  /** Published heads that this record agreed with. */
  readonly heads: number
}

export interface Broken {
  readonly kind: 'broken'
  readonly stream: string
  readonly fault: Fault
}
