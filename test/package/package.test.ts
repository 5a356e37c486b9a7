/** What npm would publish, used by the example of a user's own project. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'
import { freshDatabase } from '../support/postgres.js'
import { withFolder } from '../support/temporary-folder.js'
import { command, exampleWith, install, pack, type Ran, tasker } from './packed.js'

const test = suite('the package')

const well = ({ exit, stdout, stderr }: Ran): string => {
  assert.is(exit, 0, `${stdout}\n${stderr}`)
  return stdout
}

const { version, exports } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))

test('a project of a user compiles against it, tests its handlers without a database, and runs, also without install scripts', () =>
  withFolder(async (folder) => {
    const { tarball } = await pack(folder)
    const cwd = exampleWith(folder, tarball)
    await install(cwd, ['--ignore-scripts'])

    // Every entry of the package compiles and loads in a user's project.
    const entries = Object.keys(exports).filter((name) => name !== './package.json')
    const imports = entries.map((name, index) => `import * as entry${index} from '${join('tasker-es', name)}'`)
    const used = `console.log(${entries.map((_, index) => `Object.keys(entry${index}).length > 0`).join(', ')})`
    writeFileSync(join(cwd, 'src/entries.ts'), [...imports, used].join('\n'))

    // Types of the package are checked, too: skipLibCheck is not set.
    const tested = await command(cwd, 'npm', ['test'])
    assert.match(well(tested), /^# pass 3$|^ℹ pass 3$/m)

    const loaded = await command(cwd, process.execPath, ['dist/entries.js'])
    assert.is(well(loaded).trim(), entries.map(() => 'true').join(' '))
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

test.run()
