import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { BOUNDS, findingsFor, fragmentOf, judge, request, step } from './proposals.js'

const urls = (...written: ReadonlyArray<string>) =>
  written.map((url, index) => findingsFor([request(`a${index}`, { url })]).join())
const REFUSED = 'host_not_allowed steps.0.config.url'

test('hosts on the list are reached, with their ports, in any spelling of letters', () => {
  const allowed = [
    'https://api.example.com/',
    'https://api.example.com',
    'http://API.Example.com/x?y=${task.context.q}#${task.context.z}',
    'https://api.example.com:443/${task.context.path}',
    'https://intern.example.com:8443/x',
    '${task.context.url}',
  ]
  assert.equal(
    urls(...allowed),
    allowed.map(() => ''),
  )
})

test('every other host is refused, and so is every spelling that hides one', () => {
  const refused = [
    'https://evil.example/',
    'https://api.example.com.evil.example/',
    'https://api.example.com:8443/',
    'https://intern.example.com/',
    'https://api.example.com@evil.example/',
    'https://user:pw@api.example.com/',
    'https://evil.example\\@api.example.com/',
    'ftp://api.example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//api.example.com/',
    '/things',
    'api.example.com/things',
    'https://',
    '',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://[::1]/',
  ]
  assert.equal(
    urls(...refused).map((found, index) => (found.includes(REFUSED) ? '' : `${refused[index]}: ${found}`)),
    refused.map(() => ''),
  )
})

test('scheme, host and port are written out, or the whole URL is one reference', () => {
  const refused = [
    'https://${task.context.host}/',
    'https://api.example.com${task.context.rest}',
    'https://api.example.com:${task.context.port}/',
    'https://${task.context.sub}.example.com/',
    '${task.context.scheme}://api.example.com/',
    '${task.context.url}/things',
    '${task.context.a}${task.context.b}',
    'https://api.example.com\\${task.context.rest}',
    'https:api.example.com/${task.context.rest}',
  ]
  assert.equal(
    urls(...refused),
    refused.map(() => REFUSED),
  )
})

test('without a list no host is allowed', () => {
  assert.equal(findingsFor([request('a')], { bounds: {} }), [REFUSED])
  const { findings } = judge(fragmentOf([request('a', { url: 'https://evil.example:99/' })]))
  assert.equal(findings[0]?.host, 'evil.example:99')
  assert.match(findings[0]?.message ?? '', /api\.example\.com, intern\.example\.com:8443/)
})

test('what a fan-out calls is held to the same hosts', () => {
  const each = (url: string) =>
    step('each', { handler: 'fan_out', config: { items: [1], handler: 'http_request', handler_config: { url } } })
  assert.equal(findingsFor([each('https://api.example.com/${item}')]), [])
  assert.equal(findingsFor([each('${item}')]), [])
  assert.equal(findingsFor([each('https://${item}/')]), ['host_not_allowed steps.0.config.handler_config.url'])
})

const secret = (config: JsonObject, more: JsonObject = {}) => findingsFor([request('a', config, more)])

test('a secret stands in the fields that are kept for it', () => {
  assert.equal(
    secret({ headers: { authorization: 'Bearer ${secrets.API_KEY}' }, body: { login: ['${secrets.API_KEY}'] } }),
    [],
  )
  assert.equal(secret({ url: 'https://api.example.com/?key=${secrets.API_KEY}' }), [
    'secret_not_allowed steps.0.config.url',
  ])
  assert.equal(findingsFor([step('a', { config: { table: '${secrets.API_KEY}' } })]), [
    'secret_not_allowed steps.0.config.table',
  ])
  const transform: Json = {
    name: 'a',
    handler: 'transform',
    config: { expression: '@' },
    inputs: { data: '${secrets.API_KEY}' },
  }
  assert.equal(findingsFor([transform]), ['secret_not_allowed steps.0.inputs.data'])
})

test('a secret is one that the bounds list', () => {
  const headers = { a: '${secrets.ROOT_KEY}' }
  assert.equal(secret({ headers }), ['secret_not_allowed steps.0.config.headers.a'])
  assert.equal(
    findingsFor([request('a', { headers: { a: '${secrets.API_KEY}' } })], {
      bounds: { ...BOUNDS, allowed_secrets: [] },
    }),
    ['secret_not_allowed steps.0.config.headers.a'],
  )
  assert.is(judge(fragmentOf([request('a', { headers })])).findings[0]?.secret, 'ROOT_KEY')
  assert.equal(findingsFor([{ name: 'a', handler: 'ghost', config: { key: '${secrets.ROOT_KEY}' } }]), [
    'secret_not_allowed steps.0.config.key',
    'unknown_handler steps.0.handler',
  ])
})

test('expressions are within the limits, in configurations and in references', () => {
  const transform = (expression: string) =>
    findingsFor([{ name: 'a', handler: 'transform', config: { expression }, inputs: { data: '${task.context}' } }])
  assert.equal(transform('rows[].name'), [])
  assert.equal(transform('a.b-c'), ['expression_not_allowed steps.0.config.expression'])
  assert.equal(transform('${task.context.expression}'), [])
  assert.equal(transform('rows[?name == `${task.context.name}`]'), ['expression_not_allowed steps.0.config.expression'])
  assert.equal(findingsFor([step('a', { config: { table: 'x ${task.context.a-b}' } })]), [
    'expression_not_allowed steps.0.config.table',
  ])
  const decide = { name: 'd', handler: 'decide', config: { rules: [{ when: 'a-b', create: ['a'] }] } }
  assert.equal(findingsFor([decide, step('a', { dependencies: ['d'] })]), [
    'expression_not_allowed steps.0.config.rules.0.when',
  ])
})

test('schemas are within the limits, and written out or wholly a reference', () => {
  const validate = (schema: Json) =>
    findingsFor([{ name: 'a', handler: 'validate', config: { schema }, inputs: { records: [] } }])
  assert.equal(validate({ type: 'object', properties: { a: { pattern: '^a+$' } } }), [])
  assert.equal(validate({ pattern: '(a+)+' }), ['expression_not_allowed steps.0.config.schema'])
  assert.equal(validate('${task.context.schema}'), [])
  assert.equal(validate({ enum: ['${task.context.name}'] }), ['expression_not_allowed steps.0.config.schema'])
})

test('all that is wrong is told at once, in the order of the places', () => {
  const fragment = {
    fragment_version: '1.0',
    planning_context: { goal: 'g' },
    stepz: [],
    steps: [
      request(
        'fetch',
        { url: 'https://evil.example/', headers: { key: '${secrets.ROOT}' }, method: 'STEAL' },
        { dependencies: ['ghost', 'merge'] },
      ),
      { name: 'fetch', handler: 'shell' },
      { name: 'item', handler: 'Orders::Ship', dependencies: ['item'] },
      { name: 'shape', handler: 'transform', config: { expression: 'a-b' }, inputs: { rows: '${steps.item.result}' } },
      { name: 'choose', handler: 'decide', config: { rules: [{ when: '@', create: ['shape'] }] } },
    ],
    convergence: 'finale',
    resource_bounds: { max_steps: 4 },
  }
  assert.equal(
    judge(fragment).findings.map(({ code, path }) => `${code} ${path}`),
    [
      'frame_violation convergence',
      'schema planning_context.reasoning',
      'bounds_exceeded steps',
      'secret_not_allowed steps.0.config.headers.key',
      'invalid_config steps.0.config.method',
      'host_not_allowed steps.0.config.url',
      'unknown_dependency steps.0.dependencies.0',
      'frame_violation steps.0.dependencies.1',
      'unknown_handler steps.1.handler',
      'duplicate_step steps.1.name',
      'cycle steps.2.dependencies.0',
      'forbidden_handler steps.2.handler',
      'reserved_name steps.2.name',
      'expression_not_allowed steps.3.config.expression',
      'contract_mismatch steps.3.inputs.data',
      'contract_mismatch steps.3.inputs.rows',
      'dangling_reference steps.3.inputs.rows',
      'unreachable_step steps.4.config.rules.0.create.0',
      'schema stepz',
    ],
  )
})

test.run()
