/** A user's own projections, by modules that `tasker.yaml` names: followed by whoever serves, and looked after by name. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'
import { until } from '../support/until.js'
import { installed } from './installed.js'
import { program, start } from './program.js'

const test = suite('projections of the configuration')

const SEEN = `
  import { put } from ${JSON.stringify(join(packageRoot, 'dist/src/main.js'))}
  export default [{
    name: 'seen_tasks',
    version: 1,
    sql: new URL('./seen.sql', import.meta.url),
    key: ['task'],
    changes: (event, { task, version }) => [put([task], { task, events: version })],
  }]`

const TABLE = '-- name: table\ncreate table seen_tasks (task uuid primary key, events integer not null)\n'

const GATED = {
  name: 'asked',
  namespace_name: 'default',
  version: '1.0.0',
  steps: [
    { name: 'review', type: 'gate', handler: { callable: 'catalog:gate', initialization: { question: 'May it?' } } },
  ],
}

test(
  'are listed, followed, rebuilt and compared like those that come with Tasker',
  installed([], async ({ cwd, environment, tasker }) => {
    writeFileSync(join(cwd, 'seen.mjs'), SEEN)
    writeFileSync(join(cwd, 'seen.sql'), TABLE)
    writeFileSync(join(cwd, 'tasker.yaml'), 'port: 0\nprojections: [./seen.mjs]\n')
    const serve = start(cwd, ['serve'], environment)
    await serve.says('sweeping')
    const task = await tasker.tasks.create(await tasker.template(GATED), {})
    const query = { name: 'test_seen_tasks', text: 'select task from tasker_projections.seen_tasks' }
    await until('it is seen', async () => {
      const rows = await tasker.projections.query<{ readonly task: string }>(query, []).catch(() => [])
      return rows.some((row) => row.task === task.id)
    })
    const rebuilt = await program(cwd, ['projections', 'rebuild', 'seen-tasks'], environment)
    assert.is(rebuilt.exit, 0, rebuilt.stderr)
    const verified = await program(cwd, ['projections', 'verify', 'seen_tasks', '--json'], environment)
    assert.equal([verified.exit, JSON.parse(verified.stdout).projections[0].same], [0, true])
    serve.child.kill('SIGTERM')
    assert.is((await serve.ended).exit, 0)
  }),
)

test(
  'that are not there, or are none, are refused by their module',
  installed([], async ({ cwd, environment }) => {
    writeFileSync(join(cwd, 'none.mjs'), 'export default [{ name: 5 }]')
    writeFileSync(join(cwd, 'gates.mjs'), SEEN.replace('seen_tasks', 'gates'))
    writeFileSync(join(cwd, 'path.mjs'), SEEN.replace(/sql: .*,/, "sql: 'seen.sql',"))
    const refused = [
      ['./away.mjs', 'projections_not_found'],
      ['./none.mjs', 'item 0: its name is no text'],
      ['./gates.mjs', 'there is one of that name already'],
      ['./path.mjs', 'its sql is no file'],
    ] as const
    for (const [module, said] of refused) {
      writeFileSync(join(cwd, 'tasker.yaml'), `projections: [${module}]\n`)
      const { exit, stderr } = await program(cwd, ['projections', 'list'], environment)
      assert.is(exit, 2, stderr)
      assert.match(stderr, said)
    }
  }),
)

test.run()
