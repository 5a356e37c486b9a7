import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { localPath } from '../../../src/http/auth/login-routes.js'
import type { AccessRules } from '../../../src/ports/access.js'
import { browser, csrfIn } from './browser.js'
import { type Guarded, guarded } from './guarded.js'
import { claims, openIssuer } from './issuer.js'

const test = suite('logging in')

const REQUIRED: AccessRules = { required: true }
const RULES = { rules: REQUIRED, withKey: true }

test(
  'a browser that asks for a page is sent to log in, and then to the page',
  guarded(async ({ ask, key }) => {
    const { send, logIn, jar } = browser({ ask })
    const sent = await send('/metrics?a=b', { headers: { accept: 'text/html' } })
    assert.equal([sent.status, sent.headers.location], [303, '/login?next=%2Fmetrics%3Fa%3Db'])
    assert.match((await send('/login?next=/metrics%3Fa%3Db')).text, 'value="/metrics?a=b"')
    const answer = await logIn(await key('ada', ['metrics:read']), '/metrics?a=b')
    assert.equal([answer.status, answer.headers.location], [303, '/metrics?a=b'])
    assert.ok(jar.has('tasker_login'))
    assert.is((await send('/metrics')).status, 200)
    assert.is((await ask('/metrics')).status, 401)
  }, RULES),
)

test(
  'the cookie is for this server alone, for no script, and holds nothing but chance',
  guarded(async ({ ask, key, store }) => {
    const secret = await key('ada', ['metrics:read'])
    const answer = await browser({ ask }).logIn(secret)
    const cookie = String(answer.headers['set-cookie'])
    assert.match(cookie, /tasker_login=[A-Za-z0-9_-]{43}; .*Path=\/;.*HttpOnly.*SameSite=Strict/)
    assert.not.match(cookie, /Secure|Domain/)
    const value = /tasker_login=([^;]+)/.exec(cookie)?.[1] ?? ''
    assert.not.match(JSON.stringify([...store.logins.values()]), value)
  }, RULES),
)

test(
  'over https the cookie is secure and no other host of the domain can set it',
  guarded(
    async ({ ask, key }) => {
      const headers = { host: 'tasker.example.org' }
      const page = await ask('/login', { headers })
      const mark = page.cookies.join('; ')
      assert.match(mark, /^__Host-tasker_visitor=/)
      const form = { csrf: csrfIn(page), credential: await key('ada', ['*']), next: '/ui' }
      const answer = await ask('/login', { form, headers: { ...headers, cookie: mark } })
      assert.match(String(answer.headers['set-cookie']), /__Host-tasker_login=.*Secure/)
    },
    { rules: { required: true, publicUrl: 'https://tasker.example.org' }, withKey: true },
  ),
)

test(
  'the page that leads on leads to a page of ours, whatever it was told',
  guarded(async ({ ask }) => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    assert.match((await ask('/login?next=/ui/gates', { headers })).text, 'content="0; url=/ui/gates"')
    for (const next of ['//evil.example', 'javascript:alert(1)', '"><script>', '/x"><script>']) {
      const { text } = await ask(`/login?next=${encodeURIComponent(next)}`, { headers })
      assert.match(text, 'content="0; url=/ui"', next)
    }
    assert.match((await ask('/login?next=/ui/gates')).text, 'name="credential"')
  }, RULES),
)

test(
  'a wrong key logs nobody in, and is told on the page',
  guarded(async ({ ask }) => {
    const { logIn, jar, send } = browser({ ask })
    const answer = await logIn('tsk_"><script>alert(1)</script>')
    assert.is(answer.status, 401)
    assert.match(answer.text, 'this is no key')
    assert.not.match(answer.text, '<script>')
    assert.not.ok(jar.has('tasker_login'))
    assert.is((await send('/metrics')).status, 401)
  }, RULES),
)

test(
  'a form that is not of a page of ours logs nobody in and out',
  guarded(async ({ ask, key }) => {
    const credential = await key('ada', ['*'])
    const { jar, send, logIn } = browser({ ask })
    assert.is((await send('/login', { form: { credential } })).code, 'csrf_token_missing')
    await send('/login')
    assert.is((await send('/login', { form: { credential } })).code, 'csrf_token_missing')
    assert.is((await send('/login', { form: { credential, csrf: 'x'.repeat(43) } })).code, 'csrf_token_wrong')
    // The value of somebody else's browser.
    const other = csrfIn(await ask('/login'))
    assert.is((await send('/login', { form: { credential, csrf: other } })).code, 'csrf_token_wrong')
    await logIn(credential)
    const login = jar.get('tasker_login') ?? ''
    const mark = csrfIn(await send('/login'))
    for (const csrf of ['', mark, login]) assert.is((await send('/logout', { form: { csrf } })).status, 403, csrf)
    assert.is((await send('/metrics')).status, 200)
  }, RULES),
)

test(
  'a login opens what its key opens, and nothing changes by it without the value of the page',
  guarded(async ({ ask, key }) => {
    const { send, logIn } = browser({ ask })
    await logIn(await key('ada', ['tasks:read']))
    assert.is((await send('/metrics')).status, 403)
    assert.is((await send('/metrics', { method: 'POST', json: {} })).code, 'csrf_token_missing')
    assert.is((await send('/api/v1/nothing', { method: 'DELETE' })).code, 'csrf_token_missing')
  }, RULES),
)

test('a form of a page is taken with the value of that page, from whoever has logged in and from whoever need not', async () => {
  const sent = async ({ ask, key }: Guarded, logsIn: boolean) => {
    const { send, logIn, jar } = browser({ ask })
    if (logsIn) await logIn(await key('ada', ['*']))
    const page = await send('/ui/help')
    assert.is(page.status, 200, page.text)
    const csrf = csrfIn(page)
    const form = { theme: 'dark', back: '/ui/help' }
    assert.is((await send('/ui/theme', { form })).status, 403)
    assert.is((await send('/ui/theme', { form: { ...form, csrf: `${csrf}x` } })).status, 403)
    assert.is((await send('/ui/theme', { form: { ...form, csrf } })).headers.location, '/ui/help')
    assert.is((await send('/ui/theme', { form, headers: { 'x-csrf-token': csrf } })).status, 303)
    assert.is((await ask('/ui/theme', { form: { ...form, csrf } })).status, logsIn ? 401 : 403)
    assert.is(jar.get('tasker_theme'), 'dark')
  }
  await guarded((server) => sent(server, true), { ...RULES, onDatabase: true })()
  await guarded((server) => sent(server, false), { onDatabase: true })()
})

test(
  'a login ends with its key, everywhere and at once',
  guarded(async ({ ask, key, tasker }) => {
    const { send, logIn } = browser({ ask })
    await logIn(await key('ada', ['metrics:read']))
    assert.is((await send('/metrics')).status, 200)
    await tasker.keys.revoke('ada', { actor: 'test' })
    assert.is((await send('/metrics')).status, 401)
  }, RULES),
)

test(
  'a login ends when its time is over, and a cookie that somebody made up never began',
  guarded(async ({ ask, key, store }) => {
    const { send, logIn, jar } = browser({ ask })
    await logIn(await key('ada', ['metrics:read']))
    for (const [digest, login] of store.logins) store.logins.set(digest, { ...login, expiresAt: Date.now() - 1 })
    assert.is((await send('/metrics')).status, 401)
    jar.set('tasker_login', 'A'.repeat(43))
    assert.is((await send('/metrics')).status, 401)
    assert.equal((await ask('/login')).status, 200)
    await logIn(await key('bob', ['metrics:read']))
    assert.is(store.logins.size, 1, 'what has expired is swept away')
    assert.is.not(jar.get('tasker_login'), 'A'.repeat(43))
  }, RULES),
)

test(
  'whoever logs out is out, also with a copy of the cookie',
  guarded(async ({ ask, key, store }) => {
    const { send, logIn, jar } = browser({ ask })
    await logIn(await key('ada', ['metrics:read']))
    const [login] = [...store.logins.values()]
    assert.is(login?.actor, 'ada')
    const copy = jar.get('tasker_login') ?? ''
    const { createHmac } = await import('node:crypto')
    const csrf = createHmac('sha256', copy).update('tasker csrf').digest('base64url')
    const answer = await send('/logout', { form: { csrf } })
    assert.equal([answer.status, answer.headers.location], [303, '/login'])
    assert.match(String(answer.headers['set-cookie']), /tasker_login=; Max-Age=0/)
    assert.is((await ask('/metrics', { headers: { cookie: `tasker_login=${copy}` } })).status, 401)
  }, RULES),
)

test('a token logs its bearer in for no longer than it holds', async () => {
  const issuer = await openIssuer({ permissions: { watchers: ['metrics:read'] } })
  try {
    await guarded(
      async ({ ask, store }) => {
        const now = Date.now()
        const { send, logIn } = browser({ ask })
        await logIn(await issuer.sign(claims(now, { groups: ['watchers'] })))
        assert.is((await send('/metrics')).status, 200)
        const [login] = [...store.logins.values()]
        assert.is(login?.expiresAt, (Math.floor(now / 1_000) + 600) * 1_000)
        assert.equal([login?.via, login?.groups], ['jwt:https://issuer.example#ada', ['watchers']])
      },
      { rules: { required: true, jwt: issuer.rules } },
    )()
  } finally {
    await issuer.close()
  }
})

test('after a login the way leads to a page of ours and nowhere else', () => {
  for (const path of ['/ui', '/ui/tasks?filter=status%3Derror&page=2', '/ui/tasks/0190-a/steps/plan%2Fone[3]', '/']) {
    assert.is(localPath(path), path)
  }
  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil',
    '',
    ' /ui',
  ]
  for (const path of [...elsewhere, undefined, 7, '/ui\n', '/<x>', '/"x'])
    assert.is(localPath(path), '/ui', String(path))
})

test(
  'a form that is too large, or does not say how large it is, is not read',
  guarded(async ({ ask }) => {
    const large = await ask('/login', { form: { csrf: 'x'.repeat(3 * 1024 * 1024) } })
    assert.equal([large.status, large.code], [413, 'body_too_large'])
    const unsaid = { 'transfer-encoding': 'chunked', 'content-type': 'application/x-www-form-urlencoded' }
    assert.is((await ask('/login', { method: 'POST', headers: unsaid })).status, 411)
  }, RULES),
)

test.run()
