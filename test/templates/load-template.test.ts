import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { MAX_SOURCE_BYTES } from '../../src/core/limits.js'
import { packageRoot } from '../../src/package-root.js'
import { loadTemplate, shownTemplateError, type TemplateError, templateOf } from '../../src/templates/load-template.js'

const vocabulary = vocabularyOf([defineHandler({ name: 'charge_card', run: () => null })])

const templates = suite<{ folder: string }>('templates from files')

templates.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'tasker-templates-'))
})
templates.after.each(async ({ folder }) => {
  await rm(folder, { recursive: true, force: true })
})

const errorsOf = async (folder: string, content: string | Uint8Array, name = 'order.yaml') => {
  const file = join(folder, name)
  await writeFile(file, content)
  const template = await loadTemplate(file, vocabulary)
  if (E.isRight(template)) throw new Error('the template was accepted')
  return template.left.map((error: TemplateError) => shownTemplateError(error).replace(`${folder}/`, ''))
}

const gallery = join(packageRoot, 'test', 'templates', 'gallery')

for (const [file, steps] of [
  ['approval-routing.yaml', 'check_request route approve_automatically ask_manager ask_finance finish'],
  ['batch.yaml', 'analyse read_batch add_up'],
  ['planned.yaml', 'look plan report review'],
] as const) {
  templates(`${file} of the gallery loads as it stands`, async () => {
    const template = await loadTemplate(join(gallery, file), undefined)
    assert.equal(E.isRight(template) && template.right.steps.map((step) => step.name).join(' '), steps)
  })
}

templates('the environment that is chosen overrides what the template says', async () => {
  const template = await loadTemplate(join(gallery, 'approval-routing.yaml'), undefined, { environment: 'test' })
  const route = E.isRight(template) ? template.right.steps.find((step) => step.name === 'route') : undefined
  assert.equal(route?.config, { threshold: 10 })
  assert.is(route?.timeoutMs, 5000)
})

templates('a problem stands at the line and column of its key', async ({ folder }) => {
  const yaml = 'name: order\nsteps:\n  - name: a\n    handler:\n      callable: charge_crad\n    timeout: 3\n'
  assert.equal(
    (await errorsOf(folder, yaml)).map((line) => line.replace(/known are.*/, '…')),
    [
      'order.yaml:6:5: steps.0.timeout: unknown key; …',
      'order.yaml:5:7: steps.0.handler.callable: no module of handlers defines handler "charge_crad"; did you mean "charge_card"?',
    ],
  )
})

templates('invalid YAML is told with its place', async ({ folder }) => {
  const [first] = await errorsOf(folder, 'name: order\nsteps: [\n')
  assert.match(first ?? '', /^order\.yaml:3:1: Flow sequence/)
})

templates('JSON is a template as well', async ({ folder }) => {
  const json = JSON.stringify({ name: 'order', steps: [{ name: 'A', handler: { callable: 'charge_card' } }] }, null, 2)
  assert.match((await errorsOf(folder, json, 'order.json'))[0] ?? '', /^order\.json:5:7: steps\.0\.name: "A" must be/)
})

templates('a file that is not there, is no file, is no text or is too large is told apart', async ({ folder }) => {
  const codeOf = async (file: string) => {
    const template = await loadTemplate(file, vocabulary)
    return E.isLeft(template) ? template.left.map((error) => error.code) : []
  }
  assert.equal(await codeOf(join(folder, 'nowhere.yaml')), ['template_not_found'])
  assert.equal(await codeOf(folder), ['template_unreadable'])
  await writeFile(join(folder, 'bytes.yaml'), new Uint8Array([0x61, 0xff, 0xfe]))
  assert.equal(await codeOf(join(folder, 'bytes.yaml')), ['template_unreadable'])
  await writeFile(join(folder, 'large.yaml'), '#'.repeat(MAX_SOURCE_BYTES + 1))
  assert.equal(await codeOf(join(folder, 'large.yaml')), ['template_too_large'])
  await writeFile(join(folder, 'empty.yaml'), '')
  assert.equal(await codeOf(join(folder, 'empty.yaml')), ['schema'])
})

templates('the digest is that of the content, not of its layout', async ({ folder }) => {
  const digest = async (content: string, name: string) => {
    await writeFile(join(folder, name), content)
    const template = await loadTemplate(join(folder, name), undefined)
    return E.isRight(template) ? template.right.digest : undefined
  }
  const yaml = await digest('# a comment\nsteps:\n- handler: {callable: x}\n  name: a\nname: order\n', 'a.yaml')
  const json = await digest('{"name":"order","steps":[{"name":"a","handler":{"callable":"x"}}]}', 'a.json')
  const other = await digest('{"name":"order","steps":[{"name":"b","handler":{"callable":"x"}}]}', 'b.json')
  assert.match(yaml ?? '', /^sha256:[0-9a-f]{64}$/)
  assert.is(yaml, json)
  assert.is.not(yaml, other)
})

templates('a template that is given as an object has paths, and no place', () => {
  const template = templateOf({ name: 'order', steps: [{ name: 'a', handler: { callable: 'x' } }] }, vocabulary)
  assert.equal(E.isLeft(template) && template.left.map((error) => [error.code, error.path, error.line]), [
    ['unknown_handler', 'steps.0.handler.callable', undefined],
  ])
})

templates.run()
