/** What a whole run says of itself in numbers. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { MAX_METRIC_LABELS } from '../../src/core/limits.js'
import { BoundedLabel, Counts } from '../../src/telemetry/counts.js'
import { METRICS } from '../../src/telemetry/metric-table.js'
import { type Metrics, taskerMetrics } from '../../src/telemetry/metrics.js'
import { fragmentOf, plannedFrame, plannedTasker } from '../support/planned-tasker.js'
import { flaky } from './flaky-handler.js'

const test = suite('metrics')

/** The value of a line of the page; undefined where there is none. */
const valueIn = (page: string, line: string): number | undefined => {
  const found = page.split('\n').find((one) => one.startsWith(`${line} `))
  return found === undefined ? undefined : Number(found.slice(line.length + 1))
}

const pageOf = async (metrics: Metrics): Promise<(line: string) => number | undefined> => {
  const page = await metrics.page()
  return (line) => valueIn(page, line)
}

test('a run counts its tasks, steps, retries and ends', async () => {
  const metrics = taskerMetrics()
  const { tasker } = await plannedTasker(() => '', { metrics, handlers: [flaky] })
  const template = await tasker.template({
    name: 'counted',
    namespace_name: 'default',
    version: '1.0.0',
    steps: [{ name: 'flaky', handler: { callable: 'flaky' }, retry: { max_attempts: 2 } }],
  })
  const task = await tasker.tasks.create(template, {})
  assert.is((await task.result()).status, 'complete')
  const of = await pageOf(metrics)
  const labels = 'namespace="default",template="counted"'
  assert.is(of(`tasker_tasks_created_total{${labels}}`), 1)
  assert.is(of(`tasker_tasks_ended_total{${labels},status="complete"}`), 1)
  assert.is(of(`tasker_steps_started_total{${labels}}`), 2)
  assert.is(of(`tasker_steps_completed_total{${labels}}`), 1)
  assert.is(of(`tasker_attempts_failed_total{${labels},retried="true"}`), 1)
  assert.is(of(`tasker_task_seconds_count{${labels}}`), 1)
  assert.is(of('tasker_attempt_seconds_count{handler="flaky",outcome="failed"}'), 1)
  assert.is(of('tasker_attempt_seconds_count{handler="flaky",outcome="completed"}'), 1)
  assert.is(of('tasker_claim_wait_seconds_count{queue="default"}'), 2)
  assert.is(of('tasker_events_total{type="task-created"}'), 1)
  assert.is(of('tasker_due_rows{kind="retry"}'), 0)
  assert.is(of('tasker_slots_in_use'), 0)
  assert.ok((of('process_resident_memory_bytes') ?? 0) > 1_000_000)
  await tasker.close()
})

test('planning counts its calls, verdicts, findings, tokens, cost, and what it used of its bounds', async () => {
  const metrics = taskerMetrics()
  const answers = [fragmentOf([{ name: 'a', handler: 'nobody' }]), fragmentOf([{ name: 'a' }])]
  const { tasker } = await plannedTasker(() => answers.shift() ?? '', { metrics })
  const task = await tasker.tasks.create(await tasker.template(plannedFrame()), {})
  assert.is((await task.result()).status, 'complete')
  const of = await pageOf(metrics)
  assert.is(of('tasker_planner_calls_total{provider="scripted"}'), 2)
  assert.is(of('tasker_fragments_total{verdict="accepted"}'), 1)
  assert.is(of('tasker_fragments_total{verdict="rejected"}'), 1)
  assert.is(of('tasker_findings_total{code="unknown_handler"}'), 1)
  assert.is(of('tasker_planner_tokens_total{kind="input"}'), 20)
  assert.is(of('tasker_planner_call_seconds_count{provider="scripted",outcome="answered"}'), 2)
  assert.is(of('tasker_bound_used_ratio_sum{bound="max_steps"}'), 3 / 20)
  assert.ok(Math.abs(sumOf(await metrics.page(), 'tasker_planner_cost_usd_total') - 0.02) < 1e-9)
  await tasker.close()
})

const sumOf = (page: string, name: string): number =>
  page
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)

test('a page without a tasker has every metric of the table, and no other of that name', async () => {
  const page = await taskerMetrics().page()
  const shown = [...page.matchAll(/^# TYPE (tasker_\w+) (\w+)$/gm)].map(([, name, kind]) => `${name} ${kind}`)
  assert.equal(
    shown.sort(),
    Object.entries(METRICS)
      .map(([name, { kind }]) => `${name} ${kind}`)
      .sort(),
  )
})

test('labels have a bound: what comes when there are many is counted together', () => {
  const label = new BoundedLabel()
  for (let number = 0; number < MAX_METRIC_LABELS; number++) assert.is(label.of(`h${number}`), `h${number}`)
  assert.is(label.of('one-more'), 'other')
  assert.is(label.of('h0'), 'h0')
})

test('a count is kept: the same labels are the same number', () => {
  const counts = new Counts()
  const count = counts.of('tasker_events_total', { type: 'task-created' })
  count.value += 1
  counts.add('tasker_events_total', { type: 'task-created' }, 2)
  assert.equal([...counts.all('tasker_events_total')], [{ labels: { type: 'task-created' }, value: 3 }])
})

test('what cannot be read is left out and counted, and the rest of the page is there', async () => {
  const metrics = taskerMetrics()
  metrics.reads({
    standing: () => Promise.reject(new Error('the database is away')),
    depths: async () => [{ queue: 'default', hints: 7 }],
    slots: { queues: [], free: () => 0, inUse: 0 },
    projections: { list: async () => [], query: async () => [] },
    subscriptions: { list: async () => [] },
  })
  const of = await pageOf(metrics)
  assert.is(of('tasker_queue_hints{queue="default"}'), 7)
  assert.is(of('tasker_unreadable_figures_total{figure="standing"}'), 1)
  assert.is(of('tasker_inbox_rows'), undefined)
})

test.run()
