/** Measurements as tables for a terminal. */
import type { Spread } from './measure.js'
import type { Measurement } from './measurement.js'
import type { PageMeasurement } from './pages.js'
import type { RawMeasurement } from './raw-append.js'
import type { RebuildMeasurement } from './rebuild.js'
import type { Verdict } from './targets.js'
import type { ValidationMeasurement } from './validation.js'

export const rawTable = (raw: ReadonlyArray<RawMeasurement>): string =>
  table(
    ['events a batch', 'events/s', 'commit ms p50', 'p99', 'CPU s/1,000 client', 'server', 'bytes an event', 'WAL'],
    raw.map((one) => [
      count(one.batch),
      count(one.eventsPerSecond),
      ...spread(one.commit),
      cpu(one.cpuSecondsPer1000.client),
      cpu(one.cpuSecondsPer1000.server),
      count(one.bytesPerEvent.database),
      count(one.bytesPerEvent.wal),
    ]),
  )

export const pageTable = (pages: ReadonlyArray<PageMeasurement>): string =>
  table(
    ['page', 'ms p50', 'p95'],
    pages.map(({ page, p50Ms, p95Ms }) => [page, p50Ms.toFixed(1), p95Ms.toFixed(1)]),
  )

export const rebuildTable = (rebuilds: ReadonlyArray<RebuildMeasurement>): string =>
  table(
    ['projection', 'events/s', 'CPU s/1,000 node', 'Postgres', 'peak MB'],
    rebuilds.map((one) => [
      one.projection,
      count(one.eventsPerSecond),
      cpu(one.cpuSecondsPer1000.client),
      cpu(one.cpuSecondsPer1000.server),
      count(one.peakMemoryBytes / 1024 / 1024),
    ]),
  )

export const workloadTable = (measurements: ReadonlyArray<Measurement>): string => {
  const carried = measurements.some((one) => one.workers > 0)
  return table(
    [
      'workload',
      ...(carried ? ['workers'] : []),
      'steps/s',
      'step ms p50',
      'p99',
      'CPU s/1,000 node',
      'Postgres',
      'Redis',
      'peak MB',
      'bytes a step',
      'WAL',
    ],
    measurements.map((one) => [
      one.id,
      ...(carried ? [count(one.workers)] : []),
      count(one.stepsPerSecond),
      ...spread(one.stepMs ?? one.taskMsPerStep),
      cpu(one.cpuSecondsPer1000.client),
      cpu(one.cpuSecondsPer1000.server),
      cpu(one.cpuSecondsPer1000.redis),
      count(one.peakMemoryBytes / 1024 / 1024),
      count(one.bytesPerStep.database),
      count(one.bytesPerStep.wal),
    ]),
  )
}

export const validationTable = (measurements: ReadonlyArray<ValidationMeasurement>): string =>
  table(
    ['steps of the fragment', 'bytes', 'read ms', 'judged ms', 'µs a step'],
    measurements.map(({ steps, bytes, parseMs, validateMs, usPerStep }) => [
      ...[count(steps), count(bytes), parseMs.toFixed(2), validateMs.toFixed(2), usPerStep.toFixed(1)],
    ]),
  )

export const verdictTable = (verdicts: ReadonlyArray<Verdict>): string =>
  table(
    ['target', 'reached', 'needed', ''],
    verdicts.map(({ target, reached, needed, atLeast, met }) => [
      target,
      reached === undefined ? '–' : reached.toFixed(2),
      `${atLeast ? '≥' : '≤'} ${needed.toFixed(2)}`,
      met === undefined ? 'not measured' : met ? 'met' : 'NOT MET',
    ]),
  )

const spread = (of: Spread | undefined): ReadonlyArray<string> =>
  of === undefined ? ['–', '–'] : [of.p50.toFixed(3), of.p99.toFixed(2)]

const count = (value: number): string => Math.round(value).toLocaleString('en-US')

const cpu = (seconds: number | undefined): string => (seconds === undefined ? '–' : seconds.toFixed(4))

/** The first column to the left, all others to the right. */
const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}
