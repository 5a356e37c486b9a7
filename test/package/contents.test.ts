/** What npm would publish: what is in it, and that it installs into an empty folder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'
import { withFolder } from '../support/temporary-folder.js'
import { emptyProject, install, pack, type Ran, tasker } from './packed.js'

const test = suite('the package and its contents')

const well = ({ exit, stdout, stderr }: Ran): string => {
  assert.is(exit, 0, `${stdout}\n${stderr}`)
  return stdout
}

const { version, exports, bin } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))

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
    const named = [...Object.values<{ types?: string; default?: string } | string>(exports), bin.tasker].flatMap(
      (target) => (typeof target === 'string' ? [target] : [target.types ?? '', target.default ?? '']),
    )
    for (const target of named) assert.ok(files.includes(target.replace(/^\.\//, '')), target)
  }))

test.run()
