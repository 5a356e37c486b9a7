/**
 * The account of a task that has ended, in the order in which a reader wants it: what came out, what it was made of,
 * who decided what, and how much happened. Pure: the events and the result go in, lines of text come out.
 */
import * as E from 'fp-ts/lib/Either.js'
import { dataLines } from '../../src/audit/data-lines.js'
import { type GateStory, gateStories } from '../../src/audit/gate-story.js'
import { drawGraph, GRAPH_LEGEND } from '../../src/audit/graph-drawing.js'
import { heading, paragraph } from '../../src/audit/paragraphs.js'
import { plannedGraph } from '../../src/audit/planned-graph.js'
import { planningStory } from '../../src/audit/planning-story.js'
import { planningText } from '../../src/audit/planning-text.js'
import type { ReadContent } from '../../src/audit/told-task.js'
import type { TaskEvent } from '../../src/core/event.js'
import type { Json } from '../../src/core/json.js'
import { type ChartText, chartSvg } from './chart.js'
import { countEvents, eventCountLines } from './event-counts.js'
import { type Report, regionLines, reportOf, reportTable } from './report.js'

export interface Account {
  /** Undefined where there is no report: the lines say why. */
  readonly report: Report | undefined
  readonly chart: string | undefined
  readonly reportLines: ReadonlyArray<string>
  /** The graph, the planning decisions, the gates and the counts. */
  readonly storyLines: ReadonlyArray<string>
}

export const accountOf = (events: ReadonlyArray<TaskEvent>, read: ReadContent, result: Json): Account => {
  const report = reportOf(result)
  const storyLines = storyOf(events, read)
  if (E.isLeft(report)) {
    const reportLines = [...heading('No report'), ...paragraph('  ', report.left)]
    return { report: undefined, chart: undefined, reportLines, storyLines }
  }
  return {
    report: report.right,
    chart: chartSvg(regionLines(report.right.rows), chartText(report.right)),
    reportLines: reportText(report.right),
    storyLines,
  }
}

const chartText = ({ excluded }: Report): ChartText => ({
  title: 'Life expectancy by world region, 1955 to 2005',
  subtitle: `Years at birth, mean of the countries weighted by population${
    excluded.length === 0 ? '' : `; without ${excluded.map(quoted).join(' and ')}`
  }`,
  source: 'Data: gapminder as published with vega-datasets (BSD-3-Clause); regions: world-countries (ODbL-1.0)',
})

/** A name with a comma would read as two. */
const quoted = (name: string): string => (name.includes(',') ? `“${name}”` : name)

const reportText = (report: Report): ReadonlyArray<string> => [
  ...heading('Life expectancy by world region, in years, weighted by population'),
  ...reportTable(regionLines(report.rows)).map((line) => `  ${line}`),
  '',
  ...paragraph('  ', `${report.recordsValid} records are valid and ${report.recordsInvalid} are not.`),
  ...(report.excluded.length === 0
    ? []
    : paragraph('  ', `In no region, because they could not be enriched: ${report.excluded.join('; ')}.`)),
]

const storyOf = (events: ReadonlyArray<TaskEvent>, read: ReadContent): ReadonlyArray<string> => {
  const counts = countEvents(events)
  return [
    ...heading('The graph that was planned'),
    ...drawGraph(plannedGraph(events)).map((line) => `  ${line}`),
    '',
    `  ${GRAPH_LEGEND}`,
    ...heading('The planning decisions'),
    ...planningText(planningStory(events, read)).map((line) => `  ${line}`),
    ...heading('The reviewer'),
    ...gateStories(events, read).flatMap(gateText),
    ...heading(`The log: ${events.length} events`),
    ...eventCountLines(counts).map((line) => `  ${line}`),
  ]
}

export const gateText = (gate: GateStory): ReadonlyArray<string> => [
  ...paragraph(`  ${gate.step} asked:  `, gate.question),
  ...dataLines(gate.context, '    '),
  ...gate.votes.flatMap(({ actor, vote, comment }) =>
    paragraph(
      `    ${vote === 'approve' ? 'approved' : 'rejected'} by `,
      `${actor}${comment === null ? '' : `: ${comment}`}`,
    ),
  ),
  `    ${gate.ended === 'open' ? 'it is still open' : `so it was ${gate.ended}`}`,
]
