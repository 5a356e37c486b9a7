/** Plans whose steps do not fit each other: what one gives the next one cannot take. */
import { type Attack, harmless, proposal } from '../attack.js'

const wait = (seconds: string) => ({ name: 'w', handler: 'wait', dependencies: ['a'], config: { seconds } })

const fetch = { name: 'a', handler: 'http_request', config: { url: 'https://api.example.com/' } }

export const CONTRACTS: ReadonlyArray<Attack> = [
  {
    name: 'a text where a number is needed',
    bounds: { allowed_hosts: ['api.example.com'] },
    proposes: () => proposal([fetch, wait('${steps.a.result.headers.etag}')]),
    finds: ['contract_mismatch'],
  },
  {
    name: 'a part of a result that is not there',
    bounds: { allowed_hosts: ['api.example.com'] },
    proposes: () => proposal([fetch, wait('${steps.a.result.seconds}')]),
    finds: ['contract_mismatch'],
  },
  {
    name: 'a number that is put together as a text',
    bounds: { allowed_hosts: ['api.example.com'] },
    proposes: () => proposal([fetch, wait('1${steps.a.result.status}')]),
    finds: ['contract_mismatch'],
  },
  {
    name: 'a mistake three steps before it is felt',
    proposes: () =>
      proposal([
        { name: 'm', handler: 'transform', config: { input: 1, mapping: { n: '@' } } },
        {
          name: 'b',
          handler: 'transform',
          dependencies: ['m'],
          config: { input: '${steps.m.result}', mapping: { all: 'm' } },
        },
        {
          name: 'a',
          handler: 'transform',
          dependencies: ['b'],
          config: { input: '${steps.b.result.all}', expression: '@' },
        },
        {
          name: 'each',
          handler: 'fan_out',
          dependencies: ['a'],
          config: { items: '${steps.a.result}', handler: 'wait' },
        },
      ]),
    finds: ['contract_mismatch', 'invalid_config'],
  },
  {
    name: 'an input that the handler does not take, and one that it needs otherwise',
    proposes: () =>
      proposal([
        harmless('a', { inputs: { code: 'process.exit()' } }),
        { name: 'v', handler: 'validate', config: { schema: {} }, inputs: { items: { no: 'list' } } },
      ]),
    finds: ['contract_mismatch'],
  },
  {
    name: 'an item that has not what each instance reads of it',
    proposes: () =>
      proposal([
        { name: 'a', handler: 'transform', config: { input: [], each: true, mapping: { id: 'id' } } },
        {
          name: 'each',
          handler: 'fan_out',
          dependencies: ['a'],
          config: {
            items: '${steps.a.result}',
            handler: 'transform',
            handler_config: { input: '${item.key}', expression: '@' },
          },
        },
      ]),
    finds: ['contract_mismatch'],
  },
]
