/** What every command brings along: whatever the core may not know by itself, and who asks. */
import type { Actor } from '../event.js'

export interface Envelope {
  /** uuid v7; the ids of the events that follow are made from it. */
  readonly id: string
  readonly nowMs: number
  /** 0 ≤ random < 1. */
  readonly random: number
  readonly actor: Actor
  /** What led to the command, where it is no event of this task. */
  readonly causation?: string
  readonly trace?: string
}
