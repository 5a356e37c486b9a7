/** What is to be asked of a task when one of its timers is due. */
import type { Command } from '../core/decide/command.js'
import { BLOCKED_KEY, type DueData, phaseKey, reminderKey, STALE_KEY, START_KEY } from '../core/due-row.js'
import type { DueKind } from '../ports/log.js'

/** Undefined for what no timer moves: queue entries and aborts. */
export const timerCommand = (kind: DueKind, key: string, data: DueData): Command | undefined => {
  switch (kind) {
    case 'retry':
      return { type: 'retry-due', step: data.step, attempt: data.attempt }
    case 'gate':
      return key === reminderKey(data.step)
        ? { type: 'remind-gate', step: data.step }
        : { type: 'expire-gate', step: data.step }
    case 'deadline':
      if (key === phaseKey('phase', data.step)) return { type: 'pass-phase-deadline', step: data.step, level: 'phase' }
      if (key === phaseKey('fragment', data.step))
        return { type: 'pass-phase-deadline', step: data.step, level: 'fragment' }
      return key === STALE_KEY ? { type: 'pass-staleness', version: data.version ?? 0 } : { type: 'pass-deadline' }
    case 'timer':
      if (key === START_KEY) return { type: 'end-delay' }
      return key === BLOCKED_KEY ? { type: 'fail-blocked-task' } : { type: 'wake-step', step: data.step }
    default:
      return undefined
  }
}
