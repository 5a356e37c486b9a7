/** That nobody waits long to be told that the database, in which keys and logins stand, is away. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ACCESS_LOOKUP_MS } from '../../../src/http/limits.js'
import { createFakeClock } from '../../support/fake-clock.js'
import { until } from '../../support/until.js'
import { browser } from './browser.js'
import { type Answered, type Guarded, guarded } from './guarded.js'

const test = suite('when nobody can be looked up')

const withClock = (use: (server: Guarded, clock: ReturnType<typeof createFakeClock>) => Promise<void>) => () => {
  const clock = createFakeClock()
  return guarded((server) => use(server, clock), { rules: { required: true }, withKey: true, clock })()
}

/** The table of keys, or of logins, as it is while the database does not answer. */
const silent = ({ tasker }: Guarded, look: 'findKey' | 'findLogin'): { readonly asked: () => number } => {
  let asked = 0
  Object.assign(tasker.log, {
    [look]: () => {
      asked += 1
      return new Promise(() => undefined)
    },
  })
  return { asked: () => asked }
}

const isTold = ({ status, code, headers }: Answered): void => {
  assert.equal([status, code, headers['retry-after']], [503, 'access_unknown', '5'])
}

test(
  'a key that cannot be looked up is answered within seconds, and is not taken for a wrong one',
  withClock(async (server, clock) => {
    const { ask, key } = server
    const as = await key('ci', ['*'])
    const { asked } = silent(server, 'findKey')
    const answers = Array.from({ length: 30 }, () => ask('/api/v1/catalog', { as }))
    await until('all are looked up', () => asked() === answers.length)
    await clock.pass(ACCESS_LOOKUP_MS)
    for (const answer of await Promise.all(answers)) isTold(answer)
  }),
)

test(
  'a login that cannot be looked up is answered so, page or not, and so is whoever logs in',
  withClock(async (server, clock) => {
    const { ask, key, tasker } = server
    const secret = await key('ada', ['*'])
    const { logIn, jar, send } = browser(server)
    await logIn(secret)
    const { findLogin } = tasker.log
    const { asked } = silent(server, 'findLogin')
    const cookie = `tasker_login=${jar.get('tasker_login')}`
    const answers = ['/metrics', '/ui/live', '/api/v1/catalog'].map((path) => ask(path, { headers: { cookie } }))
    await until('all are looked up', () => asked() === answers.length)
    await clock.pass(ACCESS_LOOKUP_MS)
    for (const answer of await Promise.all(answers)) isTold(answer)
    Object.assign(tasker.log, { findLogin })
    const { asked: keysAsked } = silent(server, 'findKey')
    const csrf = /name="csrf" value="([^"]+)"/.exec((await send('/login')).text)?.[1] ?? ''
    const logging = send('/login', { form: { csrf, credential: secret, next: '/metrics' } })
    await until('the key is looked up', () => keysAsked() === 1)
    await clock.pass(ACCESS_LOOKUP_MS)
    const answer = await logging
    assert.is(answer.status, 503)
    assert.match(answer.text, 'the database does not answer')
  }),
)

test(
  'a database that refuses is no fault of ours either',
  withClock(async ({ ask, key, tasker }) => {
    const as = await key('ci', ['*'])
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    Object.assign(tasker.log, { findKey: () => Promise.reject(cause) })
    isTold(await ask('/api/v1/catalog', { as }))
  }),
)

test.run()
