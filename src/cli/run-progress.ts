/**
 * Progress of a task while it runs, on stderr: redrawn in one place on a terminal, a line a phase elsewhere, so that a
 * log is not filled with it.
 */
import { scopeOf } from '../core/frame.js'
import type { TaskGlance } from '../core/view.js'
import { counted } from './counted.js'
import type { Output, Stream } from './output.js'

export interface RunProgress {
  show(glance: TaskGlance): void
  end(): void
}

const REDRAW_MS = 80

export const runProgress = (stream: Stream, note: Output['note']): RunProgress =>
  stream.isTTY === true ? redrawn(stream) : lines(note)

const redrawn = (stream: Stream): RunProgress => {
  let drawn = false
  let lastMs = 0
  return {
    show: (glance) => {
      if (Date.now() - lastMs < REDRAW_MS) return
      lastMs = Date.now()
      drawn = true
      const width = Math.max(20, (stream.columns ?? 80) - 1)
      stream.write(`\r\u001b[2K${progressText(glance).slice(0, width)}`)
    },
    end: () => {
      if (drawn) stream.write('\r\u001b[2K')
    },
  }
}

const lines = (note: Output['note']): RunProgress => {
  const told = new Set<string>()
  return {
    show: (glance) => {
      const phase = phaseOf(glance)
      if (told.has(phase)) return
      told.add(phase)
      note(`${phase}: ${progressText(glance)}`)
    },
    end: () => undefined,
  }
}

/** The phase that began last: the scope of the step that was declared last. */
const phaseOf = ({ newest }: TaskGlance): string => {
  const scope = scopeOf(newest)
  return scope === '' ? 'template' : scope
}

export const progressText = ({ steps, status }: TaskGlance): string =>
  `${status}: ${steps.settled} done, ${steps.inFlight} in flight, ${steps.waiting} waiting, ${counted(steps.created, 'step')}`
