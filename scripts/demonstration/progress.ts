/**
 * How far a task is, by phase: a fold over its events, one at a time, so that a long task costs no more per event than
 * a short one. A phase is the planning step whose fragment a step stands in; the template's own steps come first.
 */
import type { TaskEvent } from '../../src/core/event.js'
import { scopeOf } from '../../src/core/frame.js'

/** `waiting` is for steps that are not ready yet and for those that wait for a retry or for people. */
type Stage = 'waiting' | 'in_flight' | 'done' | 'failed' | 'never'

export interface PhaseProgress {
  readonly phase: string
  readonly done: number
  readonly inFlight: number
  readonly waiting: number
  readonly failed: number
}

/** Owned by one reader: `advance` changes it in place. */
export interface Progress {
  readonly stages: Map<string, Stage>
  readonly phases: Map<string, Record<Stage, number>>
}

export const newProgress = (): Progress => ({ stages: new Map(), phases: new Map() })

export const advance = (progress: Progress, event: TaskEvent): Progress => {
  switch (event.type) {
    case 'steps-materialized':
      for (const step of event.data.steps) move(progress, step.name, 'waiting')
      break
    case 'step-enqueued':
    case 'step-started':
      move(progress, event.data.step, 'in_flight')
      break
    case 'gate-opened':
    case 'step-attempt-failed':
    case 'step-lost':
    case 'step-reset':
      move(progress, event.data.step, 'waiting')
      break
    case 'step-completed':
    case 'step-completed-manually':
    case 'step-resolved-manually':
    case 'gate-approved':
      move(progress, event.data.step, 'done')
      break
    case 'step-failed':
    case 'gate-rejected':
      move(progress, event.data.step, 'failed')
      break
    case 'step-skipped':
    case 'step-cancelled':
      move(progress, event.data.step, 'never')
      break
    default:
  }
  return progress
}

const move = (progress: Progress, step: string, to: Stage): void => {
  const phase = scopeOf(step)
  let counts = progress.phases.get(phase)
  if (counts === undefined) {
    counts = { waiting: 0, in_flight: 0, done: 0, failed: 0, never: 0 }
    progress.phases.set(phase, counts)
  }
  const from = progress.stages.get(step)
  if (from !== undefined) counts[from] -= 1
  counts[to] += 1
  progress.stages.set(step, to)
}

export const phasesOf = (progress: Progress): ReadonlyArray<PhaseProgress> =>
  [...progress.phases].map(([phase, counts]) => ({
    phase,
    done: counts.done,
    inFlight: counts.in_flight,
    waiting: counts.waiting,
    failed: counts.failed,
  }))
