/** Attempts over time, as rows of bars: what waited, what ran, what waited for a retry or for people. Plain data. */
import { isWorkerTemplate, type Node } from '../../../core/graph/node.js'
import { nodeAt, type TaskState } from '../../../core/state.js'
import type { AttemptSummary } from '../../../ports/summaries.js'
import { instancesBelow } from '../graph/grouping.js'
import type { Slice, Span } from '../moment/attempts.js'

export interface TimelineRow {
  readonly step: string
  /** Of attempts of one step; a group has slices instead. */
  readonly bars: ReadonlyArray<TimelineBar>
  readonly slices: ReadonlyArray<Slice>
  /** Instances that stand in this row together; 0 for a step by itself. */
  readonly instances: number
  readonly beganMs: number
}

export interface TimelineBar {
  readonly kind: 'queued' | 'ran' | 'waited' | 'retry'
  readonly fromMs: number
  readonly toMs: number
  readonly attempt: number
  /** How the attempt ended; null while it goes on. */
  readonly outcome: string | null
}

export const MAX_TIMELINE_ROWS = 300
/** A group is cut into so many slices of time. */
export const SLICES = 60

/** The rows that a task has: steps that were tried, and groups of instances with the names in them. */
export interface TimelinePlan {
  readonly steps: ReadonlyArray<string>
  readonly groups: ReadonlyArray<{ readonly step: string; readonly instances: ReadonlyArray<string> }>
  /** Further ones that are not shown. */
  readonly more: number
}

/** Where there are too many, what goes on, failed or was tried again is drawn before what went well. */
export const timelinePlan = (state: TaskState): TimelinePlan => {
  const tried: Node[] = []
  const groups: Array<{ step: string; instances: ReadonlyArray<string> }> = []
  for (const node of state.nodes) {
    if (node.parent !== undefined && nodeAt(state, node.parent).group !== undefined) continue
    if (node.attempt > 0 && !isWorkerTemplate(node)) tried.push(node)
    const instances = node.group === undefined ? [] : triedBelow(state, node)
    if (instances.length > 0) groups.push({ step: node.definition.name, instances })
  }
  const drawn = tried.length <= MAX_TIMELINE_ROWS ? tried : [...tried.filter(isNotable), ...tried.filter(wentWell)]
  return {
    steps: drawn.slice(0, MAX_TIMELINE_ROWS).map(({ definition }) => definition.name),
    groups: groups.slice(0, MAX_TIMELINE_ROWS),
    more: Math.max(0, tried.length - MAX_TIMELINE_ROWS) + Math.max(0, groups.length - MAX_TIMELINE_ROWS),
  }
}

const wentWell = ({ attempt, own }: Node): boolean => attempt === 1 && own === 'satisfied'

const isNotable = (node: Node): boolean => !wentWell(node)

const triedBelow = (state: TaskState, node: Node): ReadonlyArray<string> =>
  instancesBelow(state, node)
    .filter(({ attempt }) => attempt > 0)
    .map(({ definition }) => definition.name)

/** From the first attempt's beginning to the last one's end, or to now where one goes on. */
export const spanOf = (attempts: ReadonlyArray<AttemptSummary>, task: Span): Span =>
  attempts.reduce(
    ({ fromMs, toMs }, { enqueuedAt, endedAt }) => ({
      fromMs: Math.min(fromMs, Date.parse(enqueuedAt)),
      toMs: Math.max(toMs, endedAt === null ? task.toMs : Date.parse(endedAt)),
    }),
    task,
  )

export const stepRows = (attempts: ReadonlyArray<AttemptSummary>, nowMs: number): ReadonlyArray<TimelineRow> => {
  const rows = new Map<string, TimelineBar[]>()
  const began = new Map<string, number>()
  let before: AttemptSummary | undefined
  for (const attempt of attempts) {
    const bars = rows.get(attempt.step) ?? []
    rows.set(attempt.step, bars)
    if (!began.has(attempt.step)) began.set(attempt.step, Date.parse(attempt.enqueuedAt))
    if (before?.step === attempt.step) bars.push(...betweenOf(before, attempt))
    bars.push(...barsOf(attempt, nowMs))
    before = attempt
  }
  return [...rows].map(([step, bars]) => ({ step, bars, slices: [], instances: 0, beganMs: began.get(step) ?? nowMs }))
}

const betweenOf = (before: AttemptSummary, next: AttemptSummary): ReadonlyArray<TimelineBar> => {
  if (before.endedAt === null) return []
  const [fromMs, toMs] = [Date.parse(before.endedAt), Date.parse(next.enqueuedAt)]
  return toMs <= fromMs ? [] : [{ kind: 'retry', fromMs, toMs, attempt: next.attempt, outcome: before.outcome }]
}

const barsOf = (attempt: AttemptSummary, nowMs: number): ReadonlyArray<TimelineBar> => {
  const { enqueuedAt, startedAt, waitingSince, endedAt, outcome, attempt: number } = attempt
  const queuedMs = Date.parse(enqueuedAt)
  const endMs = endedAt === null ? nowMs : Date.parse(endedAt)
  const startMs = startedAt === null ? endMs : Date.parse(startedAt)
  const waitMs = waitingSince === null ? endMs : Math.min(endMs, Date.parse(waitingSince))
  const bars: ReadonlyArray<TimelineBar> = [
    { kind: 'queued', fromMs: queuedMs, toMs: startMs, attempt: number, outcome },
    ...(startedAt === null ? [] : [{ kind: 'ran' as const, fromMs: startMs, toMs: waitMs, attempt: number, outcome }]),
    ...(waitingSince === null
      ? []
      : [{ kind: 'waited' as const, fromMs: waitMs, toMs: endMs, attempt: number, outcome }]),
  ]
  return bars.filter(({ kind, fromMs, toMs }) => kind === 'ran' || toMs > fromMs)
}

/** In the order in which they began; groups by the first of them. */
export const inOrder = (rows: ReadonlyArray<TimelineRow>): ReadonlyArray<TimelineRow> =>
  rows.toSorted((one, other) => one.beganMs - other.beganMs)

const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3]
const HOUR = 3_600_000
const LONG_STEPS_MS = [1, 2, 3, 6, 12, 24, 48, 168, 336, 720, 2160, 4320, 8760].map((hours) => hours * HOUR)
const MOST_TICKS = 9

/** Milliseconds since the beginning of the span, at round distances. */
export const ticksOf = ({ fromMs, toMs }: Span): ReadonlyArray<number> => {
  const whole = Math.max(1, toMs - fromMs)
  const all = [...STEPS_MS, 1_800_000, ...LONG_STEPS_MS]
  const step = all.find((ms) => whole / ms <= MOST_TICKS) ?? Math.ceil(whole / MOST_TICKS)
  return Array.from({ length: Math.floor(whole / step) + 1 }, (_, index) => index * step)
}
