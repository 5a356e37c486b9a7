import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../../src/core/json.js'
import { parseTemplate } from '../../../src/core/template/parse.js'
import { accepted, after, problems, shown, step, withSteps } from './parsed.js'

test('an unknown handler names what was likely meant', () => {
  const callable = (name: string) => problems(withSteps(step('a', { handler: { callable: name } })))[0]
  assert.is(callable('charge_crad')?.code, 'unknown_handler')
  assert.match(callable('charge_crad')?.message ?? '', /did you mean "charge_card"\?/)
  assert.match(callable('http_request')?.message ?? '', /did you mean "catalog:http_request"\?/)
  assert.match(
    callable('catalog:htp_request')?.message ?? '',
    /the catalog has no handler.*did you mean "catalog:http_request"\?/,
  )
  assert.not.match(callable('something_else_entirely')?.message ?? '', /did you mean/)
})

test('without a vocabulary handlers are taken at their word', () => {
  const parsed = parseTemplate(withSteps(step('a', { handler: { callable: 'Some::Class' } })), undefined, {
    digest: '',
  })
  assert.ok(E.isRight(parsed))
})

test('the type of a step agrees with its handler', () => {
  assert.equal(shown(withSteps(step('a', { type: 'gate' }))), ['step_type_mismatch steps.0.type'])
  assert.equal(shown(withSteps(step('a', { type: 'standard', handler: { callable: 'catalog:gate' } }))), [
    'step_type_mismatch steps.0.type',
  ])
  assert.is(accepted(withSteps(step('a', { handler: { callable: 'catalog:gate' } }))).steps[0]?.type, 'gate')
})

test('a result is read only of a step that certainly comes before', () => {
  const config = (text: string): JsonObject => ({
    handler: { callable: 'charge_card', initialization: { deep: [text] } },
  })
  const read = (text: string) =>
    shown(withSteps(step('a'), after('b', 'a'), step('c', { dependencies: ['b'], ...config(text) }), step('other')))
  assert.equal(read('${steps.a.result.total}'), [])
  assert.equal(read('$${steps.nobody.result}'), [])
  assert.equal(read('${task.context.id}'), [])
  const at = 'dangling_reference steps.2.handler.initialization.deep.0'
  assert.equal(read('${steps.other.result}'), [at])
  assert.equal(read('${steps.c.result}'), [at])
  assert.equal(read('${steps.nobody.result}'), [at])
  assert.equal(read('${env.HOME}'), [at])
  assert.equal(read('${item.id}'), [at])
  assert.equal(shown(withSteps(step('a', { inputs: { x: '${steps.b.result}' } }), step('b'))), [
    'dangling_reference steps.0.inputs.x',
  ])
})

test('the configuration of a handler is held against its codec, references left open', () => {
  const config = (initialization: JsonObject) =>
    shown(
      withSteps(step('a'), step('b', { dependencies: ['a'], handler: { callable: 'fetch_rates', initialization } })),
    )
  const at = 'steps.1.handler.initialization'
  assert.equal(config({ url: 'https://rates.example.org/eur', tries: 3 }), [])
  assert.equal(config({ url: 'https://rates.example.org/eur', tries: '${steps.a.result.tries}' }), [])
  assert.equal(config({ url: 'https://rates.example.org/eur', tries: 'three' }), [`invalid_config ${at}.tries`])
  assert.equal(config({ tries: 1, colour: 'red' }), [`invalid_config ${at}.colour`, `invalid_config ${at}.url`])
  assert.equal(config({ url: 'https://r.example.org/', select: 'a.b-c' }), [`expression_not_allowed ${at}.select`])
  assert.equal(config({ url: 'https://r.example.org/${secrets.KEY}' }), [`secret_not_allowed ${at}.url`])
  assert.equal(config({ url: 'https://r.example.org/', token: '${secrets.KEY}' }), [])
})

test('the hosts and secrets that an author lists bind the steps of the template too', () => {
  const fetching = (url: string, token: string): JsonObject => ({
    ...withSteps(step('b', { handler: { callable: 'fetch_rates', initialization: { url, token } } })),
    bounds: { allowed_hosts: ['rates.example.org'], allowed_secrets: ['KEY'] },
  })
  assert.equal(shown(fetching('https://rates.example.org/x', '${secrets.KEY}')), [])
  assert.equal(shown(fetching('https://other.example.org/x', '${secrets.OTHER}')), [
    'host_not_allowed steps.0.handler.initialization.url',
    'secret_not_allowed steps.0.handler.initialization.token',
  ])
})

test('what a fan-out runs is a known handler, and has its item', () => {
  const each = (callable: string, config: JsonObject) =>
    shown(
      withSteps(
        step('all', { handler: { callable: 'for_each', initialization: { run: callable, run_config: config } } }),
      ),
    )
  const rates = { url: 'https://r.example.org/${item.code}' }
  assert.equal(each('fetch_rates', rates), [])
  assert.equal(each('fetch_rats', rates), ['unknown_handler steps.0.handler.initialization.run'])
  assert.equal(each('fetch_rates', { ...rates, tries: 'x' }), [
    'invalid_config steps.0.handler.initialization.run_config.tries',
  ])
})

test.run()
