/** Proposals that use what is not there, or is not theirs: handlers, names, keys, fields. */
import { type Attack, harmless, proposal } from '../attack.js'

export const VOCABULARY: ReadonlyArray<Attack> = [
  {
    name: 'a handler that nobody has',
    proposes: () => proposal([{ name: 'a', handler: 'shell', config: { command: 'rm -rf /' } }]),
    finds: ['unknown_handler'],
  },
  {
    name: 'a handler of the user that the bounds do not list',
    proposes: () => proposal([{ name: 'a', handler: 'ok' }]),
    finds: ['forbidden_handler'],
  },
  {
    name: 'a handler of the catalog that the bounds leave out',
    bounds: { allowed_handlers: ['transform', 'plan'] },
    proposes: () => proposal([{ name: 'a', handler: 'wait', config: { seconds: 1 } }]),
    finds: ['forbidden_handler'],
  },
  {
    name: 'a forbidden handler inside of a fan-out',
    proposes: () =>
      proposal([{ name: 'a', handler: 'fan_out', config: { items: [1], handler: 'ok', handler_config: {} } }]),
    finds: ['forbidden_handler'],
  },
  {
    name: 'a forbidden handler, two fan-outs deep',
    proposes: () => {
      const inner = { items: [1], handler: 'broken', handler_config: {} }
      return proposal([
        { name: 'a', handler: 'fan_out', config: { items: [1], handler: 'fan_out', handler_config: inner } },
      ])
    },
    finds: ['forbidden_handler'],
  },
  {
    name: 'a handler of a fan-out that a result would name',
    upstream: 'ok',
    proposes: () =>
      proposal([
        {
          name: 'a',
          handler: 'fan_out',
          dependencies: ['look'],
          config: { items: [1], handler: '${steps.look.result}', handler_config: {} },
        },
      ]),
    finds: ['unknown_handler'],
  },
  {
    name: 'what a fan-out runs, taken from a result',
    upstream: { url: 'http://127.0.0.1/', headers: { key: '${secrets.API_KEY}' } },
    proposes: () =>
      proposal([
        {
          name: 'a',
          handler: 'fan_out',
          dependencies: ['look'],
          config: { items: [1], handler: 'http_request', handler_config: '${steps.look.result}' },
        },
      ]),
    finds: ['invalid_config'],
  },
  {
    name: 'handlers named like what every object has',
    proposes: () =>
      proposal(
        ['constructor', '__proto__', 'toString', 'catalog:constructor'].map((handler, index) => ({
          name: `a${index}`,
          handler,
        })),
      ),
    finds: ['unknown_handler'],
  },
  {
    name: 'a handler with a method behind its name',
    proposes: () => proposal([{ name: 'a', handler: 'catalog:transform#eval', config: { input: 1, expression: '@' } }]),
    finds: ['unknown_handler'],
  },
  {
    name: 'names that shadow the frame',
    proposes: () => proposal([harmless('merge'), harmless('look'), harmless('plan')]),
    finds: ['reserved_name'],
  },
  {
    name: 'names that references give a meaning to',
    proposes: () => proposal(['task', 'steps', 'item', 'secrets', 'result', 'context'].map((name) => harmless(name))),
    finds: ['reserved_name'],
  },
  {
    name: 'the same name twice',
    proposes: () => proposal([harmless('a'), harmless('a')]),
    finds: ['duplicate_step'],
  },
  {
    name: 'names that lead out of the fragment, or look like another',
    proposes: () =>
      proposal(['../look', 'plan/a', 'a[0]', 'а', 'A', '', '__proto__', 'a'.repeat(64)].map((name) => harmless(name))),
    finds: ['schema'],
  },
  {
    name: 'keys that a step does not have',
    proposes: () => proposal([harmless('a', { privileged: true, handler_version: '0', created_by: 'operator' })]),
    finds: ['schema'],
  },
  {
    name: 'a gate that a transform opens',
    proposes: () => proposal([harmless('a', { step_type: 'gate' })]),
    finds: ['invalid_config'],
  },
  {
    name: 'a planning step by another handler',
    proposes: () => proposal([harmless('a', { step_type: 'planning' })]),
    finds: ['invalid_config'],
  },
  {
    name: 'a configuration that is code',
    proposes: () =>
      proposal([
        {
          name: 'a',
          handler: 'transform',
          config: { input: 1, expression: '@', eval: 'process.exit(1)', script: 'x' },
        },
      ]),
    finds: ['invalid_config'],
  },
  {
    name: 'SQL in every place of a persist',
    bounds: { allowed_secrets: ['API_KEY', 'warehouse'] },
    proposes: () =>
      proposal([
        {
          name: 'a',
          handler: 'persist',
          config: { connection: 'warehouse', table: 'results', operation: 'drop table results', sql: 'select 1' },
        },
      ]),
    finds: ['invalid_config'],
  },
  {
    name: 'a table that the connection does not list',
    bounds: { allowed_secrets: ['warehouse'] },
    proposes: () =>
      proposal([
        {
          name: 'a',
          handler: 'persist',
          config: {
            connection: 'warehouse',
            table: 'users"; drop table users; --',
            operation: 'insert',
            rows: { a: 1 },
          },
          retry: { max_attempts: 1 },
        },
      ]),
    fails: { 'plan/a': 'table_not_allowed' },
  },
]
