/**
 * Shows progress while a task runs. On a terminal the lines are redrawn in place, a few times a second at most; elsewhere
 * a line is written only when a phase begins and when all of its steps are settled, so that a log stays short.
 */

import type { TaskEvent } from '../../src/core/event.js'
import { advance, newProgress, type Progress, phasesOf } from './progress.js'
import { countsOf, isSettled, nameOf, progressLines } from './progress-text.js'

const REDRAW_MS = 100
/** Where a terminal does not say how wide it is. */
const DEFAULT_COLUMNS = 80

export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface ProgressDisplay {
  show(events: ReadonlyArray<TaskEvent>): void
  /** Shows the last state and leaves it standing: what is written next comes below it. */
  settle(): void
}

export const progressDisplay = (screen: Screen): ProgressDisplay =>
  screen.isTTY === true ? inPlace(screen) : lineByLine(screen)

const inPlace = (screen: Screen): ProgressDisplay => {
  const progress = newProgress()
  let drawn = 0
  let isStale = false
  let timer: NodeJS.Timeout | undefined
  const draw = (): void => {
    timer = undefined
    isStale = false
    const lines = progressLines(phasesOf(progress)).map((line) =>
      line.slice(0, (screen.columns || DEFAULT_COLUMNS) - 1),
    )
    // Up to the first line drawn before, then each line anew and the rest of it cleared.
    const up = drawn === 0 ? '' : `\x1b[${drawn}A`
    screen.write(up + lines.map((line) => `${line}\x1b[K\n`).join(''))
    drawn = lines.length
  }
  return {
    show(events) {
      for (const event of events) advance(progress, event)
      isStale = true
      timer ??= setTimeout(draw, REDRAW_MS)
    },
    settle() {
      clearTimeout(timer)
      if (isStale) draw()
      timer = undefined
      drawn = 0
    },
  }
}

const lineByLine = (screen: Screen): ProgressDisplay => {
  const progress: Progress = newProgress()
  const begun = new Set<string>()
  const ended = new Set<string>()
  const report = (): void => {
    for (const phase of phasesOf(progress)) {
      if (!begun.has(phase.phase)) {
        begun.add(phase.phase)
        const steps = phase.waiting + phase.inFlight + phase.done
        screen.write(`  ${nameOf(phase)}: begins with ${steps} ${steps === 1 ? 'step' : 'steps'}\n`)
      }
      if (isSettled(phase) && !ended.has(phase.phase)) {
        ended.add(phase.phase)
        screen.write(`  ${nameOf(phase)}: ${countsOf(phase)}\n`)
      }
      if (!isSettled(phase)) ended.delete(phase.phase)
    }
  }
  return {
    show(events) {
      for (const event of events) advance(progress, event)
      report()
    },
    settle: report,
  }
}
