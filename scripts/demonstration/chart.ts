/**
 * Draws the report as an SVG: one line a region, named where it ends, so that nobody has to match colours with a legend.
 * It stands on its own (no script, no font, no style sheet) and tells a screen reader what it shows.
 */
import type { RegionLine } from './report.js'

const WIDTH = 890
const HEIGHT = 500
const PLOT = { left: 60, right: 680, top: 84, bottom: 436 }
const LABEL_GAP = 18
/** Okabe and Ito's colours, which people with any kind of colour blindness can tell apart; those dark enough on white. */
const COLOURS = ['#0072b2', '#d55e00', '#007a5a', '#a8487f', '#5c5c00', '#404040']

export interface ChartText {
  readonly title: string
  readonly subtitle: string
  readonly source: string
}

export const chartSvg = (lines: ReadonlyArray<RegionLine>, text: ChartText): string => {
  const points = lines.flatMap((line) => line.points)
  const x = scale(extent(points.map((point) => point.year)), PLOT.left, PLOT.right)
  const [low, high] = extent(points.map((point) => point.value))
  const y = scale([Math.floor(low / 10) * 10, Math.ceil(high / 10) * 10], PLOT.bottom, PLOT.top)
  const years = [...new Set(points.map((point) => point.year))].toSorted((left, right) => left - right)
  const parts = [
    `<title id="title">${escaped(text.title)}</title>`,
    `<desc id="desc">${escaped(describe(lines))}</desc>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    label(20, 34, text.title, { size: 20, weight: 600 }),
    label(20, 58, text.subtitle, { size: 13, fill: '#555555' }),
    ...axisOfValues(y),
    ...axisOfYears(years, x),
    ...lines.map((line, index) => curve(line, x, y, colour(index))),
    ...names(lines, y),
    label(20, HEIGHT - 16, text.source, { size: 11, fill: '#666666' }),
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"`,
    ` role="img" aria-labelledby="title desc" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif">\n`,
    parts.map((part) => `  ${part}\n`).join(''),
    '</svg>\n',
  ].join('')
}

type Range = readonly [number, number]

interface Scale {
  (value: number): number
  readonly domain: Range
}

const scale = (domain: Range, from: number, to: number): Scale => {
  const span = domain[1] - domain[0] || 1
  return Object.assign((value: number) => from + ((value - domain[0]) / span) * (to - from), { domain })
}

const extent = (values: ReadonlyArray<number>): Range =>
  values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)]

const axisOfValues = (y: Scale): ReadonlyArray<string> => {
  const parts: string[] = []
  for (let value = y.domain[0]; value <= y.domain[1]; value += 10) {
    const at = round(y(value))
    parts.push(`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}" stroke="#e2e2e2"/>`)
    parts.push(label(PLOT.left - 10, at + 4, String(value), { size: 12, fill: '#555555', anchor: 'end' }))
  }
  return parts
}

const axisOfYears = (years: ReadonlyArray<number>, x: Scale): ReadonlyArray<string> => [
  `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}" stroke="#888888"/>`,
  ...years.map((year) =>
    label(round(x(year)), PLOT.bottom + 20, String(year), { size: 12, fill: '#555555', anchor: 'middle' }),
  ),
]

const curve = (line: RegionLine, x: Scale, y: Scale, stroke: string): string => {
  const path = line.points.map((point) => `${round(x(point.year))},${round(y(point.value))}`)
  const dots = path.map((at) => {
    const [cx, cy] = at.split(',')
    return `<circle cx="${cx}" cy="${cy}" r="3" fill="${stroke}"/>`
  })
  return `<g><polyline points="${path.join(' ')}" fill="none" stroke="${stroke}" stroke-width="2.5" stroke-linejoin="round"/>${dots.join('')}</g>`
}

/** Each name beside the end of its line, moved down as far as it must to keep clear of the name above it. */
const names = (lines: ReadonlyArray<RegionLine>, y: Scale): ReadonlyArray<string> => {
  const ends = lines
    .map((line, index) => ({ line, fill: colour(index), at: y(line.points.at(-1)?.value ?? y.domain[0]) }))
    .toSorted((left, right) => left.at - right.at)
  let above = Number.NEGATIVE_INFINITY
  return ends.map(({ line, fill, at }) => {
    above = Math.max(at, above + LABEL_GAP)
    const value = line.points.at(-1)?.value.toFixed(1) ?? ''
    const words = `${line.region} ${value} (${line.change >= 0 ? '+' : '−'}${Math.abs(line.change).toFixed(1)})`
    return label(PLOT.right + 12, round(above + 4), words, { size: 13, weight: 600, fill })
  })
}

const describe = (lines: ReadonlyArray<RegionLine>): string =>
  lines
    .map((line) => {
      const [first, last] = [line.points[0], line.points.at(-1)]
      return first === undefined || last === undefined
        ? `${line.region}: no data.`
        : `${line.region}: ${first.value.toFixed(1)} years in ${first.year}, ${last.value.toFixed(1)} in ${last.year}.`
    })
    .join(' ')

interface LabelStyle {
  readonly size: number
  readonly weight?: number
  readonly fill?: string
  readonly anchor?: 'start' | 'middle' | 'end'
}

const label = (x: number, y: number, words: string, style: LabelStyle): string => {
  const weight = style.weight === undefined ? '' : ` font-weight="${style.weight}"`
  const anchor = style.anchor === undefined ? '' : ` text-anchor="${style.anchor}"`
  return `<text x="${x}" y="${y}" font-size="${style.size}"${weight}${anchor} fill="${style.fill ?? '#1a1a1a'}">${escaped(words)}</text>`
}

const colour = (index: number): string => COLOURS[index % COLOURS.length] ?? '#404040'

const round = (value: number): number => Math.round(value * 10) / 10

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
