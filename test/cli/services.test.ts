import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../src/main.js'
import { packageRoot } from '../../src/package-root.js'
import { withFolder } from '../support/temporary-folder.js'
import { until } from '../support/until.js'
import { installed } from './installed.js'
import { program, start } from './program.js'

const test = suite('tasker worker, serve and dev')

/** Each attempt says that it began, and ends once the file `go` is there. */
const SLOW = `
  import { existsSync, watch } from 'node:fs'
  import { defineHandler } from ${JSON.stringify(join(packageRoot, 'dist/src/main.js'))}
  export default [defineHandler({ name: 'slow', run: ({ context }) => new Promise((resolve) => {
    const watcher = watch('.', () => look())
    const look = () => existsSync('go') && (watcher.close(), resolve('done'))
    console.error(context.step.name + ' began')
    look()
  }) })]`

const TWO_STEPS = `
name: two_steps
version: 1.0.0
steps:
  - {name: first, handler: {callable: slow}}
  - {name: second, handler: {callable: slow}, dependencies: [first]}
`

const GATED = `
name: gated
version: 1.0.0
steps:
  - {name: review, type: gate, handler: {callable: "catalog:gate", initialization: {question: "May it go on?"}}}
  - name: after
    handler: {callable: "catalog:transform", initialization: {input: 1, expression: "@"}}
    dependencies: [review]
`

const slow = defineHandler({ name: 'slow', run: () => 'done' })

test(
  'told to stop, a worker lets what runs end, begins nothing more, and the next worker goes on',
  installed([slow], async ({ cwd, environment, tasker }) => {
    writeFileSync(join(cwd, 'slow.mjs'), SLOW)
    writeFileSync(join(cwd, 'two.yaml'), TWO_STEPS)
    const worker = start(cwd, ['worker', '--handlers', './slow.mjs'], environment)
    await worker.says('running the steps of default')
    const task = await tasker.tasks.create(await tasker.template(join(cwd, 'two.yaml')), {})
    await worker.says('first began')
    worker.child.kill('SIGTERM')
    await worker.says('stopping')
    writeFileSync(join(cwd, 'go'), '')
    const { exit, stderr, stdout } = await worker.ended
    assert.is(exit, 0, stderr)
    assert.is(stdout, '', 'what a worker says goes to stderr')
    const { steps } = await task.view()
    assert.equal([steps.first?.state, steps.second?.state], ['complete', 'enqueued'])
    const next = start(cwd, ['worker', '--handlers', './slow.mjs'], environment)
    assert.is((await task.result()).status, 'complete')
    next.child.kill('SIGTERM')
    assert.is((await next.ended).exit, 0)
  }),
)

test(
  'told twice, it does not wait',
  installed([slow], async ({ cwd, environment, tasker }) => {
    writeFileSync(join(cwd, 'slow.mjs'), SLOW)
    writeFileSync(join(cwd, 'two.yaml'), TWO_STEPS)
    const worker = start(cwd, ['worker', '--handlers', './slow.mjs'], environment)
    await worker.says('running the steps of default')
    await tasker.tasks.create(await tasker.template(join(cwd, 'two.yaml')), {})
    await worker.says('first began')
    worker.child.kill('SIGTERM')
    await worker.says('stopping')
    worker.child.kill('SIGTERM')
    assert.is((await worker.ended).exit, 143)
  }),
)

test(
  'an interrupted run lets what runs end, says that the task is kept, and a worker goes on with it',
  installed([slow], async ({ cwd, environment, tasker }) => {
    writeFileSync(join(cwd, 'slow.mjs'), SLOW)
    writeFileSync(join(cwd, 'two.yaml'), TWO_STEPS)
    const run = start(cwd, ['run', 'two.yaml', '--handlers', './slow.mjs'], environment)
    await run.says('first began')
    run.child.kill('SIGINT')
    await run.says('is kept and goes on with the next worker')
    writeFileSync(join(cwd, 'go'), '')
    const { exit, stderr } = await run.ended
    assert.is(exit, 130)
    const [, id = ''] = /task (\S+) is kept/.exec(stderr) ?? []
    const worker = start(cwd, ['worker', '--handlers', './slow.mjs'], environment)
    assert.is((await (await tasker.tasks.get(id)).result()).status, 'complete')
    worker.child.kill('SIGTERM')
    assert.is((await worker.ended).exit, 0)
  }),
)

test(
  'a run whose task somebody pauses ends with 3, and names the command that resumes it',
  installed([slow], async ({ cwd, environment }) => {
    writeFileSync(join(cwd, 'slow.mjs'), SLOW)
    writeFileSync(join(cwd, 'two.yaml'), TWO_STEPS)
    const run = start(cwd, ['run', 'two.yaml', '--handlers', './slow.mjs'], environment)
    await run.says('first began')
    const { tasks } = JSON.parse((await program(cwd, ['task', 'list', '--json'], environment)).stdout)
    const id: string = tasks[0].task
    assert.is((await program(cwd, ['task', 'pause', id, '--reason', 'look first'], environment)).exit, 0)
    writeFileSync(join(cwd, 'go'), '')
    const { exit, stdout } = await run.ended
    assert.is(exit, 3)
    assert.match(stdout, `tasker task resume ${id}`)
  }),
)

test(
  'serve runs no step; a worker that serves the catalog alone runs those of the catalog',
  installed([slow], async ({ cwd, environment, tasker }) => {
    writeFileSync(join(cwd, 'two.yaml'), TWO_STEPS)
    writeFileSync(join(cwd, 'gated.yaml'), GATED)
    const serve = start(cwd, ['serve'], environment)
    await serve.says('sweeping, firing timers and projecting')
    const [, url = ''] = /listening on (\S+)/.exec(serve.said()) ?? []
    assert.is((await fetch(`${url}/ready`)).status, 200)
    const second = await program(cwd, ['serve'], { ...environment, TASKER_PORT: new URL(url).port })
    assert.is(second.exit, 2)
    assert.match(second.stderr, 'port_in_use')
    const catalog = start(cwd, ['worker', '--catalog', '--concurrency', '2'], environment)
    await catalog.says('running the steps of the catalog')
    const two = await tasker.tasks.create(await tasker.template(join(cwd, 'two.yaml')), {})
    const gated = await tasker.tasks.create(await tasker.template(join(cwd, 'gated.yaml')), {})
    const waiting = await gated.result({ until: ({ status }) => status === 'waiting_for_approval' })
    assert.is(waiting.status, 'waiting_for_approval')
    const vote = await program(cwd, ['gate', 'approve', gated.id, 'review', '--as', 'ada'], environment)
    assert.is(vote.exit, 0, vote.stderr)
    assert.is((await gated.result()).status, 'complete')
    assert.is((await two.view()).steps.first?.attempts, 0)
    for (const { child } of [serve, catalog]) child.kill('SIGTERM')
    assert.equal([(await serve.ended).exit, (await catalog.ended).exit], [0, 0])
  }),
)

test('without a database of its own, dev brings one up; runs and votes of other processes join it', () =>
  withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'gated.yaml'), GATED)
    const dev = start(cwd, ['dev'])
    await dev.says('running default and the catalog on the embedded database')
    const run = await program(cwd, ['run', 'gated.yaml', '--json'])
    assert.is(run.exit, 3, run.stderr)
    const { taskId, status } = JSON.parse(run.stdout)
    assert.is(status, 'waiting_for_approval')
    const [gate] = JSON.parse((await program(cwd, ['gate', 'list', '--json'])).stdout)
    assert.equal([gate.taskId, gate.step, gate.question], [taskId, 'review', 'May it go on?'])
    dev.child.kill('SIGTERM')
    assert.is((await dev.ended).exit, 0)
    const vote = await program(cwd, ['gate', 'approve', taskId, 'review', '--as', 'ada'])
    assert.is(vote.exit, 0, vote.stderr)
    assert.match(vote.stderr, 'where none runs, start one')
    const again = start(cwd, ['dev'])
    await again.says('running default and the catalog')
    await until('the task went on', async () => {
      const { stdout } = await program(cwd, ['task', 'show', taskId, '--json'])
      return JSON.parse(stdout).status === 'complete'
    })
    again.child.kill('SIGTERM')
    assert.is((await again.ended).exit, 0)
    assert.match((await program(cwd, ['doctor'])).stdout, 'stopped')
    assert.ok(readFileSync(join(cwd, '.tasker/postgres/cluster.json'), 'utf8').length > 0)
  }))

test.run()
