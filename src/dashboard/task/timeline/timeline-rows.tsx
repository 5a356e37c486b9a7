/**
 * Draws a timeline: a row a step, a bar an attempt; instances of a fan-out or batch as one row of columns. All of it is in
 * parts of the width, so that it fits a phone; a part between two ticks is looked at by itself when it is chosen.
 */
import type { FC } from 'hono/jsx'
import { toneOf, wordOf } from '../../page/state.js'
import { countText, durationText } from '../../page/wording.js'
import { addressOf, type TaskView } from '../address.js'
import type { Slice, Span } from '../moment/attempts.js'
import { SLICES, type TimelineBar, type TimelineRow, ticksOf } from './timeline-model.js'

const ROW = 24
const HEAD = 26
/** Whatever was shorter than a line is wide is drawn by its outline alone, which has a width of its own. */
const LEAST_PERCENT = 0.05
/** Beyond it a tick's words stand before it. */
const LAST_PERCENT = 94

export interface TimelineProps {
  readonly view: TaskView
  readonly rows: ReadonlyArray<TimelineRow>
  readonly span: Span
  /** The address that shows a part of what is shown; undefined where parts are as short as can be told apart. */
  readonly partOf: ((part: Span) => string) | undefined
}

export const TimelineRows: FC<TimelineProps> = ({ view, rows, span, partOf }) => (
  // biome-ignore lint/a11y/useSemanticElements: a group of links, and no group of a form's fields
  <div
    class="timeline"
    role="group"
    aria-label={`Timeline of ${countText(rows.length)} rows over ${durationText(span.toMs - span.fromMs)}`}
  >
    <svg class="time-grid" aria-hidden="true">
      {ticksOf(span).map((ms) => (
        <line x1={atPercent(span, span.fromMs + ms)} x2={atPercent(span, span.fromMs + ms)} y1={HEAD - 6} y2="100%" />
      ))}
    </svg>
    <Scale span={span} partOf={partOf} />
    {rows.map((row) => (
      <Row view={view} row={row} span={span} />
    ))}
  </div>
)

const percentOf = ({ fromMs, toMs }: Span, ms: number): number =>
  Math.min(100, Math.max(0, (100 * (ms - fromMs)) / Math.max(1, toMs - fromMs)))

const percentText = (percent: number): string => `${Math.round(percent * 1_000) / 1_000}%`

const atPercent = (span: Span, ms: number): string => percentText(percentOf(span, ms))

const Scale: FC<Pick<TimelineProps, 'span' | 'partOf'>> = ({ span, partOf }) => {
  const ticks = ticksOf(span)
  return (
    <svg class="time-scale" height={HEAD}>
      <title>Time</title>
      {ticks.map((ms, index) => {
        const fromMs = span.fromMs + ms
        const toMs = Math.min(span.toMs, span.fromMs + (ticks[index + 1] ?? Number.POSITIVE_INFINITY))
        const words = ms === 0 ? '0' : durationText(ms)
        const label = (
          <text
            x={atPercent(span, fromMs)}
            y="16"
            {...(percentOf(span, fromMs) > LAST_PERCENT ? { 'text-anchor': 'end', dx: '-3' } : { dx: '4' })}
          >
            {words}
          </text>
        )
        if (partOf === undefined || toMs <= fromMs) return <g class="time-tick">{label}</g>
        return (
          <a
            class="time-tick"
            href={partOf({ fromMs, toMs })}
            aria-label={`Only from ${words} to ${durationText(toMs - span.fromMs)}`}
          >
            <rect
              class="time-part"
              x={atPercent(span, fromMs)}
              width={percentText(percentOf(span, toMs) - percentOf(span, fromMs))}
              y="1"
              height={HEAD - 2}
            />
            {label}
          </a>
        )
      })}
    </svg>
  )
}

interface RowProps {
  readonly view: TaskView
  readonly row: TimelineRow
  readonly span: Span
}

const Row: FC<RowProps> = ({ view, row, span }) => (
  <a class="time-row" href={addressOf(view, { step: row.step })} aria-label={spoken(row)} id={`row-${row.step}`}>
    <span class="time-label" title={row.step}>
      <bdi>{row.instances === 0 ? row.step : `${row.step} × ${countText(row.instances)}`}</bdi>
    </span>
    <svg class="time-plot" height={ROW} aria-hidden="true">
      {row.bars.map((bar) => (
        <Bar bar={bar} span={span} />
      ))}
      <Columns slices={row.slices} />
    </svg>
  </a>
)

const spoken = ({ step, bars, slices, instances }: TimelineRow): string => {
  if (instances > 0) return `${step}: ${countText(instances)} instances, ${countText(sum(slices))} attempts`
  const ran = bars.filter(({ kind }) => kind === 'ran')
  const attempts = ran.map(
    ({ attempt, outcome, fromMs, toMs }) =>
      `attempt ${attempt} ${stateWord(outcome)} after ${durationText(Math.max(0, toMs - fromMs))}`,
  )
  return `${step}: ${attempts.length === 0 ? 'not begun' : attempts.join(', ')}`
}

const sum = (slices: ReadonlyArray<Slice>): number => slices.reduce((all, { attempts }) => all + attempts, 0)

const stateWord = (outcome: string | null): string => wordOf(outcome ?? 'in_progress').toLowerCase()

/** Kinds are told apart by their height, too. */
const HEIGHTS: Readonly<Record<TimelineBar['kind'], number>> = { queued: 5, ran: 14, waited: 9, retry: 2 }

const KIND_WORDS: Readonly<Record<TimelineBar['kind'], string>> = {
  queued: 'in the queue',
  ran: 'ran',
  waited: 'waited',
  retry: 'waited for the retry',
}

const Bar: FC<{ readonly bar: TimelineBar; readonly span: Span }> = ({ bar, span }) => {
  const { kind, fromMs, toMs, attempt, outcome } = bar
  const height = HEIGHTS[kind]
  const [from, to] = [percentOf(span, fromMs), percentOf(span, toMs)]
  return (
    <rect
      class={`time-bar time-${kind}${kind === 'ran' ? ` ran-${toneOf(outcome ?? 'in_progress')}` : ''}`}
      x={percentText(from)}
      y={(ROW - height) / 2}
      width={percentText(Math.max(LEAST_PERCENT, to - from))}
      height={height}
      rx="2"
    >
      <title>{`attempt ${attempt} ${KIND_WORDS[kind]} ${durationText(Math.max(0, toMs - fromMs))}${kind === 'ran' ? `: ${stateWord(outcome)}` : ''}`}</title>
    </rect>
  )
}

/** As high as many began in that slice of time; what failed of them below. */
const Columns: FC<{ readonly slices: ReadonlyArray<Slice> }> = ({ slices }) => {
  const most = Math.max(1, ...slices.map(({ attempts }) => attempts))
  const width = 100 / SLICES
  return (
    <>
      {slices.map(({ slice, attempts, failures, running }) => {
        const high = Math.max(2, ((ROW - 6) * attempts) / most)
        const bad = (high * failures) / attempts
        const busy = (high * running) / attempts
        const bottom = ROW - 3
        const column = { x: percentText((Math.min(SLICES, Math.max(1, slice)) - 1) * width), width: percentText(width) }
        return (
          <g class="time-column">
            <title>{`${countText(attempts)} began, ${countText(failures)} of them failed, ${countText(running)} go on`}</title>
            <rect class="fill-good" {...column} y={tenth(bottom - high)} height={tenth(high)} />
            {busy === 0 ? null : (
              <rect class="fill-busy" {...column} y={tenth(bottom - bad - busy)} height={tenth(busy)} />
            )}
            {bad === 0 ? null : <rect class="fill-bad" {...column} y={tenth(bottom - bad)} height={tenth(bad)} />}
          </g>
        )
      })}
    </>
  )
}

const tenth = (value: number): number => Math.round(value * 10) / 10
