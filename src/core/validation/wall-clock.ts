/**
 * Waiting that cannot fit the wall clock: `wait` steps take the time that they state, one after the other, and a gate
 * that may stay open beyond the end of the task would never be answered.
 */
import type { Finding } from '../finding.js'
import { CATALOG_PREFIX } from '../step.js'
import { finding, placeOf, quoted } from './findings.js'
import type { Proposal, ProposedStep } from './proposal.js'
import type { Unit } from './units.js'

const WAIT = `${CATALOG_PREFIX}wait`
const GATE = `${CATALOG_PREFIX}gate`

interface Waiting {
  readonly place: string
  readonly seconds: number
  /** A gate may be answered sooner, and a signal come; a wait for a time takes its time. */
  readonly isCertain: boolean
}

export const wallClockFindings = ({ steps, order, limits, isAcyclic }: Proposal): ReadonlyArray<Finding> => {
  const { secondsLeft: limit, bounds } = limits
  if (limit === undefined) return []
  const stated = bounds.max_wall_clock_seconds ?? limit
  const findings: Finding[] = []
  /** Seconds that have certainly passed when a step is done. */
  const passed = new Float64Array(order.size)
  for (const component of order.components) {
    for (const id of component) {
      const step = steps[id]
      if (step === undefined) continue
      const before = isAcyclic ? step.dependencies.reduce((most, other) => Math.max(most, passed[other] ?? 0), 0) : 0
      const own = waitingsOf(step)
      for (const { place, seconds } of own) {
        const value = before + seconds
        // What follows a wait that is too long already is not told again.
        if (value <= limit || (before > limit && seconds <= limit)) continue
        findings.push(tooLong(place, { stated, left: limit, value }, step.name))
      }
      passed[id] =
        before + own.reduce((most, { seconds, isCertain }) => (isCertain ? Math.max(most, seconds) : most), 0)
    }
  }
  return findings
}

interface Seconds {
  readonly stated: number
  readonly left: number
  readonly value: number
}

/** The bound itself is the limit that is recorded: what is left of it is another number a moment later. */
const tooLong = (path: string, { stated, left, value }: Seconds, name: string): Finding =>
  finding(
    'bounds_exceeded',
    path,
    `${quoted(name)} would end ${value} s after the fragment began, and ${Math.floor(left)} s are left (max_wall_clock_seconds ${stated}); wait less`,
    { bound: 'max_wall_clock_seconds', limit: stated, value },
  )

const waitingsOf = ({ units }: ProposedStep): ReadonlyArray<Waiting> =>
  units.flatMap((unit) => (unit.kind === 'inputs' ? [] : waitingsIn(unit)))

const waitingsIn = ({ capability, own, place }: Unit): ReadonlyArray<Waiting> => {
  if (capability?.callable === WAIT) {
    return [
      ...waiting(own.seconds, placeOf(place, 'seconds'), true),
      ...waiting(own.timeout_seconds, placeOf(place, 'timeout_seconds'), false),
    ]
  }
  if (capability?.callable === GATE) {
    const { timeout_seconds: first, escalate_timeout_seconds: second } = own
    const both = typeof first === 'number' && typeof second === 'number' ? first + second : undefined
    return [
      ...waiting(first, placeOf(place, 'timeout_seconds'), false),
      ...waiting(both, placeOf(place, 'escalate_timeout_seconds'), false),
    ]
  }
  return []
}

const waiting = (value: unknown, place: string, isCertain: boolean): ReadonlyArray<Waiting> =>
  typeof value === 'number' && value > 0 ? [{ place, seconds: value, isCertain }] : []
