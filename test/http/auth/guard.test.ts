import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { guarded } from './guarded.js'

const test = suite('what other sites may not do')

test(
  'a page whose name was turned to this machine reaches nothing',
  guarded(async ({ ask, port }) => {
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.nip.io']) {
      const answer = await ask('/metrics', { headers: { host } })
      assert.equal([answer.status, answer.code], [421, 'host_not_allowed'], host)
    }
    for (const host of ['localhost', `localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'LOCALHOST:1']) {
      assert.is((await ask('/metrics', { headers: { host } })).status, 200, host)
    }
  }),
)

test(
  'a name that something before the server goes by is known by its configuration, and its callers are strangers',
  guarded(
    async ({ ask }) => {
      assert.is((await ask('/metrics', { headers: { host: 'tasker.example.org' } })).status, 401)
      assert.is((await ask('/metrics', { headers: { host: 'other.example.org' } })).status, 421)
    },
    { rules: { required: false, publicUrl: 'https://tasker.example.org' }, withKey: true },
  ),
)

test(
  'a page of another site changes nothing and reads nothing, and may only link here',
  guarded(async ({ ask }) => {
    const sent = (method: string, headers: Readonly<Record<string, string>>) =>
      ask('/metrics', { method, headers }).then(({ code, status }) => code ?? String(status))
    for (const site of ['cross-site', 'same-site']) {
      assert.is(await sent('POST', { 'sec-fetch-site': site }), 'cross_site')
      assert.is(await sent('GET', { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }), 'cross_site')
      const framed = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }
      assert.is(await sent('GET', framed), 'cross_site')
      assert.is(await sent('GET', { ...framed, 'sec-fetch-dest': 'document' }), '200')
    }
    for (const origin of ['https://evil.example', 'http://localhost:1', 'null', 'http://127.0.0.1.evil.example']) {
      assert.is(await sent('POST', { origin }), 'cross_site', origin)
      assert.is(await sent('DELETE', { origin }), 'cross_site', origin)
    }
  }),
)

test(
  'every answer says that nothing inline runs, nobody frames it, and nobody keeps it',
  guarded(async ({ ask }) => {
    for (const path of ['/metrics', '/nowhere', '/login', '/health']) {
      const { headers } = await ask(path)
      assert.match(String(headers['content-security-policy']), /default-src 'none'/, path)
      assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, path)
      assert.not.match(String(headers['content-security-policy']), /unsafe|\*|data:|http/, path)
      assert.is(headers['x-content-type-options'], 'nosniff', path)
      assert.is(headers['referrer-policy'], 'same-origin', path)
      assert.match(String(headers['cache-control']), /no-store|no-cache/, path)
      assert.is(headers['access-control-allow-origin'], undefined, path)
    }
  }),
)

test.run()
