/** Which permission a person's change to a task takes, however it is asked for: one by one, in bulk, or on a page. */
import type { Permission } from '../core/permission.js'
import type { Change } from '../engine/change.js'

export const permissionOf = ({ kind }: Change): Permission => {
  switch (kind) {
    case 'cancel':
    case 'pause':
    case 'resume':
    case 'priority':
    case 'signal':
    case 'retry':
    case 'reset':
      return 'tasks:write'
    // These settle a step in place of whoever should have, people at a gate among them.
    case 'resolve':
    case 'skip':
    case 'complete':
      return 'steps:write'
    case 'resolve-dead-letter':
      return 'dead-letters:resolve'
    default:
      return kind satisfies never
  }
}
