/** Proposals that want to reach what they may not: the inside of the network, the machine itself, another host. */
import type { JsonObject } from '../../../src/core/json.js'
import { type Attack, proposal, request, type Scene } from '../attack.js'

/** The loopback and the metadata service, as people have smuggled them past filters. */
const SPELLINGS: Readonly<Record<string, (port: number) => string>> = {
  'as it is': (port) => `http://127.0.0.1:${port}/`,
  'by name': (port) => `http://localhost:${port}/`,
  'by name with a dot': (port) => `http://localhost.:${port}/`,
  'as one decimal': (port) => `http://2130706433:${port}/`,
  'in octal': (port) => `http://0177.0.0.1:${port}/`,
  'in hexadecimal': (port) => `http://0x7f.0x0.0x0.0x1:${port}/`,
  'as one hexadecimal': (port) => `http://0x7f000001:${port}/`,
  'in two parts': (port) => `http://127.1:${port}/`,
  'as another of the block': (port) => `http://127.8.9.10:${port}/`,
  'as nowhere': (port) => `http://0.0.0.0:${port}/`,
  'in IPv6': (port) => `http://[::1]:${port}/`,
  'mapped into IPv6': (port) => `http://[::ffff:127.0.0.1]:${port}/`,
  'mapped in hexadecimal': (port) => `http://[::ffff:7f00:1]:${port}/`,
  translated: (port) => `http://[64:ff9b::7f00:1]:${port}/`,
  'in wide letters': (port) => `http://１２７.０.０.１:${port}/`,
  'in circled digits': (port) => `http://①②⑦.⓪.⓪.①:${port}/`,
  'percent-encoded': (port) => `http://%31%32%37.0.0.1:${port}/`,
  'behind a user': (port) => `http://api.example.com@127.0.0.1:${port}/`,
  'behind a backslash': (port) => `http://127.0.0.1:${port}\\@api.example.com/`,
  'with a tab inside': (port) => `http://127.0.\t0.1:${port}/`,
  'without slashes': (port) => `http:127.0.0.1:${port}`,
  'the metadata service': () => 'http://169.254.169.254/latest/meta-data/iam/security-credentials/',
  'the metadata service as a number': () => 'http://2852039166/',
  'the metadata service in IPv6': () => 'http://[fd00:ec2::254]/',
  'the metadata service by name': () => 'http://metadata.google.internal/computeMetadata/v1/',
  'a file': () => 'file:///etc/passwd',
  gopher: (port) => `gopher://127.0.0.1:${port}/_x`,
  data: () => 'data:text/plain,hello',
  'a name that begins like an allowed one': () => 'http://127.0.0.1.evil.example/',
}

const spelled: ReadonlyArray<Attack> = Object.entries(SPELLINGS).map(([how, url]) => ({
  name: `an address that nobody allowed, ${how}`,
  proposes: ({ canary }: Scene) => proposal([request(url(canary.port))]),
  finds: ['host_not_allowed'],
}))

/** The same, where the author of the template was careless and listed the host: the operator's word is still needed. */
const listedAll = ({ canary }: Scene): JsonObject => ({
  allowed_hosts: [
    `127.0.0.1:${canary.port}`,
    `[::1]:${canary.port}`,
    `0.0.0.0:${canary.port}`,
    '169.254.169.254',
    `inside.example:${canary.port}`,
  ],
})

const notGranted: ReadonlyArray<Attack> = Object.entries(SPELLINGS)
  .slice(0, 13)
  .filter(([how]) => !how.includes('by name') && !how.includes('another'))
  .map(([how, url]) => ({
    name: `an address that the author allowed and the operator did not, ${how}`,
    bounds: (scene: Scene) => {
      const { hostname } = new URL(url(1))
      return { allowed_hosts: [`${hostname}:${scene.canary.port}`] }
    },
    privateHosts: () => [],
    proposes: ({ canary }: Scene) => proposal([request(url(canary.port))]),
    fails: { 'plan/ask': 'address_not_allowed' },
  }))

export const NETWORK: ReadonlyArray<Attack> = [
  ...spelled,
  ...notGranted,
  {
    name: 'the metadata service, although author and operator both allow it',
    bounds: { allowed_hosts: ['169.254.169.254'] },
    privateHosts: () => ['169.254.169.254:80'],
    proposes: () => proposal([request('http://169.254.169.254/')]),
    fails: { 'plan/ask': 'address_not_allowed' },
  },
  {
    name: 'a name that leads to the loopback',
    bounds: listedAll,
    dns: { 'inside.example': ['127.0.0.1'] },
    proposes: ({ canary }) => proposal([request(`http://inside.example:${canary.port}/`)]),
    fails: { 'plan/ask': 'address_not_allowed' },
  },
  {
    name: 'a name that is public when it is checked and private when it is used',
    bounds: listedAll,
    dns: { 'inside.example': ['127.0.0.1', '93.184.216.34', '127.0.0.1'] },
    proposes: ({ canary }) => proposal([request(`http://inside.example:${canary.port}/`)]),
    fails: { 'plan/ask': 'address_not_allowed' },
  },
  {
    name: 'a redirect to a host that is not allowed',
    proposes: ({ canary, allowed }) =>
      proposal([request(`${allowed.origin}/?to=${encodeURIComponent(`${canary.origin}/`)}`)]),
    fails: { 'plan/ask': 'host_not_allowed' },
  },
  {
    name: 'a redirect to the metadata service, which is on the list',
    bounds: ({ allowed }) => ({ allowed_hosts: [`127.0.0.1:${allowed.port}`, '169.254.169.254'] }),
    proposes: ({ allowed }) => proposal([request(`${allowed.origin}/?to=http://169.254.169.254/latest/`)]),
    fails: { 'plan/ask': 'address_not_allowed' },
  },
  {
    name: 'a redirect to a name that leads inside',
    bounds: ({ allowed, canary }) => ({
      allowed_hosts: [`127.0.0.1:${allowed.port}`, `inside.example:${canary.port}`],
    }),
    dns: { 'inside.example': ['127.0.0.1'] },
    proposes: ({ allowed, canary }) =>
      proposal([request(`${allowed.origin}/?to=http://inside.example:${canary.port}/`)]),
    fails: { 'plan/ask': 'address_not_allowed' },
  },
  {
    name: 'redirects without end',
    proposes: ({ allowed }) => {
      const round = encodeURIComponent(`${allowed.origin}/`)
      return proposal([request(`${allowed.origin}/?to=${encodeURIComponent(`/?to=${round}`)}`, { max_redirects: 1 })])
    },
    fails: { 'plan/ask': 'too_many_redirects' },
  },
  {
    name: 'a host put together from a result',
    upstream: '127.0.0.1',
    proposes: ({ canary }) =>
      proposal([{ ...request(`http://\${steps.look.result}:${canary.port}/`), dependencies: ['look'] }]),
    finds: ['host_not_allowed'],
  },
  {
    name: 'a user put before an allowed host, so that the host is what follows',
    upstream: 'x@evil.example',
    proposes: ({ allowed }) =>
      proposal([{ ...request(`${allowed.origin}\${steps.look.result}`), dependencies: ['look'] }]),
    finds: ['host_not_allowed'],
  },
  {
    name: 'a whole URL from a result that points elsewhere',
    proposes: () => proposal([{ ...request('${steps.look.result.next}'), dependencies: ['look'] }]),
    upstream: { next: 'http://127.0.0.1:1/' },
    fails: { 'plan/ask': 'host_not_allowed' },
  },
  {
    name: 'a result that climbs out of its place in the path',
    upstream: '../../admin?x=',
    proposes: ({ allowed }) =>
      proposal([{ ...request(`${allowed.origin}/public/\${steps.look.result}`), dependencies: ['look'] }]),
    // Percent-encoded it is one segment, and an odd one.
    fails: {},
  },
  {
    name: 'a result that is two dots',
    upstream: '..',
    proposes: ({ allowed }) =>
      proposal([{ ...request(`${allowed.origin}/public/\${steps.look.result}/keys`), dependencies: ['look'] }]),
    fails: { 'plan/ask': 'url_invalid' },
  },
  {
    name: 'a Host header for somebody else',
    proposes: ({ allowed }) => proposal([request(`${allowed.origin}/`, { headers: { Host: 'admin.internal' } })]),
    fails: { 'plan/ask': 'request_invalid' },
  },
  {
    name: 'a header with another request inside',
    proposes: ({ allowed }) =>
      proposal([request(`${allowed.origin}/`, { headers: { 'x-a': 'b\r\n\r\nGET /admin HTTP/1.1' } })]),
    fails: { 'plan/ask': 'request_invalid' },
  },
  {
    name: 'a webhook to the inside',
    proposes: ({ canary }) =>
      proposal([{ name: 'tell', handler: 'notify', config: { webhook: { url: `${canary.origin}/` } } }]),
    finds: ['host_not_allowed'],
  },
  {
    name: 'reminders of a gate, and of a plan that waits for approval, to the inside',
    proposes: ({ canary }) => {
      const reminded = { remind_every_seconds: 60, remind: { webhook: { url: `${canary.origin}/` } } }
      return proposal([
        { name: 'g', handler: 'gate', step_type: 'gate', config: { question: 'May I?', ...reminded } },
        { name: 'p', handler: 'plan', config: { goal: 'more', approve_plan: reminded } },
      ])
    },
    finds: ['host_not_allowed'],
  },
  {
    name: 'a request inside of a fan-out',
    proposes: ({ canary }) =>
      proposal([
        {
          name: 'each',
          handler: 'fan_out',
          config: { items: [1], handler: 'http_request', handler_config: { url: `${canary.origin}/\${item}` } },
        },
      ]),
    finds: ['host_not_allowed'],
  },
  {
    name: 'an item that is the address of each instance',
    proposes: ({ canary }) =>
      proposal([
        {
          name: 'each',
          handler: 'fan_out',
          config: {
            items: [`${canary.origin}/`],
            handler: 'http_request',
            handler_config: { url: '${item}' },
            max_attempts: 1,
          },
        },
      ]),
    fails: { 'plan/each[0]': 'host_not_allowed' },
  },
]
