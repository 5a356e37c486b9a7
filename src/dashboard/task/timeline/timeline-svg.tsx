/** Draws a timeline: a row a step, a bar an attempt; instances of a fan-out or batch as one row of columns. */
import type { FC } from 'hono/jsx'
import { rounded } from '../../../layout/curve.js'
import { toneOf, wordOf } from '../../page/state.js'
import { countText, durationText } from '../../page/wording.js'
import { addressOf, type TaskView } from '../address.js'
import type { Slice, Span } from '../moment/attempts.js'
import { SLICES, type TimelineBar, type TimelineRow, ticksOf } from './timeline-model.js'

const LABELS = 230
const PLOT = 860
const ROW = 24
const TOP = 26
const RIGHT = 24
const LEAST_BAR = 2

export interface TimelineProps {
  readonly view: TaskView
  readonly rows: ReadonlyArray<TimelineRow>
  readonly span: Span
}

export const TimelineSvg: FC<TimelineProps> = ({ view, rows, span }) => {
  const height = TOP + rows.length * ROW + 8
  const x = scaleOf(span)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of links, of which HTML has no element inside of a picture
    <svg
      class="timeline"
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${LABELS + PLOT + RIGHT} ${height}`}
      width={LABELS + PLOT + RIGHT}
      height={height}
      role="group"
      aria-label={`Timeline of ${countText(rows.length)} rows over ${durationText(span.toMs - span.fromMs)}`}
    >
      <Scale span={span} height={height} />
      {rows.map((row, index) => (
        <Row view={view} row={row} y={TOP + index * ROW} x={x} span={span} />
      ))}
    </svg>
  )
}

const scaleOf = ({ fromMs, toMs }: Span) => {
  const whole = Math.max(1, toMs - fromMs)
  return (ms: number): number => LABELS + (PLOT * (ms - fromMs)) / whole
}

const Scale: FC<{ readonly span: Span; readonly height: number }> = ({ span, height }) => (
  <g class="time-scale">
    {ticksOf(span).map((ms) => {
      const at = rounded(scaleOf(span)(span.fromMs + ms))
      return (
        <>
          <line x1={at} x2={at} y1={TOP - 6} y2={height} />
          <text x={at} y={TOP - 11} text-anchor={ms === 0 ? 'start' : 'middle'}>
            {ms === 0 ? '0' : durationText(ms)}
          </text>
        </>
      )
    })}
  </g>
)

interface RowProps {
  readonly view: TaskView
  readonly row: TimelineRow
  readonly y: number
  readonly x: (ms: number) => number
  readonly span: Span
}

const MAX_LABEL = 33

const Row: FC<RowProps> = (props) => {
  const { view, row, y } = props
  const label = labelOf(row)
  return (
    <a class="time-row" href={addressOf(view, { step: row.step })} aria-label={spoken(row)} id={`row-${row.step}`}>
      <rect class="time-ground" x="0" y={y} width={LABELS + PLOT + RIGHT} height={ROW} />
      <text class="time-label" x="8" y={y + 16}>
        {label.length > MAX_LABEL ? `…${label.slice(label.length - MAX_LABEL + 1)}` : label}
      </text>
      {row.bars.map((bar) => (
        <Bar {...props} bar={bar} />
      ))}
      <Columns {...props} />
    </a>
  )
}

const labelOf = ({ step, instances }: TimelineRow): string =>
  instances === 0 ? step : `${step} × ${countText(instances)}`

const spoken = ({ step, bars, slices, instances }: TimelineRow): string => {
  if (instances > 0) return `${step}: ${countText(instances)} instances, ${countText(sum(slices))} attempts`
  const ran = bars.filter(({ kind }) => kind === 'ran')
  return `${step}: ${ran.map(({ attempt, outcome }) => `attempt ${attempt} ${stateWord(outcome)}`).join(', ')}`
}

const sum = (slices: ReadonlyArray<Slice>): number => slices.reduce((all, { attempts }) => all + attempts, 0)

const stateWord = (outcome: string | null): string => wordOf(outcome ?? 'in_progress').toLowerCase()

const HEIGHTS: Readonly<Record<TimelineBar['kind'], number>> = { queued: 4, ran: 14, waited: 14, retry: 4 }

const KIND_WORDS: Readonly<Record<TimelineBar['kind'], string>> = {
  queued: 'in the queue',
  ran: 'ran',
  waited: 'waited',
  retry: 'waited for the retry',
}

const Bar: FC<RowProps & { readonly bar: TimelineBar }> = ({ bar, y, x }) => {
  const { kind, fromMs, toMs, attempt, outcome } = bar
  const height = HEIGHTS[kind]
  const tone = kind === 'ran' ? `fill-${toneOf(outcome ?? 'in_progress')}` : `time-${kind}`
  return (
    <rect
      class={`time-bar ${tone}`}
      x={rounded(x(fromMs))}
      y={rounded(y + (ROW - height) / 2)}
      width={rounded(Math.max(LEAST_BAR, x(toMs) - x(fromMs)))}
      height={height}
      rx="2"
    >
      <title>{`attempt ${attempt} ${KIND_WORDS[kind]} ${durationText(Math.max(0, toMs - fromMs))}${kind === 'ran' ? `: ${stateWord(outcome)}` : ''}`}</title>
    </rect>
  )
}

/** As high as many began in that slice of time; what failed of them below. */
const Columns: FC<RowProps> = ({ row: { slices }, y }) => {
  const most = Math.max(1, ...slices.map(({ attempts }) => attempts))
  const width = PLOT / SLICES
  return (
    <>
      {slices.map(({ slice, attempts, failures, running }) => {
        const at = LABELS + (Math.min(SLICES, Math.max(1, slice)) - 1) * width
        const high = Math.max(2, ((ROW - 6) * attempts) / most)
        const bad = (high * failures) / attempts
        const busy = (high * running) / attempts
        const bottom = y + ROW - 3
        return (
          <g>
            <title>{`${countText(attempts)} began, ${countText(failures)} of them failed, ${countText(running)} go on`}</title>
            <rect
              class="fill-good"
              x={rounded(at)}
              y={rounded(bottom - high)}
              width={rounded(width - 1)}
              height={rounded(high)}
            />
            {busy === 0 ? null : (
              <rect
                class="fill-busy"
                x={rounded(at)}
                y={rounded(bottom - bad - busy)}
                width={rounded(width - 1)}
                height={rounded(busy)}
              />
            )}
            {bad === 0 ? null : (
              <rect
                class="fill-bad"
                x={rounded(at)}
                y={rounded(bottom - bad)}
                width={rounded(width - 1)}
                height={rounded(bad)}
              />
            )}
          </g>
        )
      })}
    </>
  )
}
