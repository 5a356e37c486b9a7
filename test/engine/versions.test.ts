import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { createTasks, TaskRefused } from '../../src/engine/tasks.js'
import { silentLogger } from '../../src/ports/logger.js'
import { noTraces } from '../../src/ports/traces.js'
import { systemClock } from '../../src/system-clock.js'
import { createTemplates } from '../../src/templates/registry.js'
import { startSmallEngine } from '../support/small-engine.js'

const test = suite('versions of a template')

const vocabulary = vocabularyOf(
  ['wait', 'pack', 'check', 'ship'].map((name) => defineHandler({ name, run: () => null })),
)

const ADA = { actor: 'ada' }
const order = (version: string, ...steps: ReadonlyArray<string>) => ({
  name: 'order',
  version,
  steps: steps.map((name, index) => ({
    name,
    handler: { callable: name },
    dependencies: steps.slice(Math.max(0, index - 1), index),
  })),
})

test('a task keeps the version with which it began; a new one begins with the latest', async () => {
  const small = await startSmallEngine({
    run: ({ node }) => (node.definition.name === 'wait' ? { kind: 'waiting', signal: 'go' } : 'done'),
  })
  const { engine, log } = small
  const templates = createTemplates({ store: log, clock: systemClock, vocabulary, environment: undefined })
  const tasks = createTasks({
    log,
    engine,
    clock: systemClock,
    logger: silentLogger,
    traces: noTraces,
    vocabularyDigest: vocabulary.digest,
    putInInbox: () => Promise.reject(new Error('nobody asked for a transaction')),
    templateNamed: async (name) => (await templates.get(name)).template,
    checkInput: async () => undefined,
  })
  try {
    await templates.register(order('1.0.0', 'wait', 'pack'), ADA)
    const before = await tasks.create({ name: 'order' }, {})
    await templates.register(order('1.1.0', 'check', 'ship'), ADA)
    const after = await tasks.create({ name: 'order' }, {})
    const named = await tasks.create({ name: 'order', version: '1.0.0' }, {})
    assert.equal(Object.keys((await after.result()).steps), ['check', 'ship'])
    assert.equal(Object.keys((await named.view()).steps), ['wait', 'pack'])
    await tasks.signal(before.id, 'go', null, ADA)
    const result = await before.result()
    assert.equal([result.status, ...Object.keys(result.steps)], ['complete', 'wait', 'pack'])
    const versions: Record<string, string | undefined> = {}
    for await (const { id, version } of tasks.find('version=*')) versions[id] = version
    assert.equal([versions[before.id], versions[after.id]], ['1.0.0', '1.1.0'])
  } finally {
    await small.stop()
  }
})

test('a name without a registry is refused', async () => {
  const small = await startSmallEngine({ run: () => 'done' })
  try {
    await small.tasks.create({ name: 'order' }, {})
    assert.unreachable()
  } catch (error) {
    assert.is(error instanceof TaskRefused && error.code, 'template_unknown')
  } finally {
    await small.stop()
  }
})

test.run()
