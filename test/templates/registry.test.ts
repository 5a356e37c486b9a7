import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { systemClock } from '../../src/system-clock.js'
import { createTemplates, TemplateInvalid, TemplateRefused, type Templates } from '../../src/templates/registry.js'
import { withFolder } from '../support/temporary-folder.js'

const test = suite('the registry of templates')

const vocabulary = vocabularyOf([defineHandler({ name: 'charge', run: () => null })])
const ADA = { actor: 'ada' }

const registry = (environment?: string): Templates =>
  createTemplates({ store: createMemoryLog(systemClock), clock: systemClock, vocabulary, environment })

const order = (version: string, more: JsonObject = {}): JsonObject => ({
  name: 'order',
  version,
  steps: [{ name: 'pay', handler: { callable: 'charge' } }],
  ...more,
})

const codeOf = async (asked: Promise<unknown>): Promise<string> => {
  try {
    await asked
  } catch (error) {
    if (error instanceof TemplateRefused || error instanceof TemplateInvalid) return error.code
    throw error
  }
  return 'accepted'
}

test('a version means one thing for ever; the same again is no new one', async () => {
  const templates = registry()
  const first = await templates.register(order('1.0.0'), ADA)
  assert.ok(first.isNew)
  assert.not.ok((await templates.register(order('1.0.0'), { actor: 'bob' })).isNew)
  const other = order('1.0.0', { description: 'another' })
  assert.is(await codeOf(templates.register(other, ADA)), 'template_version_exists')
  assert.is((await templates.get({ name: 'order' })).registered.registeredBy, 'ada')
})

test('without a version the latest release is meant', async () => {
  const templates = registry()
  for (const version of ['1.10.0', '1.9.0', '2.0.0-rc.1']) await templates.register(order(version), ADA)
  assert.is((await templates.get({ name: 'order' })).template.version, '1.10.0')
  assert.is((await templates.get({ name: 'order', version: '1.9.0' })).template.version, '1.9.0')
  assert.equal((await templates.list({ name: 'order' })).map(({ version }) => version).sort(), [
    '1.10.0',
    '1.9.0',
    '2.0.0-rc.1',
  ])
})

test('what nobody registered, and what has no version, is refused', async () => {
  const templates = registry()
  assert.is(await codeOf(templates.register(order('nightly'), ADA)), 'template_version_invalid')
  assert.is(await codeOf(templates.get({ name: 'order' })), 'template_unknown')
  await templates.register(order('1.0.0'), ADA)
  assert.is(await codeOf(templates.get({ name: 'order', version: '2.0.0' })), 'template_unknown')
  assert.is(await codeOf(templates.get({ name: 'order', namespace: 'billing' })), 'template_unknown')
})

test('a template is checked in each of its environments before it is registered', async () => {
  const broken: Json = {
    test: { steps: [{ name: 'pay', handler: { initialization: { on: '${steps.nobody.result}' } } }] },
  }
  assert.is(await codeOf(registry().register(order('1.0.0', { environments: broken }), ADA)), 'template_invalid')
})

test('the environment of the process applies to what is read back', async () => {
  const templates = registry('test')
  const environments = { test: { steps: [{ name: 'ALL', timeout_seconds: 5 }] } }
  await templates.register(order('1.0.0', { environments }), ADA)
  assert.is((await templates.get({ name: 'order' })).template.steps[0]?.timeoutMs, 5000)
})

test('a file is registered with the text of its author', () =>
  withFolder(async (folder) => {
    const templates = registry()
    const file = join(folder, 'order.yaml')
    const text =
      '# paid at once\nname: order\nversion: 1.0.0\nsteps:\n  - { name: pay, handler: { callable: charge } }\n'
    await writeFile(file, text)
    await templates.register(file, ADA)
    const { registered, template } = await templates.get({ name: 'order' })
    assert.is(registered.text, text)
    assert.is(template.digest, registered.digest)
    assert.is(await codeOf(templates.register(join(folder, 'none.yaml'), ADA)), 'template_invalid')
  }))

test.run()
