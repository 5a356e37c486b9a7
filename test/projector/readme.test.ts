/** The README's projection, as it stands there, compiled and run by a program of somebody's own. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTasker, defineHandler } from '../../src/main.js'
import { packageRoot } from '../../src/package-root.js'
import { migratedDatabase } from '../log/log-database.js'
import { testRedis } from '../support/redis.js'

const test = suite('the projection of the README')

const README = readFileSync(join(packageRoot, 'README.md'), 'utf8')

const block = (language: string, holding: string): string => {
  const blocks = [...README.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  )
  const found = blocks.find((text) => text.includes(holding))
  if (found === undefined) throw new Error(`README has no ${language} with ${holding}`)
  return found
}

const TEMPLATE = {
  name: 'order',
  namespace_name: 'default',
  version: '1.0.0',
  steps: [
    { name: 'pay', handler: { callable: 'pay' }, publishes_events: [{ name: 'order.paid', condition: 'success' }] },
  ],
}

/** Three orders, of which one is paid and two wait. */
const takeOrders = async (databaseUrl: string): Promise<void> => {
  const redis = testRedis()
  const pay = defineHandler({
    name: 'pay',
    run: ({ context }) => {
      if (JSON.stringify(context.task.input).includes('ada')) return { paid: true }
      throw new Error('no money yet')
    },
  })
  const options = { databaseUrl, redisUrl: redis.url, queuePrefix: redis.prefix, handlers: [pay] }
  const tasker = await createTasker(options)
  const template = await tasker.template(TEMPLATE)
  const [paid, ...others] = await Promise.all(
    ['ada', 'bob', 'bob'].map((customer) => tasker.tasks.create(template, { customer })),
  )
  await paid?.result()
  for (const other of others) await other.result({ until: ({ status }) => status === 'waiting_for_retry' })
  await tasker.close()
}

test('is about forty lines, and says what customers owe', async () => {
  const code = block('ts', 'const orders: Projection')
  assert.ok(code.trimEnd().split('\n').length <= 40)
  const { url, drop } = await migratedDatabase()
  await takeOrders(url)
  // In the package's own folder, where its name means itself.
  const folder = join(packageRoot, 'dist', `readme-${process.pid}`)
  mkdirSync(folder)
  try {
    writeFileSync(join(folder, 'orders.ts'), code)
    writeFileSync(join(folder, 'orders.sql'), block('sql', 'create table orders'))
    const settings = { extends: join(packageRoot, 'tsconfig.json'), include: ['orders.ts'] }
    const compilerOptions = { rootDir: '.', outDir: '.', incremental: false, tsBuildInfoFile: null, declaration: false }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...settings, compilerOptions }))
    execFileSync(process.execPath, [join(packageRoot, 'node_modules/typescript/bin/tsc'), '-p', folder], {
      stdio: 'inherit',
    })
    const said = execFileSync(process.execPath, ['orders.js'], {
      cwd: folder,
      env: { ...process.env, DATABASE_URL: url },
    })
    assert.is(String(said), "[ { customer: 'bob', orders: 2 } ]\n")
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  await drop()
})

test.run()
