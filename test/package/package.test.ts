/** What npm would publish, installed elsewhere and used: the example of a user's own project, and an empty folder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'
import { freshDatabase } from '../support/postgres.js'
import { withFolder } from '../support/temporary-folder.js'
import { command, emptyProject, exampleWith, install, pack, type Ran, tasker } from './packed.js'

const test = suite('the package')

const well = ({ exit, stdout, stderr }: Ran): string => {
  assert.is(exit, 0, `${stdout}\n${stderr}`)
  return stdout
}

const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))

test('a project of a user compiles against it, tests its handlers without a database, and runs, also without install scripts', () =>
  withFolder(async (folder) => {
    const { tarball } = await pack(folder)
    const cwd = exampleWith(folder, tarball)
    await install(cwd, ['--ignore-scripts'])

    // Types of the package are checked, too: skipLibCheck is not set.
    const tested = await command(cwd, 'npm', ['test'])
    assert.match(well(tested), /^# pass 3$|^ℹ pass 3$/m)

    assert.is(well(await tasker(cwd, ['--version'])), `${version}\n`)
    assert.is(JSON.parse(well(await tasker(cwd, ['config', '--json']))).port.value, 7300)
    assert.is(
      well(await tasker(cwd, ['template', 'validate', 'order.yaml', '--handlers', './dist/handlers.js'])).length > 0,
      true,
    )
    // On the embedded Postgres, whose links no install script has made.
    const argv = ['run', 'order.yaml', '--handlers', './dist/handlers.js', '--input', 'order.json', '--json']
    const ran = JSON.parse(well(await tasker(cwd, argv)))
    assert.is(ran.status, 'complete')

    const database = await freshDatabase()
    const environment = { DATABASE_URL: database.url }
    well(await tasker(cwd, ['migrate'], environment))
    assert.match(well(await command(cwd, 'npm', ['start'], environment)), 'complete {"id":"charge-1","amount":900}')
    await database.drop()
  }))

test('it installs into an empty folder and runs there', () =>
  withFolder(async (folder) => {
    const { tarball } = await pack(folder)
    const cwd = emptyProject(folder)
    await install(cwd, [tarball])
    assert.is(well(await tasker(cwd, ['--version'])), `${version}\n`)
    assert.match(well(await tasker(cwd, ['catalog', 'list'])), 'catalog:http_request')
    const doctor = await tasker(cwd, ['doctor', '--json'])
    assert.ok(JSON.parse(well(doctor)).healthy)
  }))

test('what it runs is in it, and nothing else', () =>
  withFolder(async (folder) => {
    const { files } = await pack(folder)
    const strange = files.filter(
      (path) =>
        !/^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|catalog\/REFERENCE\.md)$/.test(path) &&
        !/^dist\/(?:src|catalog|projections)\/.+(?:\.js|\.d\.ts)$/.test(path) &&
        !/^(?:src|projections)\/.+\.sql$/.test(path) &&
        !/^src\/dashboard\/assets\/.+\.(?:css|js|svg)$/.test(path) &&
        !/^catalog\/templates\/.+\.(?:yaml|json)$/.test(path) &&
        !/^scripts\/observability\/.+\.(?:json|yaml|md)$/.test(path),
    )
    assert.equal(strange, [])
    const { exports, bin } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
    const named = [...Object.values<{ types?: string; default?: string } | string>(exports), bin.tasker].flatMap(
      (target) => (typeof target === 'string' ? [target] : [target.types ?? '', target.default ?? '']),
    )
    for (const target of named) assert.ok(files.includes(target.replace(/^\.\//, '')), target)
  }))

test.run()
