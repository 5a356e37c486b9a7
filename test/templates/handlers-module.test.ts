import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadHandlers } from '../../src/templates/handlers-module.js'

const modules = suite<{ folder: string }>('modules of handlers')

modules.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'tasker-handlers-'))
})
modules.after.each(async ({ folder }) => {
  await rm(folder, { recursive: true, force: true })
})

/** What `defineHandler` returns, as far as a loader can tell. */
const handler = (name: string) => `{ capability: { callable: '${name}' }, run: async () => null }`

const load = async (folder: string, files: Readonly<Record<string, string>>, names = Object.keys(files)) => {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const loaded = await loadHandlers(names, folder)
  return E.isRight(loaded)
    ? loaded.right.map((each) => each.capability.callable)
    : loaded.left.map(({ code, module, message }) => `${code} ${module}: ${message}`)
}

modules('the handlers of all modules come in the order of the modules', async ({ folder }) => {
  const files = {
    'one.mjs': `export default [${handler('a')}, ${handler('b')}]`,
    'two.mjs': `export default [${handler('c')}]`,
  }
  assert.equal(await load(folder, files), ['a', 'b', 'c'])
  assert.equal(await load(folder, {}, []), [])
})

modules('a module may be a package that is installed for the working directory', async ({ folder }) => {
  const installed = join(folder, 'node_modules', 'our-handlers')
  await mkdir(installed, { recursive: true })
  await writeFile(join(installed, 'package.json'), '{"name":"our-handlers","type":"module","main":"index.js"}')
  await writeFile(join(installed, 'index.js'), `export default [${handler('ours')}]`)
  assert.equal(await load(folder, {}, ['our-handlers']), ['ours'])
})

modules('a module that is not there is not found', async ({ folder }) => {
  for (const name of ['./nowhere.mjs', 'no-such-package', '/no/such/file.mjs']) {
    assert.match((await load(folder, {}, [name]))[0] ?? '', /^handlers_not_found .*: there is no such module/)
  }
})

modules('what a module is wrong in is told, and of all modules at once', async ({ folder }) => {
  const found = await load(folder, {
    'throws.mjs': 'throw new Error("no licence")',
    'imports.mjs': 'import "./not-there.mjs"',
    'none.mjs': 'export const handlers = []',
    'object.mjs': `export default ${handler('a')}`,
    'item.mjs': `export default [${handler('a')}, { name: 'b' }]`,
    'twice.mjs': `export default [${handler('a')}]`,
    'catalog.mjs': `export default [${handler('catalog:http_request')}]`,
  })
  assert.match(found[0] ?? '', /^handlers_invalid throws\.mjs: failed while it was loaded: no licence/)
  assert.match(found[1] ?? '', /^handlers_invalid imports\.mjs: failed while it was loaded: Cannot find module/)
  assert.match(found[2] ?? '', /^handlers_invalid none\.mjs: must export by default an array/)
  assert.match(found[3] ?? '', /^handlers_invalid object\.mjs: must export by default an array/)
  assert.match(
    found[4] ?? '',
    /^handlers_invalid item\.mjs: item 1 of its default export is no result of defineHandler/,
  )
  assert.match(found[5] ?? '', /^handlers_invalid twice\.mjs: .*is called "a", which item\.mjs defines already/)
  assert.match(found[6] ?? '', /^handlers_invalid catalog\.mjs: .*catalog: is the catalog's own/)
  assert.is(found.length, 7)
})

modules.run()
