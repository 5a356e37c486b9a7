/** Prometheus's own tool reads what Prometheus will: the alerts, each tried, the dashboard's queries, and the page of metrics. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse, stringify } from 'yaml'
import { promtoolPath } from '../../scripts/testing/promtool.js'
import { packageRoot } from '../../src/package-root.js'
import { taskerMetrics } from '../../src/telemetry/metrics.js'

const test = suite('promtool')

const folder = join(packageRoot, 'scripts/observability')

const promtool = (args: ReadonlyArray<string>, input?: string) => {
  const { status, stdout, stderr } = spawnSync(promtoolPath(), args, { cwd: folder, encoding: 'utf8', input })
  return { status, said: `${stdout}${stderr}` }
}

test('Prometheus loads the alerts', () => {
  const { status, said } = promtool(['check', 'rules', 'alerts.yaml'])
  assert.is(status, 0, said)
  assert.match(said, 'rules found')
})

test('each alert fires when it should, and is quiet else', () => {
  const { status, said } = promtool(['test', 'rules', 'alerts.test.yaml'])
  assert.is(status, 0, said)
})

test('no alert is left untried', () => {
  const tried = readFileSync(join(folder, 'alerts.test.yaml'), 'utf8')
  const rules: ReadonlyArray<{ readonly alert: string }> = parse(readFileSync(join(folder, 'alerts.yaml'), 'utf8'))
    .groups[0].rules
  assert.equal(
    rules.map(({ alert }) => alert).filter((alert) => !tried.includes(`labels: 'ALERTS{alertname="${alert}"`)),
    [],
  )
})

test('Prometheus understands every query of the dashboard', () => {
  const { panels } = JSON.parse(readFileSync(join(folder, 'grafana-dashboard.json'), 'utf8'))
  const asked: ReadonlyArray<string> = panels.flatMap(
    ({ targets = [] }: { targets?: ReadonlyArray<{ expr: string }> }) =>
      targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m')),
  )
  const rules = asked.map((expr, index) => ({ record: `panel:${index}`, expr }))
  const scratch = mkdtempSync(join(tmpdir(), 'tasker-panels-'))
  const file = join(scratch, 'panels.yaml')
  writeFileSync(file, stringify({ groups: [{ name: 'panels', rules }] }))
  const { status, said } = promtool(['check', 'rules', file])
  rmSync(scratch, { recursive: true })
  assert.is(status, 0, said)
  assert.match(said, `${asked.length} rules found`)
})

test('the page of metrics is one that Prometheus reads, and is named as it advises', async () => {
  const metrics = taskerMetrics()
  metrics.measures.claimed('default', 5)
  metrics.measures.attempted('a "handler"\nof somebody', 'completed', 7)
  metrics.measures.ticked('ran', 2)
  metrics.reads({
    standing: async () => ({
      due: [{ kind: 'queue', rows: 3, oldestLateMs: 20 }],
      tasks: [],
      inboxRows: 0,
      sessions: 1,
    }),
    depths: async () => [{ queue: 'default', hints: 7 }],
    slots: { queues: ['default'], free: () => 3, inUse: 1 },
  })
  const page = await metrics.page()
  assert.match(page, 'tasker_queue_hints{queue="default"} 7')
  const { said } = promtool(['check', 'metrics'], page)
  // Node's own are named by prom-client.
  assert.equal(
    said.split('\n').filter((line) => line !== '' && !line.startsWith('nodejs_')),
    [],
  )
  assert.is.not(
    promtool(['check', 'metrics'], `${page}\nnot a metric`).said,
    said,
    'a page that it cannot read is told',
  )
})

test.run()
