/** What is to be asked of a task when one of its timers is due. */
import type { Command } from '../core/decide/command.js'
import { BLOCKED_KEY, type DueData } from '../core/due.js'
import type { DueKind } from '../ports/log.js'

/** Undefined for what no timer moves: queue entries and aborts. */
export const timerCommand = (kind: DueKind, key: string, data: DueData): Command | undefined => {
  switch (kind) {
    case 'retry':
      return { type: 'retry-due', step: data.step, attempt: data.attempt }
    case 'gate':
      return { type: 'expire-gate', step: data.step }
    case 'deadline':
      return { type: 'pass-deadline' }
    case 'timer':
      return key === BLOCKED_KEY ? { type: 'fail-blocked-task' } : { type: 'wake-step', step: data.step }
    default:
      return undefined
  }
}
