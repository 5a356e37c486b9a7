/**
 * Figures that are read when somebody asks for them: of this process, and of the whole installation. Those of the
 * database are kept for a few seconds, so that many readers cost it no more than one. What cannot be read is left out
 * and counted: a page with holes is worth more than none.
 */
import { STANDING_MAX_AGE_MS, STANDING_PATIENCE_MS } from '../core/limits.js'
import type { ProjectionQuery, Projections } from '../ports/projections.js'
import type { Standing } from '../ports/standing.js'
import type { SubscriptionAdministration } from '../ports/subscription.js'
import { loadStatements } from '../sql.js'
import type { Labels } from './counts.js'
import type { MetricName } from './metric-table.js'

const SQL = loadStatements('src/telemetry/figures.sql', ['openGates', 'deadLettersThatWait'])

export interface FigureSources {
  standing(): Promise<Standing>
  /** Hints that wait in each queue that this process serves. */
  depths(): Promise<ReadonlyArray<{ readonly queue: string; readonly hints: number }>>
  readonly slots: {
    readonly queues: ReadonlyArray<string>
    free(queue: string): number
    readonly inUse: number
  }
  readonly projections?: Pick<Projections, 'list' | 'query'>
  readonly subscriptions?: Pick<SubscriptionAdministration, 'list'>
}

export interface Figure {
  readonly name: MetricName
  readonly labels: Labels
  readonly value: number
}

/** Reads all figures; `onFault` hears which part could not be read. */
export const readFigures = async (
  sources: FigureSources,
  onFault: (figure: string, error: unknown) => void,
): Promise<ReadonlyArray<Figure>> => {
  const read = async (what: string, part: () => Promise<ReadonlyArray<Figure>>): Promise<ReadonlyArray<Figure>> => {
    try {
      return await inTime(part())
    } catch (error) {
      onFault(what, error)
      return []
    }
  }
  const parts = await Promise.all([
    read('standing', async () => ofStanding(await sources.standing())),
    read('queues', async () =>
      (await sources.depths()).map(({ queue, hints }) => figure('tasker_queue_hints', hints, { queue })),
    ),
    read('projections', async () => (sources.projections === undefined ? [] : ofProjections(sources.projections))),
    read('subscriptions', async () => ofSubscriptions((await sources.subscriptions?.list()) ?? [])),
  ])
  return parts.flat()
}

/** A database that is away is waited for elsewhere; whoever reads a page has less time. */
const inTime = async <A>(reading: Promise<A>): Promise<A> => {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error('it took too long')), STANDING_PATIENCE_MS).unref()
  const passed = new Promise<never>((_, reject) => {
    late.signal.addEventListener('abort', () => reject(late.signal.reason), { once: true })
  })
  try {
    return await Promise.race([reading, passed])
  } finally {
    clearTimeout(timer)
  }
}

const figure = (name: MetricName, value: number, labels: Labels = {}): Figure => ({ name, labels, value })

export const ofStanding = ({ due, tasks, inboxRows, sessions }: Standing): ReadonlyArray<Figure> => [
  ...due.flatMap(({ kind, rows, oldestLateMs }) => [
    figure('tasker_due_rows', rows, { kind }),
    figure('tasker_due_late_seconds', oldestLateMs / 1000, { kind }),
  ]),
  ...tasks.map(({ status, count }) => figure('tasker_open_tasks', count, { status })),
  figure('tasker_inbox_rows', inboxRows),
  figure('tasker_sessions', sessions),
]

/** Gates and dead letters are counted where they are projected. */
export const ofProjections = async (
  projections: NonNullable<FigureSources['projections']>,
): Promise<ReadonlyArray<Figure>> => {
  const there = (await projections.list()).filter(({ health }) => health !== 'absent')
  const has = (name: string): boolean => there.some((projection) => projection.name === name)
  const ask = async <Row extends object>(statement: ProjectionQuery): Promise<Row | undefined> =>
    (await projections.query<Row>(statement, []))[0]
  const [gates, letters] = await Promise.all([
    has('gates') ? ask<{ readonly open: number; readonly oldest: number }>(SQL.openGates) : undefined,
    has('dead_letters') ? ask<{ readonly waiting: number }>(SQL.deadLettersThatWait) : undefined,
  ])
  return [
    ...there.flatMap(({ name, lag, lagMs }) => [
      figure('tasker_projection_lag_events', lag, { projection: name }),
      figure('tasker_projection_lag_seconds', lagMs / 1000, { projection: name }),
    ]),
    ...(gates === undefined
      ? []
      : [figure('tasker_open_gates', gates.open), figure('tasker_open_gate_oldest_seconds', gates.oldest)]),
    ...(letters === undefined ? [] : [figure('tasker_dead_letters', letters.waiting)]),
  ]
}

export const ofSubscriptions = (
  subscriptions: Awaited<ReturnType<SubscriptionAdministration['list']>>,
): ReadonlyArray<Figure> =>
  subscriptions.flatMap(({ name, lag, ageMs, parked }) => [
    figure('tasker_subscription_lag_events', lag, { subscription: name }),
    figure('tasker_subscription_oldest_seconds', ageMs / 1000, { subscription: name }),
    figure('tasker_subscription_parked', parked, { subscription: name }),
  ])

/** What was read lately serves again; those who ask meanwhile share one reading. */
export const keptFor = <A>(read: () => Promise<A>, now: () => number, maxAgeMs = STANDING_MAX_AGE_MS) => {
  let last: { readonly atMs: number; readonly value: Promise<A> } | undefined
  return (): Promise<A> => {
    if (last === undefined || now() - last.atMs >= maxAgeMs) last = { atMs: now(), value: read() }
    return last.value
  }
}
