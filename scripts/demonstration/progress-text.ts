/** Progress as lines of text: one a phase, with a bar, the same on a terminal and in a file. */
import type { PhaseProgress } from './progress.js'

const BAR_WIDTH = 24

export const progressLines = (phases: ReadonlyArray<PhaseProgress>): ReadonlyArray<string> => {
  const width = Math.max(0, ...phases.map((phase) => nameOf(phase).length))
  return phases.map((phase) => `  ${nameOf(phase).padEnd(width)}  ${bar(phase)}  ${countsOf(phase)}`)
}

export const nameOf = ({ phase }: PhaseProgress): string => (phase === '' ? 'template' : phase)

export const countsOf = (phase: PhaseProgress): string => {
  const counts = [`${phase.done} done`, `${phase.inFlight} in flight`, `${phase.waiting} waiting`]
  return [...counts, ...(phase.failed > 0 ? [`${phase.failed} failed`] : [])].join(', ')
}

export const isSettled = (phase: PhaseProgress): boolean => phase.inFlight + phase.waiting === 0

const bar = (phase: PhaseProgress): string => {
  const total = phase.done + phase.inFlight + phase.waiting + phase.failed
  const share = (count: number): number => (total === 0 ? 0 : Math.floor((count / total) * BAR_WIDTH))
  const done = share(phase.done + phase.failed)
  const inFlight = Math.min(BAR_WIDTH - done, Math.ceil((phase.inFlight / Math.max(1, total)) * BAR_WIDTH))
  return '█'.repeat(done) + '▒'.repeat(inFlight) + '·'.repeat(BAR_WIDTH - done - inFlight)
}
