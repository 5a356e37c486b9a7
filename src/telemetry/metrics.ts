/**
 * Metrics for Prometheus. What happens is counted in plain numbers (`counts.ts`) and put into the registry when the page
 * is asked for; durations go into histograms at once. Nothing that a user or a model chooses freely becomes a label
 * without bound.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { MAX_METRIC_LABELS } from '../core/limits.js'
import { createdAtMs, taskOf } from '../engine/ids.js'
import type { Appended, Measures } from '../ports/measures.js'
import { BoundedLabel, Counts } from './counts.js'
import { EventCounts } from './event-counts.js'
import { type Figure, type FigureSources, keptFor, readFigures } from './figures.js'
import { METRICS, type MetricDefinition, type MetricName } from './metric-table.js'

export interface Metrics {
  readonly measures: Measures
  /** Of an answer that carries the page. */
  readonly contentType: string
  /** The page for Prometheus. */
  page(): Promise<string>
  /** From now on the page shows figures of this installation, too. */
  reads(sources: FigureSources): void
}

/** To be given to one `createTasker`; its page is what Prometheus reads. */
export const taskerMetrics = (now: () => number = Date.now): Metrics => {
  const registry = new Registry()
  const counts = new Counts()
  const histograms = registered(registry, counts)
  const measures = measuresIn(registry, counts, histograms)
  let figures: () => Promise<ReadonlyArray<Figure>> = async () => []
  let local: () => ReadonlyArray<Figure> = () => []
  return {
    measures,
    contentType: registry.contentType,
    reads: (sources) => {
      figures = keptFor(() => readFigures(sources, faultsIn(counts)), now)
      local = () => localFigures(sources)
    },
    page: async () => {
      show(registry, [...local(), ...(await figures())])
      return `${await registry.metrics()}\n${await processRegistry().metrics()}`
    },
  }
}

const faultsIn = (counts: Counts) => (figure: string) => counts.add('tasker_unreadable_figures_total', { figure })

let ofProcess: Registry | undefined

/** Node's own metrics exist once a process, however many taskers it holds. */
const processRegistry = (): Registry => {
  if (ofProcess === undefined) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}

type Histograms = ReadonlyMap<MetricName, Histogram>

/** Makes all of the table. Counters take their numbers when they are asked. */
const registered = (registry: Registry, counts: Counts): Histograms => {
  const histograms = new Map<MetricName, Histogram>()
  for (const [key, definition] of Object.entries<MetricDefinition>(METRICS)) {
    const name = key as MetricName
    const of = { name, help: definition.help, labelNames: [...definition.labels], registers: [registry] }
    if (definition.kind === 'histogram') {
      histograms.set(name, new Histogram({ ...of, buckets: [...(definition.buckets ?? [])] }))
    } else if (definition.kind === 'gauge') {
      new Gauge(of)
    } else {
      new Counter({
        ...of,
        collect() {
          this.reset()
          for (const { labels, value } of counts.all(name)) this.inc(labels, value)
        },
      })
    }
  }
  return histograms
}

const gaugeIn = (registry: Registry, name: MetricName): Gauge => {
  const metric = registry.getSingleMetric(name)
  if (metric instanceof Gauge) return metric
  throw new Error(`${name} is no gauge`)
}

/** Figures of the whole installation: what was not read now is not known, and not what it was before. */
const OF_ALL = Object.entries<MetricDefinition>(METRICS)
  .filter(([name, { part, kind }]) => kind === 'gauge' && (part === 'backlog' || name === 'tasker_sessions'))
  .map(([name]) => name as MetricName)

const show = (registry: Registry, figures: ReadonlyArray<Figure>): void => {
  for (const name of OF_ALL) {
    gaugeIn(registry, name).reset()
    // Where there are no labels, one that was reset would say 0.
    if (METRICS[name].labels.length === 0) gaugeIn(registry, name).remove()
  }
  for (const { name, labels, value } of figures) gaugeIn(registry, name).set(labels, value)
}

/** Those of the process cost nothing, and so are read anew each time. */
const localFigures = ({ slots }: FigureSources): ReadonlyArray<Figure> => [
  ...slots.queues.map((queue) => ({ name: 'tasker_slots_free', labels: { queue }, value: slots.free(queue) }) as const),
  { name: 'tasker_slots_in_use', labels: {}, value: slots.inUse },
]

const measuresIn = (registry: Registry, counts: Counts, histograms: Histograms): Measures => {
  const observe = (name: MetricName, labels: Readonly<Record<string, string>>, value: number): void =>
    histograms.get(name)?.observe(labels, value)
  const events = new EventCounts(counts, MAX_METRIC_LABELS, {
    taskEnded: ({ namespace, template }, seconds) => observe('tasker_task_seconds', { namespace, template }, seconds),
    boundUsed: (bound, share) => observe('tasker_bound_used_ratio', { bound }, share),
  })
  const handlers = new BoundedLabel()
  const queues = new BoundedLabel()
  const routes = new BoundedLabel()
  const methods = new BoundedLabel()
  return {
    landed: (stream, state, landed, nowMs) => events.landed(state, landed, createdAtMs(taskOf(stream)), nowMs),
    claimed: (queue, waitedMs) => observe('tasker_claim_wait_seconds', { queue: queues.of(queue) }, waitedMs / 1000),
    attempted: (handler, outcome, ms) =>
      observe('tasker_attempt_seconds', { handler: handlers.of(handler), outcome }, ms / 1000),
    appended: (batch) => appended(counts, observe, batch),
    planned: (provider, outcome, ms) => observe('tasker_planner_call_seconds', { provider, outcome }, ms / 1000),
    answered: (method, route, status, ms) => {
      const labels = { method: methods.of(method), route: routes.of(route), status: String(status) }
      observe('tasker_http_request_seconds', labels, ms / 1000)
    },
    leads: (leading) => gaugeIn(registry, 'tasker_leader').set(leading ? 1 : 0),
    swept: (nowMs) => gaugeIn(registry, 'tasker_last_sweep_timestamp_seconds').set(nowMs / 1000),
    ticked: (outcome, count) => counts.add('tasker_schedule_ticks_total', { outcome }, count),
  }
}

const NO_LABELS = {}

const appended = (
  counts: Counts,
  observe: (name: MetricName, labels: Readonly<Record<string, string>>, value: number) => void,
  { events, ms, outcomes }: Appended,
): void => {
  observe('tasker_append_events', NO_LABELS, events)
  observe('tasker_append_seconds', NO_LABELS, ms / 1000)
  for (const { kind } of outcomes) counts.add('tasker_append_streams_total', OUTCOMES[kind])
}

const OUTCOMES = {
  landed: { outcome: 'landed' },
  conflict: { outcome: 'conflict' },
  duplicate: { outcome: 'duplicate' },
  refused: { outcome: 'refused' },
} as const
