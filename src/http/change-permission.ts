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
      return 'tasks:write'
    case 'retry':
    case 'reset':
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
