/** Names that are nearly right: what was probably meant is said. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../src/main.js'
import { withFolder } from '../support/temporary-folder.js'
import { installed } from './installed.js'
import { program } from './program.js'

const test = suite('names that are nearly right')

const work = defineHandler({ name: 'work', run: () => null })

const TEMPLATE = `
name: shipping
version: 1.0.0
steps:
  - {name: collect_parcels, handler: {callable: "catalog:wait", initialization: {seconds: 3600}}}
`

test(
  'steps, tasks, templates and schedules are told by the nearest one',
  installed([work], async ({ cwd, environment, tasker }) => {
    writeFileSync(join(cwd, 'shipping.yaml'), TEMPLATE)
    await tasker.templates.register(join(cwd, 'shipping.yaml'), { actor: 'ada' })
    const { id } = await tasker.tasks.create({ name: 'shipping' }, {})
    await tasker.schedules.add(
      { name: 'nightly', template: { name: 'shipping' }, cron: '0 3 * * *', input: {} },
      { actor: 'ada', authenticated: false },
    )
    const says = async (...argv: ReadonlyArray<string>): Promise<string> => {
      const { exit, stderr } = await program(cwd, argv, environment)
      assert.is(exit, 2, stderr)
      return stderr
    }
    assert.match(await says('why', id, 'colect_parcels'), 'did you mean "collect_parcels"?')
    assert.match(await says('step', 'retry', id, 'collect_parcel'), 'did you mean "collect_parcels"?')
    assert.match(await says('gate', 'approve', id, 'collect_parcls'), 'did you mean "collect_parcels"?')
    assert.match(await says('task', 'show', id.slice(0, 13)), `did you mean ${id}?`)
    assert.match(await says('audit', id.slice(0, 8)), `did you mean ${id}?`)
    assert.match(await says('template', 'show', 'shiping'), 'did you mean "shipping"?')
    assert.match(await says('schedule', 'pause', 'nigtly'), 'did you mean "nightly"?')
    assert.not.match(await says('task', 'show', 'ffffffff'), 'did you mean')
  }),
)

test('a file is told by the nearest one beside it, and a command by its help', () =>
  withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'shipping.yaml'), TEMPLATE)
    for (const written of ['shiping.yaml', 'shipping', 'shippng']) {
      const { exit, stderr } = await program(cwd, ['run', written])
      assert.is(exit, 2)
      assert.match(stderr, 'did you mean "shipping.yaml"?')
    }
    const usage = await program(cwd, ['worker', '--concurrency', 'zero'])
    assert.is(usage.exit, 2)
    assert.match(usage.stderr, 'see tasker worker --help')
  }))

test.run()
