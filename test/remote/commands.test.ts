import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../src/cli/command-table.js'
import { openRemoteLog } from '../../src/remote/remote-log.js'
import { remoteTasker } from '../../src/remote/remote-tasker.js'
import { pretend } from '../cli/pretended-system.js'
import { program } from '../cli/program.js'
import type { Spoken } from '../cli/spoken.js'
import { servedOnDatabase } from '../http/served.js'
import { withFolder } from '../support/temporary-folder.js'
import { until } from '../support/until.js'
import { FILES, fails, greet, HELLO } from './installation.js'

const test = suite('the command line on a server')

interface Place {
  readonly url: string
  readonly cwd: string
  /** A command in this process, which can reach nothing but the server. */
  tasker(...argv: ReadonlyArray<string>): Promise<Spoken>
  /** The same, whose document is given. */
  // biome-ignore lint/suspicious/noExplicitAny: a document for programs, as they read it
  told(...argv: ReadonlyArray<string>): Promise<any>
}

const onServer = (use: (place: Place) => Promise<void>) => () =>
  withFolder((cwd) =>
    servedOnDatabase(
      async ({ url }) => {
        for (const name of ['hello.yaml', 'gated.yaml', 'broken.yaml'])
          writeFileSync(join(cwd, name), FILES[name] ?? '')
        const options = { url, apiKey: undefined, actor: 'tester' }
        const tasker = (...argv: ReadonlyArray<string>): Promise<Spoken> =>
          pretend(COMMANDS, argv, {
            cwd,
            environment: { TASKER_SERVER: url },
            openTasker: async () => remoteTasker(options),
            openLog: async () => openRemoteLog(options),
          })
        const told = async (...argv: ReadonlyArray<string>) => {
          const { stdout, stderr, exit } = await tasker(...argv, '--json')
          assert.is(exit, 0, `${argv.join(' ')}: ${stdout}${stderr}`)
          return JSON.parse(stdout)
        }
        await use({ url, cwd, tasker, told })
      },
      { handlers: [greet, fails], groups: {} },
    ),
  )

test(
  'run creates a task there and follows it to its end, or to where only people can move it',
  onServer(async ({ tasker, told }) => {
    const run = await told('run', 'hello.yaml', '--key', 'one')
    assert.equal([run.status, run.steps.first.result], ['complete', { hello: 'Ada' }])
    const again = await tasker('run', 'hello.yaml', '--key', 'one')
    assert.match(again.stderr, `task ${run.taskId} exists already`)
    const waiting = await tasker('run', 'gated.yaml', '--json')
    assert.is(waiting.exit, 3)
    const { taskId } = JSON.parse(waiting.stdout)
    const [gate] = await told('gate', 'list')
    assert.equal([gate.taskId, gate.step, gate.question], [taskId, 'review', 'May it?'])
    assert.is((await told('gate', 'approve', taskId, 'review', '--as', 'grace')).vote, 'approve')
    const failed = await tasker('run', 'broken.yaml')
    assert.equal([failed.exit, failed.stdout.includes('blocked_by_failures')], [1, true])
    const input = await tasker('run', 'nothing.yaml')
    assert.is(input.exit, 2)
  }),
)

test(
  'tasks are listed, shown, explained and traced there, and the log is printed',
  onServer(async ({ tasker, told }) => {
    const { taskId } = await told('run', 'hello.yaml')
    assert.is((await told('task', 'list', '--filter', 'status=complete')).tasks[0].task, taskId)
    const shown = await told('task', 'show', taskId)
    assert.equal([shown.status, shown.steps[0].result, shown.usage.used.steps], ['complete', { hello: 'Ada' }, 1])
    assert.is((await told('why', taskId)).task, taskId)
    assert.is((await told('why', taskId, 'first')).step, 'first')
    const provenance = await told('provenance', taskId, 'first')
    assert.is(provenance.links[0].decision.kind, 'template')
    const events = (await tasker('events', '--task', taskId, '--json')).stdout.trim().split('\n')
    assert.is(JSON.parse(events[0] ?? '').type, 'task-created')
    assert.is(JSON.parse(events.at(-1) ?? '').type, 'task-completed')
    const fork = await told('fork', taskId, '--at', '2')
    assert.is(fork.forked_from.task, taskId)
    const unknown = await tasker('task', 'show', '01900000-0000-7000-8000-000000000000')
    assert.equal([unknown.exit, unknown.stderr.includes('task_unknown')], [2, true])
    assert.is((await tasker('why', taskId, 'second')).exit, 2)
    assert.is((await tasker('task', 'list', '--filter', 'statis=error')).exit, 2)
  }),
)

test(
  'hands on tasks and steps work there, one and many, with who does it and why',
  onServer(async ({ tasker, told }) => {
    const { taskId } = JSON.parse((await tasker('run', 'broken.yaml', '--json')).stdout)
    const reset = await told('step', 'reset', taskId, 'first', '--as', 'grace', '--reason', 'again')
    assert.is(reset.outcome, 'changed')
    const events = (await tasker('events', '--task', taskId, '--type', 'step-reset', '--json')).stdout
    assert.equal(JSON.parse(events).metadata.actor.id, 'grace')
    assert.equal(JSON.parse(events).data.reason, 'again')
    await until(
      'it is blocked again',
      async () => (await told('task', 'show', taskId)).status === 'blocked_by_failures',
    )
    const dry = await told('step', 'complete', 'first', '--result', '1', '--filter', 'template=broken', '--dry-run')
    assert.is(dry.tasks[0].outcome, 'would_change')
    assert.is((await told('dlq', 'list')).dead_letters.length, 1)
    assert.is((await told('dlq', 'show', taskId)).dead_letter.task, taskId)
    assert.is((await told('task', 'priority', taskId, '5')).outcome, 'changed')
    assert.is((await told('task', 'pause', taskId)).outcome, 'changed')
    assert.is((await told('task', 'resume', taskId)).outcome, 'changed')
    assert.is((await told('task', 'signal', taskId, 'paid', '--payload', '{"a": 1}')).outcome, 'changed')
    const all = await told('dlq', 'resolve', '--filter', 'template=broken')
    assert.is(all.changed, 1)
    const closed = await tasker('task', 'cancel', taskId)
    assert.equal([closed.exit, closed.stderr.includes('task_closed')], [1, true])
    for (const hand of ['retry', 'resolve', 'skip']) assert.is((await tasker('step', hand, taskId, 'first')).exit, 1)
  }),
)

test(
  'keys are made, listed and revoked there',
  onServer(async ({ url, cwd, told, tasker }) => {
    const { secret, key } = await told('keys', 'create', 'ci', '--scope', 'tasks:read')
    assert.is(key.name, 'ci')
    const listed = await program(cwd, ['task', 'list', '--json'], { TASKER_SERVER: url, TASKER_API_KEY: secret })
    assert.equal([listed.exit, JSON.parse(listed.stdout).tasks], [0, []])
    const refused = await program(cwd, ['run', 'hello.yaml'], { TASKER_SERVER: url, TASKER_API_KEY: secret })
    assert.equal([refused.exit, refused.stderr.includes('forbidden')], [1, true])
    assert.is((await tasker('keys', 'list')).exit, 0)
    await told('keys', 'revoke', 'ci')
    const revoked = await program(cwd, ['task', 'list'], { TASKER_SERVER: url, TASKER_API_KEY: secret })
    assert.equal([revoked.exit, revoked.stderr.includes('TASKER_API_KEY')], [1, true])
  }),
)

test(
  'templates, schedules, the catalog, projections and subscriptions are those of the server',
  onServer(async ({ tasker, told }) => {
    assert.is((await told('template', 'validate', 'hello.yaml')).valid, true, 'the server has the handler')
    assert.is((await told('template', 'register', 'hello.yaml')).new, true)
    assert.is((await told('template', 'list')).templates[0].name, 'hello')
    assert.is((await tasker('template', 'show', 'hello')).stdout, HELLO)
    assert.is((await tasker('template', 'diff', 'hello', 'hello.yaml')).exit, 0)
    assert.is((await told('schedule', 'add', 'nightly', 'hello', '--cron', '0 3 * * *')).schedule.name, 'nightly')
    for (const what of ['pause', 'resume', 'show']) assert.is((await tasker('schedule', what, 'nightly')).exit, 0, what)
    assert.is((await tasker('schedule', 'list')).exit, 0)
    assert.is((await tasker('schedule', 'remove', 'nightly', '--reason', 'over')).exit, 0)
    assert.is((await tasker('schedule', 'show', 'nightly')).exit, 2)
    assert.ok((await told('catalog', 'list')).some(({ handler }: { handler: string }) => handler === 'greet'))
    assert.is((await told('catalog', 'show', 'http_request')).handler, 'catalog:http_request')
    assert.is((await tasker('catalog', 'show', 'http_reqest')).exit, 2)
    assert.ok(JSON.parse((await tasker('catalog', 'schema')).stdout).handlers.length > 10)
    await until('they are projected', async () => (await tasker('projections', 'list')).exit === 0)
    assert.is((await told('projections', 'rebuild', 'gates')).name, 'gates')
    assert.is((await told('projections', 'verify', 'gates')).projections[0].same, true)
    assert.is((await tasker('projections', 'rebuild', 'nothing')).exit, 2)
    assert.equal((await told('subscriptions', 'list')).subscriptions, [])
    assert.is((await tasker('subscriptions', 'parked', 'nobody')).exit, 2)
  }),
)

test(
  'the program itself asks the server that flag, environment or file name, and needs no database',
  onServer(async ({ url, cwd }) => {
    const flag = await program(cwd, ['run', 'hello.yaml', '--server', url, '--json'])
    assert.is(JSON.parse(flag.stdout).status, 'complete', flag.stderr)
    const variable = await program(cwd, ['task', 'list', '--filter', 'open=false', '--json'], { TASKER_SERVER: url })
    assert.is(JSON.parse(variable.stdout).tasks.length, 1)
    writeFileSync(join(cwd, 'tasker.yaml'), `server: ${url}\n`)
    assert.is((await program(cwd, ['events', '--json'])).exit, 0)
    const worker = await program(cwd, ['worker', '--server', url])
    assert.equal([worker.exit, worker.stderr.includes('not_over_http')], [2, true])
    const plan = await program(cwd, ['plan', 'sum it up'])
    assert.equal([plan.exit, plan.stderr.includes('not_over_http')], [2, true])
    const run = await program(cwd, ['run', 'hello.yaml', '--handlers', './mine.js'])
    assert.equal([run.exit, run.stderr.includes('--handlers')], [2, true])
  }),
)

test('a server that cannot be reached is exit code 4, with what to do and no stack trace', () =>
  withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'hello.yaml'), HELLO)
    for (const argv of [['task', 'list'], ['run', 'hello.yaml'], ['events'], ['projections', 'list']]) {
      const { exit, stderr } = await program(cwd, [...argv, '--server', 'http://127.0.0.1:9'])
      assert.is(exit, 4, argv.join(' '))
      assert.match(stderr, 'server_unreachable')
      assert.match(stderr, 'tasker serve')
      assert.not.match(stderr, /^\s+at /m)
    }
  }))

test.run()
