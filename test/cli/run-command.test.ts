import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'
import { freshDatabase } from '../support/postgres.js'
import { withFolder } from '../support/temporary-folder.js'
import { program, start } from './program.js'
import type { Spoken } from './spoken.js'

const test = suite('tasker run, worker and gate')

interface Place {
  readonly cwd: string
  readonly url: string
  tasker(...argv: ReadonlyArray<string>): Promise<Spoken>
  write(name: string, text: string): void
  /** Tasks in the log. */
  tasks(): Promise<number>
  sql(statement: string): Promise<ReadonlyArray<pg.QueryResultRow>>
}

const inPlace = (work: (place: Place) => Promise<void>) => () =>
  withFolder(async (cwd) => {
    const database = await freshDatabase()
    const environment = { DATABASE_URL: database.url }
    const place: Place = {
      cwd,
      url: database.url,
      tasker: (...argv) => program(cwd, argv, environment),
      write: (name, text) => writeFileSync(join(cwd, name), text),
      tasks: async () => Number((await place.sql('select count(*) from tasker.heads'))[0]?.count),
      sql: async (statement) => {
        const client = new pg.Client({ connectionString: database.url })
        await client.connect()
        try {
          return (await client.query<pg.QueryResultRow>(statement)).rows
        } finally {
          await client.end()
        }
      },
    }
    try {
      assert.is((await place.tasker('migrate')).exit, 0)
      place.write('hello.yaml', HELLO)
      place.write('ada.json', '{"name": "Ada"}')
      place.write('plan.yaml', PLAN)
      place.write('answers.json', JSON.stringify(ANSWERS))
      await work(place)
    } finally {
      await database.drop()
    }
  })

const HELLO = `
name: hello
namespace_name: default
version: 1.0.0
input_schema: {type: object, required: [name], properties: {name: {type: string}}}
steps:
  - name: greet
    handler: {callable: "catalog:transform", initialization: {input: "\${task.context}", expression: "{said: name}"}}
`

const GATED = `
name: gated
namespace_name: default
version: 1.0.0
steps:
  - name: review
    type: gate
    handler: {callable: "catalog:gate", initialization: {question: "May it go on?", groups: [reviewers]}}
  - name: after
    handler: {callable: "catalog:transform", initialization: {input: 1, expression: "@"}}
    dependencies: [review]
`

const PLAN = `
name: planned
namespace_name: default
version: 1.0.0
bounds: {max_steps: 10, max_depth: 3, max_fan_out: 3, max_phases: 2, max_planner_calls: 3}
steps:
  - name: plan
    type: planning
    handler: {callable: "catalog:plan", initialization: {goal: "say one"}}
  - name: finish
    type: deferred_convergence
    handler: {callable: "catalog:aggregate", initialization: {operation: collect}}
    dependencies: [plan]
`

const fragment = (handler: string) => ({
  fragment_version: '1.0',
  planning_context: { goal: 'say one', reasoning: 'one step says it' },
  steps: [{ name: 'one', handler, config: { input: 1, expression: '@' } }],
  convergence: 'finish',
})

const ANSWERS = {
  recorded_version: '1.0',
  answers: [
    { step: 'plan', answer: fragment('invented'), usage: { input_tokens: 0, output_tokens: 0 } },
    { step: 'plan', answer: fragment('transform'), usage: { input_tokens: 0, output_tokens: 0 } },
  ],
}

test(
  'a template runs to its end, and --json prints the one document',
  inPlace(async ({ tasker }) => {
    const { exit, stdout } = await tasker('run', 'hello.yaml', '--input', 'ada.json', '--json')
    assert.is(exit, 0)
    const result = JSON.parse(stdout)
    assert.equal(Object.keys(result), ['taskId', 'status', 'steps', 'error'])
    assert.is(result.status, 'complete')
    assert.is(result.error, null)
    const { createdBy, ...greet } = result.steps.greet
    assert.equal(greet, { state: 'complete', settlement: 'satisfied', attempts: 1, result: { said: 'Ada' } })
    assert.is(createdBy.origin, 'template')
    assert.is(createdBy.step, null)
  }),
)

test(
  'a recorded planner is played through the same path: rejected, revised, run',
  inPlace(async ({ tasker }) => {
    const { exit, stdout } = await tasker('run', 'plan.yaml', '--planner', 'recorded:answers.json', '--json')
    assert.is(exit, 0)
    const { steps } = JSON.parse(stdout)
    assert.equal(Object.keys(steps).sort(), ['finish', 'plan', 'plan/one'])
    assert.is(steps['plan/one'].createdBy.step, 'plan')
    assert.is(steps['plan/one'].createdBy.origin, 'fragment')
  }),
)

test(
  'a recorded planner that runs out of answers fails its step by name',
  inPlace(async ({ tasker, write }) => {
    write('answers.json', JSON.stringify({ ...ANSWERS, answers: ANSWERS.answers.slice(0, 1) }))
    const { exit, stdout } = await tasker('run', 'plan.yaml', '--planner', 'recorded:answers.json', '--json')
    assert.is(exit, 1)
    assert.equal([JSON.parse(stdout).error.code, JSON.parse(stdout).error.step], ['no_recorded_answer', 'plan'])
  }),
)

test(
  'at a gate the run ends with 3 and names the command; the vote of a reviewer is what the task goes on with',
  inPlace(async ({ tasker, write }) => {
    write('gated.yaml', GATED)
    write('tasker.yaml', 'groups: {reviewers: [ada]}\n')
    const { exit, stdout } = await tasker('run', 'gated.yaml')
    assert.is(exit, 3)
    const [, id = ''] = /tasker gate approve (\S+) review/.exec(stdout) ?? []
    assert.is((await tasker('gate', 'approve', id, 'review', '--as', 'eve')).exit, 1)
    assert.is((await tasker('gate', 'approve', id, 'review', '--as', 'ada', '--comment', 'fine')).exit, 0)
    assert.is((await tasker('gate', 'approve', id, 'review', '--as', 'ada')).exit, 1)
    assert.is((await tasker('gate', 'approve', 'nobody', 'review')).exit, 2)
  }),
)

test(
  'bad input has its code and exit 2, and makes no task',
  inPlace(async ({ tasker, write, tasks }) => {
    write('unknown-key.yaml', `${HELLO}colour: red\n`)
    write('cycle.yaml', HELLO.replace('  - name: greet', '  - name: greet\n    dependencies: [greet]'))
    write('unknown-handler.yaml', HELLO.replace('catalog:transform', 'catalog:transfrom'))
    write('missing-dependency.yaml', `${HELLO}    dependencies: [nobody]\n`)
    write('broken.yaml', 'name: [')
    write('empty.json', '{}')
    const refused = async (...argv: ReadonlyArray<string>): Promise<string> => {
      const { exit, stdout, stderr } = await tasker('run', ...argv, '--json')
      const { taskId, status, steps, error } = JSON.parse(stdout)
      assert.is(exit, 2, `${argv}: ${stderr}`)
      assert.equal([taskId, status, steps], [null, null, {}])
      assert.not.match(stderr, /\n {4}at /)
      for (const key of Object.keys(error)) assert.ok(['code', 'message', 'path', 'step'].includes(key), key)
      return error.code
    }
    assert.is(await refused('unknown-key.yaml', '--input', 'ada.json'), 'schema')
    assert.is(await refused('cycle.yaml', '--input', 'ada.json'), 'cycle')
    assert.is(await refused('unknown-handler.yaml', '--input', 'ada.json'), 'unknown_handler')
    assert.is(await refused('missing-dependency.yaml', '--input', 'ada.json'), 'missing_dependency')
    assert.is(await refused('broken.yaml', '--input', 'ada.json'), 'invalid_yaml')
    assert.is(await refused('hello.yaml', '--input', 'empty.json'), 'invalid_input')
    assert.is(await refused('hello.yaml', '--input', 'nowhere.json'), 'input_not_found')
    assert.is(await refused('nowhere.yaml'), 'template_not_found')
    assert.is(await refused('plan.yaml'), 'planner_not_configured')
    assert.is(await refused('plan.yaml', '--planner', 'recorded:nowhere.json'), 'recorded_not_found')
    assert.is(await tasks(), 0)
  }),
)

test('a database that cannot be reached, or that is of another version, is exit 4', () =>
  withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'hello.yaml'), HELLO)
    const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }
    const unreachable = await program(cwd, ['run', 'hello.yaml', '--json'], away)
    assert.is(unreachable.exit, 4)
    assert.is(JSON.parse(unreachable.stdout).error.code, 'database_unreachable')
    const database = await freshDatabase()
    try {
      const older = await program(cwd, ['worker'], { DATABASE_URL: database.url })
      assert.is(older.exit, 2)
      assert.match(older.stderr, 'database_older')
      assert.match(older.stderr, 'tasker migrate')
      assert.is((await program(cwd, ['serve'], { DATABASE_URL: database.url })).exit, 2)
    } finally {
      await database.drop()
    }
  }))

test(
  'a database of a newer version is left alone',
  inPlace(async ({ tasker, tasks, sql }) => {
    await sql("insert into tasker.migrations (number, name) values (9999, '9999_of_the_future')")
    for (const argv of [['run', 'hello.yaml', '--input', 'ada.json'], ['worker'], ['gate', 'list'], ['migrate']]) {
      const { exit, stdout } = await tasker(...argv, '--json')
      assert.is(exit, 2, argv.join(' '))
      assert.is(JSON.parse(stdout).error.code, 'database_newer')
    }
    assert.is(await tasks(), 0)
  }),
)

test(
  "a worker runs a user's own handlers, and lets a running attempt end when it is told to stop",
  inPlace(async ({ cwd, url, tasker, write }) => {
    const library = join(packageRoot, 'dist/src/main.js')
    write(
      'handlers.mjs',
      `import { existsSync, watch } from 'node:fs'
       import { defineHandler } from ${JSON.stringify(library)}
       export default [defineHandler({ name: 'slow', run: () => new Promise((resolve) => {
         console.error('slow began')
         const look = () => existsSync('go') && (watcher.close(), resolve('done'))
         const watcher = watch('.', look)
         look()
       }) })]`,
    )
    write(
      'slow.yaml',
      'name: slow\nnamespace_name: default\nversion: 1.0.0\nsteps: [{name: slow, handler: {callable: slow}}]',
    )
    const worker = start(cwd, ['worker', '--handlers', './handlers.mjs'], { DATABASE_URL: url })
    await worker.says('running the steps of default')
    const run = start(cwd, ['run', 'slow.yaml', '--handlers', './handlers.mjs'], { DATABASE_URL: url })
    const began = await Promise.race([
      worker.says('slow began').then(() => worker),
      run.says('slow began').then(() => run),
    ])
    if (began === worker) worker.child.kill('SIGTERM')
    write('go', '')
    assert.is((await run.ended).exit, 0)
    if (began !== worker) worker.child.kill('SIGTERM')
    assert.is((await worker.ended).exit, 0)
    const { stdout } = await tasker('task', 'list', '--filter', 'status=complete', '--json')
    assert.match(stdout, 'complete')
  }),
)

test.run()
