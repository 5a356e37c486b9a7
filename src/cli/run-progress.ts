/**
 * Progress of a task while it runs, on stderr: redrawn in one place on a terminal, a line a phase elsewhere, so that a
 * log is not filled with it.
 */
import { scopeOf } from '../core/frame.js'
import type { TaskView } from '../core/view.js'
import type { Output, Stream } from './output.js'

export interface RunProgress {
  show(view: TaskView): void
  end(): void
}

const REDRAW_MS = 80

export const runProgress = (stream: Stream, note: Output['note']): RunProgress =>
  stream.isTTY === true ? redrawn(stream) : lines(note)

const redrawn = (stream: Stream): RunProgress => {
  let drawn = false
  let lastMs = 0
  return {
    show: (view) => {
      if (Date.now() - lastMs < REDRAW_MS) return
      lastMs = Date.now()
      drawn = true
      const width = Math.max(20, (stream.columns ?? 80) - 1)
      stream.write(`\r\u001b[2K${progressText(view).slice(0, width)}`)
    },
    end: () => {
      if (drawn) stream.write('\r\u001b[2K')
    },
  }
}

const lines = (note: Output['note']): RunProgress => {
  const told = new Set<string>()
  return {
    show: (view) => {
      const phase = phaseOf(view)
      if (told.has(phase)) return
      told.add(phase)
      note(`${phase}: ${progressText(view)}`)
    },
    end: () => undefined,
  }
}

/** The phase that began last: the scope of the step that was declared last. */
const phaseOf = ({ steps }: TaskView): string => {
  const last = Object.keys(steps).at(-1) ?? ''
  const scope = scopeOf(last)
  return scope === '' ? 'template' : scope
}

export const progressText = ({ steps, status }: TaskView): string => {
  let done = 0
  let inFlight = 0
  let waiting = 0
  for (const { state } of Object.values(steps)) {
    if (state === 'in_progress' || state === 'enqueued') inFlight += 1
    else if (state === 'waiting_for_retry' || state === 'waiting_for_approval') waiting += 1
    else if (state !== 'pending') done += 1
  }
  return `${status}: ${done} done, ${inFlight} in flight, ${waiting} waiting, ${Object.keys(steps).length} steps`
}
