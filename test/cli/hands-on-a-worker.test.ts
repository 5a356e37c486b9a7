import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { migrate } from '../../src/log/schema.js'
import { createTasker, defineHandler, StepFailure, type Tasker } from '../../src/main.js'
import { packageRoot } from '../../src/package-root.js'
import { dropQueueDatabase } from '../queue/server.js'
import { freshDatabase } from '../support/postgres.js'
import { withFolder } from '../support/temporary-folder.js'

const test = suite('hands of one process on the tasks of another')

const TEMPLATE = {
  name: 'order',
  version: '1.0.0',
  steps: [
    { name: 'charge', handler: { callable: 'charge' }, publishes_events: [{ name: 'order.charged' }] },
    { name: 'ship', handler: { callable: 'ship' }, dependencies: ['charge'] },
  ],
}

const withWorker = (body: (tasker: Tasker, say: (line: string) => Promise<number>) => Promise<void>) =>
  withFolder(async (cwd) => {
    const database = await freshDatabase()
    await migrate(database.url)
    let broken = true
    const handlers = [
      defineHandler({
        name: 'charge',
        run: () => {
          if (broken) throw new StepFailure('card_refused', 'the card was refused', { retryable: false })
          return { paid: true }
        },
      }),
      defineHandler({ name: 'ship', run: () => 'shipped' }),
    ]
    const tasker = await createTasker({ databaseUrl: database.url, handlers })
    const say = async (line: string): Promise<number> => {
      broken = false
      const child = spawn(process.execPath, [join(packageRoot, 'dist/src/bin.js'), ...line.split(' ')], {
        cwd,
        env: { PATH: process.env.PATH, DATABASE_URL: database.url },
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const [exit] = await once(child, 'close')
      return exit
    }
    try {
      await body(tasker, say)
    } finally {
      await tasker.close()
      await dropQueueDatabase(database.url)
      await database.drop()
    }
  })

test('a step that is reset from the command line is run by the worker at once, and what it publishes is followed', () =>
  withWorker(async (tasker, say) => {
    let charged = (_: unknown): void => undefined
    const told = new Promise((resolve) => {
      charged = resolve
    })
    const following = await tasker.subscribe({ types: ['domain-event-published'], from: 'start' }, async ({ data }) =>
      charged([data.name, data.payload]),
    )
    await tasker.templates.register(TEMPLATE, { actor: 'ada' })
    const task = await tasker.tasks.create({ name: 'order' }, {})
    assert.is((await task.result()).status, 'blocked_by_failures')
    assert.is(await say(`step reset ${task.id} charge --as ada`), 0)
    assert.is((await task.result()).status, 'complete')
    assert.equal(await told, ['order.charged', { value: { paid: true } }])
    await following.close()
  }))

test.run()
