/**
 * What is to be reached, as ratios within one run, so that a slower machine changes nothing. Three events make a step,
 * so a third of the raw append of 100 events a batch is the number of steps that nobody can pass.
 */
import type { Measurement } from './measurement.js'
import type { PagesMeasured } from './pages.js'
import type { RawMeasurement } from './raw-append.js'
import type { RebuildMeasurement } from './rebuild.js'
import type { ValidationMeasurement } from './validation.js'

export interface Verdict {
  readonly target: string
  /** Undefined where one of the two was not measured. */
  readonly reached: number | undefined
  readonly needed: number
  readonly atLeast: boolean
  readonly met: boolean | undefined
}

export interface Measured {
  readonly raw: ReadonlyArray<RawMeasurement>
  readonly workloads: ReadonlyArray<Measurement>
  readonly rebuilds: ReadonlyArray<RebuildMeasurement>
  readonly validation: ReadonlyArray<ValidationMeasurement>
  readonly pages: PagesMeasured | undefined
}

const EVENTS_PER_STEP = 3

export const judge = ({ raw, workloads, rebuilds, validation, pages }: Measured): ReadonlyArray<Verdict> => {
  const rawOf = (batch: number) => raw.find((one) => one.batch === batch)
  const of = (id: string) => workloads.find((one) => one.id === id)
  const judgedIn = (steps: number) => validation.find((one) => one.steps === steps)
  const speedOf = (id: string): number | undefined => of(id)?.stepsPerSecond
  const most = divide(rawOf(100)?.eventsPerSecond, EVENTS_PER_STEP)
  return [
    atLeast('W1, 100 in flight, of a third of the raw append', divide(speedOf('W1@100'), most), 0.25),
    atLeast('W2, 50 in flight, of a third of the raw append', divide(speedOf('W2@50'), most), 0.2),
    ...['W2-decided', 'W2-batch'].map((id) =>
      atLeast(`${id}, 50 in flight, of a third of the raw append`, divide(speedOf(`${id}@50`), most), 0.2),
    ),
    atLeast('W5, 500 tasks together, of a third of the raw append', divide(speedOf('W5'), most), 0.2),
    atMost(
      'W1, alone: p50 of a step, in raw commits of one event',
      divide(of('W1@1')?.stepMs?.p50, rawOf(1)?.commit.p50),
      4,
    ),
    atMost('W3: time of a step, against W1 alone', divide(speedOf('W1@1'), speedOf('W3')), 1.2),
    atMost('W4, 10,000 wide: time of a step, against W2 at 50', divide(speedOf('W2@50'), speedOf('W4@10000')), 1.3),
    ...['decided', 'batch'].map((kind) =>
      atMost(
        `W4-${kind}, 10,000 wide: time of a step, against W2-${kind} at 50`,
        divide(speedOf(`W2-${kind}@50`), speedOf(`W4-${kind}@10000`)),
        1.3,
      ),
    ),
    atLeast(
      'A projection built anew, the slowest: events, of those of the raw append',
      divide(slowestOf(rebuilds), rawOf(100)?.eventsPerSecond),
      0.4,
    ),
    atMost('a fragment of 1,000 steps is judged, in ms', judgedIn(1_000)?.validateMs, 50),
    atMost(
      'and one of 2,000: time of a step, against one of 500',
      divide(judgedIn(2_000)?.validateMs, judgedIn(500)?.validateMs, 4),
      1.5,
    ),
    atMost('the slowest page, p95 in ms', slowestPage(pages), 50),
    atMost('a task of 10,000 steps opens, in ms', pages?.largeTaskMs, 1_000),
  ]
}

const slowestPage = (measured: PagesMeasured | undefined): number | undefined =>
  measured === undefined ? undefined : Math.max(...measured.pages.map(({ p95Ms }) => p95Ms))

const slowestOf = (rebuilds: ReadonlyArray<RebuildMeasurement>): number | undefined =>
  rebuilds.length === 0 ? undefined : Math.min(...rebuilds.map((one) => one.eventsPerSecond))

const divide = (left: number | undefined, right: number | undefined, times = 1): number | undefined =>
  left === undefined || right === undefined ? undefined : left / right / times

const atLeast = (target: string, reached: number | undefined, needed: number): Verdict => ({
  target,
  reached,
  needed,
  atLeast: true,
  met: reached === undefined ? undefined : reached >= needed,
})

const atMost = (target: string, reached: number | undefined, needed: number): Verdict => ({
  target,
  reached,
  needed,
  atLeast: false,
  met: reached === undefined ? undefined : reached <= needed,
})
