/** Streams end soon after what opened them does: events of a task, events of the log, and what a page follows. */
import { createHmac } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openStreams } from '../../../src/http/admission.js'
import { ADMISSION_LOOK_MS, JWT_TOLERANCE_SECONDS, MAX_STREAM_MS } from '../../../src/http/limits.js'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.js'
import { until } from '../../support/until.js'
import { STEP } from '../route-scenes.js'
import { browser } from './browser.js'
import { type Guarded, guarded } from './guarded.js'
import { claims, openIssuer } from './issuer.js'

const test = suite('for how long a stream stays open')

const WAITING = {
  name: 'waiting',
  version: '1.0.0',
  steps: [{ ...STEP, handler: { callable: 'catalog:wait', initialization: { signal: 'go' } }, inputs: {} }],
}

type Headers = Readonly<Record<string, string>>

/** All three streams there are, opened by the same proof. */
const opened = async ({ port, tasker }: Guarded, headers: Headers) => {
  const { id } = await tasker.tasks.create(await tasker.template(WAITING), {})
  const paths = ['/api/v1/events/stream', `/api/v1/tasks/${id}/stream`, '/ui/live']
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`, { headers })
  const answers = await Promise.all(paths.map(ask))
  for (const { status } of answers) assert.is(status, 200)
  const texts = Promise.all(answers.map((answer) => answer.text()))
  return {
    /** None of them ended. */
    areOpen: () => assert.is(openStreams(), paths.length),
    /** All of them ended in order; whoever asks again is answered so. */
    areOver: async (status: number) => {
      await until('all have ended', () => openStreams() === 0)
      for (const text of await texts) assert.match(text, /^(retry|event): /)
      for (const path of paths) {
        const again = await ask(path)
        assert.is(again.status, status, path)
        await again.body?.cancel()
      }
    },
  }
}

const withClock = (use: (server: Guarded, clock: ReturnType<typeof createFakeClock>) => Promise<void>) => () => {
  const clock = createFakeClock()
  return guarded((server) => use(server, clock), { rules: { required: true }, withKey: true, clock })()
}

test(
  'a stream ends soon after its key is revoked, and not when another one is',
  withClock(async (server, clock) => {
    const { key, tasker } = server
    const streams = await opened(server, { authorization: `Bearer ${await key('ci', ['*'])}` })
    await key('other', ['*'])
    await clock.pass(10 * ADMISSION_LOOK_MS)
    await tasker.keys.revoke('other', { actor: 'ada' })
    await clock.pass(ADMISSION_LOOK_MS)
    streams.areOpen()
    await tasker.keys.revoke('ci', { actor: 'ada' })
    await clock.pass(ADMISSION_LOOK_MS)
    await streams.areOver(401)
  }),
)

test(
  'a stream ends soon after its key has expired',
  withClock(async (server, clock) => {
    const expiresAt = clock.now() + 60_000
    const { secret } = await server.tasker.keys.create({ name: 'brief', scopes: ['*'], expiresAt }, { actor: 'ada' })
    const streams = await opened(server, { authorization: `Bearer ${secret}` })
    await clock.pass(60_000 - ADMISSION_LOOK_MS)
    streams.areOpen()
    await clock.pass(ADMISSION_LOOK_MS)
    await streams.areOver(401)
  }),
)

test('a stream ends soon after its token has expired', async () => {
  const issuer = await openIssuer({ permissions: { all: ['*'] } })
  const fake = createFakeClock()
  let looks = 0
  const clock: FakeClock = {
    ...fake,
    after: (ms, callback) => {
      if (ms === ADMISSION_LOOK_MS) looks += 1
      return fake.after(ms, callback)
    },
  }
  /** From one look to the next: a signature is checked in a time of its own. */
  const nextLook = async (): Promise<void> => {
    const before = looks
    await clock.pass(ADMISSION_LOOK_MS)
    await until('all three have looked', () => looks === before + 3)
  }
  try {
    const body = async (server: Guarded): Promise<void> => {
      const exp = Math.floor(clock.now() / 1_000) + 60
      const token = await issuer.sign(claims(clock.now(), { groups: ['all'], exp }))
      const streams = await opened(server, { authorization: `Bearer ${token}` })
      const holdsMs = 60_000 + JWT_TOLERANCE_SECONDS * 1_000
      for (let ms = 0; ms < holdsMs - ADMISSION_LOOK_MS; ms += ADMISSION_LOOK_MS) await nextLook()
      streams.areOpen()
      await clock.pass(ADMISSION_LOOK_MS)
      await streams.areOver(401)
    }
    await guarded(body, { rules: { required: true, jwt: issuer.rules }, clock })()
  } finally {
    await issuer.close()
  }
})

test(
  'a stream ends soon after its reader has logged out',
  withClock(async (server, clock) => {
    const { logIn, send, jar } = browser(server)
    await logIn(await server.key('ada', ['*']))
    const login = jar.get('tasker_login') ?? ''
    const streams = await opened(server, { cookie: `tasker_login=${login}` })
    await clock.pass(ADMISSION_LOOK_MS)
    streams.areOpen()
    const csrf = createHmac('sha256', login).update('tasker csrf').digest('base64url')
    assert.is((await send('/logout', { form: { csrf } })).status, 303)
    await clock.pass(ADMISSION_LOOK_MS)
    await streams.areOver(401)
  }),
)

test(
  'a stream whose reader cannot be looked up ends, as nobody would be let in',
  withClock(async (server, clock) => {
    const { key, tasker } = server
    const streams = await opened(server, { authorization: `Bearer ${await key('ci', ['*'])}` })
    const found = tasker.log.findKey
    Object.assign(tasker.log, { findKey: () => Promise.reject(new Error('the database is away')) })
    await clock.pass(ADMISSION_LOOK_MS)
    Object.assign(tasker.log, { findKey: found })
    await streams.areOver(200)
  }),
)

test(
  'a stream ends by itself after a while, and its reader goes on where they were',
  withClock(async (server, clock) => {
    const streams = await opened(server, { authorization: `Bearer ${await server.key('ci', ['*'])}` })
    await clock.pass(MAX_STREAM_MS - ADMISSION_LOOK_MS)
    streams.areOpen()
    await clock.pass(ADMISSION_LOOK_MS)
    await streams.areOver(200)
  }),
)

test.run()
