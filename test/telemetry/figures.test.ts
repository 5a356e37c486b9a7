/** Figures of a whole installation, on a real database. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTasker, taskerMetrics } from '../../src/main.js'
import { keptFor } from '../../src/telemetry/figures.js'
import { installed } from '../cli/installed.js'
import { program } from '../cli/program.js'

const test = suite('figures')

const GATED = {
  name: 'gated',
  namespace_name: 'default',
  version: '1.0.0',
  steps: [
    {
      name: 'review',
      type: 'gate',
      handler: { callable: 'catalog:gate', initialization: { question: 'May it go on?', timeout_seconds: 600 } },
    },
  ],
}

test(
  'gates, projections, subscriptions, queues and appends of an installation stand on its page',
  installed([], async ({ environment, tasker }) => {
    const metrics = taskerMetrics()
    const worker = await createTasker({ databaseUrl: environment.DATABASE_URL ?? '', projections: true, metrics })
    const task = await tasker.tasks.create(await tasker.template(GATED), {})
    await new Promise<void>((resolve, reject) => {
      worker.subscribe({ name: 'watcher', types: ['gate-opened'] }, () => resolve()).catch(reject)
    })
    assert.ok(await worker.projections.waitFor('gates', await worker.log.position(), 30_000))
    const page = await metrics.page()
    for (const line of [
      /^tasker_open_gates 1$/m,
      /^tasker_open_gate_oldest_seconds \d/m,
      /^tasker_dead_letters 0$/m,
      /^tasker_projection_lag_events\{projection="gates"\} 0$/m,
      /^tasker_subscription_parked\{subscription="watcher"\} 0$/m,
      /^tasker_due_rows\{kind="gate"\} 1$/m,
      /^tasker_due_late_seconds\{kind="gate"\} 0$/m,
      /^tasker_open_tasks\{status="waiting_for_approval"\} 1$/m,
      /^tasker_queue_hints\{queue="default"\} 0$/m,
      /^tasker_sessions 1$/m,
      /^tasker_append_streams_total\{outcome="landed"\} \d+$/m,
      /^tasker_append_seconds_count [1-9]/m,
      /^tasker_slots_free\{queue="default"\} 100$/m,
    ]) {
      assert.match(page, line)
    }
    assert.not.match(page, /tasker_unreadable_figures_total\{/)
    await tasker.tasks.cancel(task.id, { actor: 'tester', authenticated: false })
    await worker.close()
  }),
)

test(
  'doctor reads the figures of a database, and tells those that are out of bounds',
  installed([], async ({ cwd, environment, tasker }) => {
    const figures = async () => {
      const { stdout } = await program(cwd, ['doctor', '--json'], environment)
      const checks: ReadonlyArray<{ name: string; state: string; message: string }> = JSON.parse(stdout).checks
      return checks.filter(({ name }) => name === 'metrics' || name === 'figures')
    }
    assert.equal(
      (await figures()).map(({ name, state }) => [name, state]),
      [
        ['metrics', 'good'],
        ['figures', 'good'],
      ],
    )
    const handler = { callable: 'catalog:wait', initialization: { seconds: 1 } }
    const template = { name: 'late', namespace_name: 'default', version: '1.0.0', steps: [{ name: 'wait', handler }] }
    const task = await tasker.tasks.create(await tasker.template(template), {})
    const [head] = await tasker.log.heads({ open: true, limit: 1 })
    assert.is(head?.stream, `task-${task.id}`)
    // Nobody works here: what was due long ago stays so.
    await tasker.log.append([
      {
        stream: head?.stream ?? '',
        expectedVersion: head?.version ?? 0,
        expectedHash: head?.hash ?? '',
        events: [],
        head: { status: 'running', namespace: 'default', template: 'late', open: true, holders: [] },
        due: {
          put: [{ key: 'timer/0', kind: 'timer', dueAt: 1_000, target: null, priority: 0, data: '{"step":0}' }],
          remove: [],
        },
        payloads: [],
      },
    ])
    const [, nobody, late] = await figures()
    assert.equal([nobody?.state, nobody?.message], ['advice', '1 step waits in a queue, and no worker is alive'])
    assert.equal([late?.state, late?.message.startsWith('what is due (timer) has been late for')], ['advice', true])
  }),
)

test('what was read lately is not read again, and those who ask at once share one reading', async () => {
  let now = 0
  let read = 0
  const figures = keptFor(
    async () => (read += 1),
    () => now,
    100,
  )
  assert.equal(await Promise.all([figures(), figures()]), [1, 1])
  now = 99
  assert.is(await figures(), 1)
  now = 100
  assert.is(await figures(), 2)
})

test.run()
