/** What a person does to a task, as data: one change can be made to one task, to many, or only tried. */
import type { Command } from '../core/decide/command.js'
import type { Resolution } from '../core/decide/dead-letter.js'
import type { Actor } from '../core/event.js'
import type { Json } from '../core/json.js'
import type { Payload } from '../ports/log.js'
import { pack } from './contents.js'
import { checkedPriority } from './creation.js'

export type Change =
  | { readonly kind: 'cancel' | 'pause' | 'resume' }
  | { readonly kind: 'priority'; readonly priority: number }
  /** `id`: the same signal sent twice is one; absent, each is another. */
  | { readonly kind: 'signal'; readonly name: string; readonly payload: Json; readonly id?: string }
  | { readonly kind: 'retry' | 'reset' | 'resolve' | 'skip'; readonly step: string }
  | { readonly kind: 'resolve-dead-letter'; readonly resolution: Resolution }
  | { readonly kind: 'complete'; readonly step: string; readonly result: Json }

/** Who does it and why. */
export interface By {
  readonly actor: string
  /** Absent: nobody has proved who that is. */
  readonly authenticated?: boolean
  /** By what they proved it: `key:<id>`, or `jwt:<issuer>#<subject>`. */
  readonly via?: string
  readonly reason?: string
}

/** A command, with the large values that belong to it. */
export interface Handled {
  readonly command: Command
  readonly payloads: ReadonlyArray<Payload>
}

/** Throws `TaskRefused` (`invalid_priority`). */
export const handledAs = (change: Change, by: By, newId: () => string): Handled => {
  const reason = by.reason ?? null
  switch (change.kind) {
    case 'cancel':
      return plain({ type: 'cancel-task', reason })
    case 'pause':
      return plain({ type: 'pause-task', reason })
    case 'resume':
      return plain({ type: 'resume-task', reason })
    case 'priority':
      return plain({ type: 'change-priority', priority: checkedPriority(change.priority), reason })
    case 'signal': {
      const { name, payload, id = newId() } = change
      return plain({ type: 'receive-signal', id, name, payload })
    }
    case 'resolve-dead-letter':
      return plain({ type: 'resolve-dead-letter', resolution: change.resolution, reason })
    case 'retry':
      return plain({ type: 'retry-step-now', step: change.step, reason })
    case 'reset':
      return plain({ type: 'reset-step', step: change.step, reason })
    case 'resolve':
      return plain({ type: 'resolve-step', step: change.step, reason })
    case 'skip':
      return plain({ type: 'skip-step', step: change.step, reason })
    case 'complete': {
      const { content, payload } = pack(change.result)
      const command = { type: 'complete-step', step: change.step, result: content, reason } as const
      return { command, payloads: payload === undefined ? [] : [payload] }
    }
  }
}

export const personOf = ({ actor, authenticated = false, via }: Omit<By, 'reason'>): Actor => ({
  kind: 'person',
  id: actor,
  authenticated,
  ...(via === undefined ? {} : { via }),
})

const plain = (command: Command): Handled => ({ command, payloads: [] })
