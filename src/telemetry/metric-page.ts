/** The documentation of the metrics, made of their table; what stands in the repository is held against it by a test. */
import { METRICS, type MetricDefinition } from './metric-table.js'

export const METRICS_FILE = 'scripts/observability/METRICS.md'

const PARTS: Readonly<Record<MetricDefinition['part'], string>> = {
  throughput: 'What has happened, counted by the process in which it happened: add the processes up.',
  latency: 'How long things take, in seconds.',
  log: 'Appends to the event log: how many events share a commit, and what it takes.',
  backlog: 'What there is to do. Read from the database, the same in every process: take the highest, do not add.',
  workers: 'Who works.',
  planning: 'What planners were asked, answered and cost.',
}

const INTRODUCTION = `# Metrics

This page is made of the table in \`src/telemetry/metric-table.ts\` (\`npm run reference\`); do not edit it. \`tasker serve\` and
\`tasker dev\` show the metrics under \`/metrics\`, any service at \`--metrics-port\`; a program by \`taskerMetrics()\`. Beside these the page
has the Node process's own (\`process_…\`, \`nodejs_…\`, as prom-client names them). Values of a label that a user chooses are bounded: the
ones that come after the hundredth are counted as \`other\`. Figures of the backlog are read when the page is asked for, at most once in
five seconds; what could not be read is left out and counted. Gates and dead letters are counted where somebody projects.
`

export const metricsReference = (): string =>
  [
    INTRODUCTION,
    ...Object.entries(PARTS).flatMap(([part, says]) => [
      `## ${part.charAt(0).toUpperCase()}${part.slice(1)}\n`,
      `${says}\n`,
      '| metric | kind | labels | means |',
      '|---|---|---|---|',
      ...Object.entries<MetricDefinition>(METRICS)
        .filter(([, definition]) => definition.part === part)
        .map(
          ([name, { kind, labels, help }]) =>
            `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
        ),
      '',
    ]),
  ].join('\n')
