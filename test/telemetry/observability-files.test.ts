/** The dashboard and the alerts use what Tasker exports, by the labels that it has, and the thresholds that doctor knows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { packageRoot } from '../../src/package-root.js'
import { ofStanding } from '../../src/telemetry/figures.js'
import { misfits } from '../../src/telemetry/inspection.js'
import { METRICS } from '../../src/telemetry/metric-table.js'
import { taskerMetrics } from '../../src/telemetry/metrics.js'
import { outOfBounds, THRESHOLDS } from '../../src/telemetry/thresholds.js'
import { metricsIn, unknownIn } from '../../src/telemetry/used-metrics.js'

const test = suite('files of observability')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly annotations: { readonly summary: string; readonly description: string }
  readonly labels: { readonly severity: string }
}

const read = (file: string): string => readFileSync(join(packageRoot, 'scripts/observability', file), 'utf8')

const rules = (): ReadonlyArray<Rule> =>
  parse(read('alerts.yaml')).groups.flatMap((group: { rules: Rule[] }) => group.rules)

const panels = (): ReadonlyArray<{ title: string; targets?: ReadonlyArray<{ expr: string; legendFormat: string }> }> =>
  JSON.parse(read('grafana-dashboard.json')).panels

const expressions = (): ReadonlyArray<string> => [
  ...rules().map(({ expr }) => expr),
  ...panels().flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
]

test('every metric and label that they use is exported', async () => {
  assert.equal(expressions().flatMap(unknownIn), [])
  const page = await taskerMetrics().page()
  const strangers = expressions()
    .flatMap(metricsIn)
    .filter(({ name }) => !page.includes(`\n# TYPE ${name} `))
  assert.equal(strangers, [], 'Node’s own, too')
})

test('every metric is on the dashboard', () => {
  const shown = new Set(
    panels()
      .flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => metricsIn(expr)))
      .map(({ name }) => name),
  )
  assert.equal(
    Object.keys(METRICS).filter((name) => !shown.has(name)),
    [],
  )
})

test('a legend and a text name only labels that are there', () => {
  for (const { targets = [] } of panels()) {
    for (const { expr, legendFormat } of targets) {
      const labels = metricsIn(expr).flatMap((used) => used.labels)
      const named = [...legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label = '']) => label)
      assert.ok(
        named.every((label) => label === 'instance' || labels.includes(label)),
        `${legendFormat} of ${expr}`,
      )
    }
  }
  for (const { alert, expr, annotations } of rules()) {
    const named = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label)
    const labels = metricsIn(expr).flatMap((used) => used.labels)
    assert.ok(
      named.every((label) => labels.includes(label)),
      alert,
    )
  }
})

test('an alert has a severity, a summary and what to do, and a name of its own', () => {
  for (const { alert, labels, annotations } of rules()) {
    assert.match(alert, /^Tasker[A-Z]/)
    assert.ok(['warning', 'critical'].includes(labels.severity), alert)
    assert.ok(annotations.summary !== '' && annotations.description !== '', alert)
  }
  assert.is(new Set(rules().map(({ alert }) => alert)).size, rules().length)
})

test('what doctor calls out of bounds, an alert does from the same value on', () => {
  for (const { alert, metric, above } of THRESHOLDS) {
    const expr = rules().find((rule) => rule.alert === alert)?.expr ?? ''
    assert.ok(
      metricsIn(expr).some(({ name }) => name === metric),
      `${alert} is not about ${metric}`,
    )
    assert.ok(expr.endsWith(`> ${above}`), `${alert}: ${expr}`)
  }
})

test('expressions are read: metrics, selectors, groups and the parts of histograms', () => {
  assert.equal(metricsIn('sum by (le, queue) (rate(tasker_claim_wait_seconds_bucket{queue!~"a"}[5m]))'), [
    { name: 'tasker_claim_wait_seconds', labels: ['queue', 'le'] },
  ])
  assert.equal(unknownIn('sum by (colour) (tasker_nothing) + tasker_sessions{queue="a"}'), [
    'there is no metric tasker_nothing',
    'tasker_sessions has no label queue',
    'tasker_sessions has no label colour',
  ])
  assert.equal(misfits(packageRoot), [])
  assert.is(misfits('/nowhere').length, 2)
})

test('figures are out of bounds above their threshold, each with a remedy', () => {
  const due = [
    { kind: 'queue', rows: 3, oldestLateMs: 200_000 },
    { kind: 'retry', rows: 1, oldestLateMs: 300_000 },
    { kind: 'abort', rows: 1, oldestLateMs: 9_000_000 },
  ]
  const found = outOfBounds([
    ...ofStanding({ due, tasks: [], inboxRows: 0, sessions: 0 }),
    { name: 'tasker_dead_letters', labels: {}, value: 2 },
    { name: 'tasker_subscription_parked', labels: { subscription: 'mail' }, value: 0 },
  ])
  assert.equal(
    found.map(({ code }) => code),
    ['no_workers', 'timers_late', 'dead_letters'],
  )
  assert.is(found[0]?.message, '3 steps wait in a queue, and no worker is alive')
  assert.match(found[1]?.message ?? '', 'late for 5 minutes')
})

test.run()
