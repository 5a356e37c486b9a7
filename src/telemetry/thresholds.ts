/**
 * Figures that say that somebody should look, and from where on. Alerts and `tasker doctor` take them from here: a test
 * holds the file of alerts to it.
 */
import type { Figure } from './figures.js'
import type { MetricName } from './metric-table.js'

export interface Threshold {
  /** The alert of the same meaning. */
  readonly alert: string
  readonly metric: MetricName
  /** Which of its series; absent, each. */
  readonly only?: (labels: Figure['labels']) => boolean
  /** Out of bounds above this. */
  readonly above: number
  readonly code: string
  says(figure: Figure): string
  readonly remedy: string
}

const seconds = ({ value }: Figure): string =>
  value >= 7_200
    ? `${Math.round(value / 3_600)} hours`
    : value >= 120
      ? `${Math.round(value / 60)} minutes`
      : `${Math.round(value)} s`

export const THRESHOLDS: ReadonlyArray<Threshold> = [
  {
    alert: 'TaskerTimersLate',
    metric: 'tasker_due_late_seconds',
    only: ({ kind }) => kind !== 'queue' && kind !== 'abort',
    above: 60,
    code: 'timers_late',
    says: (figure) => `what is due (${figure.labels.kind}) has been late for ${seconds(figure)}: nobody leads`,
    remedy: 'start tasker serve, or a worker; see its log for "a sweep failed"',
  },
  {
    alert: 'TaskerQueueLate',
    metric: 'tasker_due_late_seconds',
    only: ({ kind }) => kind === 'queue',
    above: 300,
    code: 'queue_late',
    says: (figure) => `the oldest step in a queue has waited for ${seconds(figure)}`,
    remedy: 'start more workers, see limits in tasker.yaml, and tasker why TASK for what keeps a step',
  },
  {
    alert: 'TaskerProjectionLags',
    metric: 'tasker_projection_lag_seconds',
    above: 60,
    code: 'projection_lags',
    says: (figure) => `the projection ${figure.labels.projection} is ${seconds(figure)} behind the log`,
    remedy: 'start tasker serve; tasker projections list says why one fails',
  },
  {
    alert: 'TaskerSubscriptionLags',
    metric: 'tasker_subscription_oldest_seconds',
    above: 300,
    code: 'subscription_lags',
    says: (figure) => `the subscription ${figure.labels.subscription} is ${seconds(figure)} behind the log`,
    remedy: 'start its process again, or remove it: tasker subscriptions list',
  },
  {
    alert: 'TaskerEventsParked',
    metric: 'tasker_subscription_parked',
    above: 0,
    code: 'events_parked',
    says: ({ labels, value }) =>
      `the subscription ${labels.subscription} has parked ${value === 1 ? '1 event' : `${value} events`}`,
    remedy: 'tasker subscriptions parked NAME, then replay or skip them',
  },
  {
    alert: 'TaskerDeadLetters',
    metric: 'tasker_dead_letters',
    above: 0,
    code: 'dead_letters',
    says: ({ value }) => (value === 1 ? '1 task waits as a dead letter' : `${value} tasks wait as dead letters`),
    remedy: 'tasker dlq list, then tasker dlq resolve, or tasker task retry',
  },
  {
    alert: 'TaskerGateWaits',
    metric: 'tasker_open_gate_oldest_seconds',
    above: 86_400,
    code: 'gate_waits',
    says: (figure) => `the oldest open gate has waited for ${seconds(figure)}`,
    remedy: 'tasker gate list',
  },
]

export interface OutOfBounds {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

export const outOfBounds = (figures: ReadonlyArray<Figure>): ReadonlyArray<OutOfBounds> => [
  ...nobodyWorks(figures),
  ...THRESHOLDS.flatMap(({ metric, only = () => true, above, code, says, remedy }) =>
    figures
      .filter(({ name, labels, value }) => name === metric && only(labels) && value > above)
      .map((figure) => ({ code, message: says(figure), remedy })),
  ),
]

/** The one that takes two figures: the alert `TaskerNoWorkers`. */
const nobodyWorks = (figures: ReadonlyArray<Figure>): ReadonlyArray<OutOfBounds> => {
  const waiting = figures.find(({ name, labels }) => name === 'tasker_due_rows' && labels.kind === 'queue')?.value ?? 0
  const alive = figures.find(({ name }) => name === 'tasker_sessions')?.value
  if (alive !== 0 || waiting === 0) return []
  const message = `${waiting === 1 ? '1 step waits' : `${waiting} steps wait`} in a queue, and no worker is alive`
  return [{ code: 'no_workers', message, remedy: 'start tasker worker' }]
}
