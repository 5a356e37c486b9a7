import { request } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openStreams } from '../../src/http/admission.js'
import { eventStream } from '../../src/http/event-stream.js'
import { ADMISSION_LOOK_MS, HEARTBEAT_MS, MAX_STREAMS } from '../../src/http/limits.js'
import { defineHandler } from '../../src/main.js'
import type { StoredEvent } from '../../src/ports/log.js'
import { until } from '../support/until.js'
import { type Served, served, servedOnDatabase } from './served.js'

const test = suite('streams of events')

const greet = defineHandler({ name: 'greet', run: () => 'hello' })
const HELLO = {
  name: 'hello',
  version: '1.0.0',
  steps: [
    { name: 'first', handler: { callable: 'greet' } },
    { name: 'second', handler: { callable: 'greet' }, dependencies: ['first'] },
  ],
}

interface Sent {
  readonly id: number
  readonly event: { readonly position: number; readonly type: string; readonly task: string; readonly version: number }
}

/** Reads a stream until it has so many events, or until it ends. */
const read = async (url: string, count: number, headers: Readonly<Record<string, string>> = {}): Promise<Sent[]> => {
  const stop = new AbortController()
  const answer = await fetch(url, { headers, signal: stop.signal })
  assert.is(answer.headers.get('content-type'), 'text/event-stream')
  const sent: Sent[] = []
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? []
      if (id !== undefined && data !== undefined) sent.push({ id: Number(id), event: JSON.parse(data) })
      text = text.slice(end + 2)
    }
    if (sent.length >= count) break
  }
  stop.abort()
  return sent.slice(0, count)
}

const create = async ({ send }: Served): Promise<string> =>
  (await send('POST', '/api/v1/tasks', { definition: HELLO })).body.task

const withServer = (use: (served: Served) => Promise<void>) => () => served(use, { handlers: [greet] })

test('a stream that is taken up again by Last-Event-ID has neither gap nor duplicate', () =>
  servedOnDatabase(
    async (place) => {
      const { url, get, tasker } = place
      const task = await create(place)
      await (await tasker.tasks.get(task)).result()
      const { body } = await get(`/api/v1/tasks/${task}/events`)
      const whole: number[] = body.items.map(({ position }: { position: number }) => position)
      const seen: number[] = []
      for (const _ of whole) {
        const last = seen.at(-1)
        const headers = last === undefined ? {} : { 'last-event-id': String(last) }
        const [sent] = await read(`${url}/api/v1/tasks/${task}/stream`, 1, headers)
        assert.is(sent?.id, sent?.event.position)
        seen.push(sent?.id ?? 0)
      }
      assert.equal(seen, whole)
    },
    { handlers: [greet] },
  ))

test(
  'a stream of the log goes on as it grows, with the events that are wanted and no others',
  withServer(async (place) => {
    const { url, tasker } = place
    await create(place)
    const wanted = read(`${url}/api/v1/events/stream?type=task-created,task-completed&from=start`, 6)
    const others = await Promise.all([create(place), create(place)])
    for (const id of others) await (await tasker.tasks.get(id)).result()
    const sent = await wanted
    assert.equal([...new Set(sent.map(({ event }) => event.type))].sort(), ['task-completed', 'task-created'])
    const positions = sent.map(({ id }) => id)
    assert.equal(
      positions,
      [...new Set(positions)].sort((left, right) => left - right),
    )
  }),
)

test(
  'a reader that leaves frees its place, and whoever asks for the head of a stream takes none',
  withServer(async (place) => {
    const task = await create(place)
    const stop = new AbortController()
    const url = `${place.url}/api/v1/tasks/${task}/stream`
    const answer = await fetch(url, { signal: stop.signal })
    assert.is(openStreams(), 1)
    const head = await fetch(url, { method: 'HEAD' })
    assert.equal([head.status, head.headers.get('content-type'), openStreams()], [200, 'text/event-stream', 1])
    stop.abort()
    await answer.text().catch(() => undefined)
    await until('its place is free', () => openStreams() === 0)
  }),
)

test('streams end when the server closes, and it does not wait for their readers', async () => {
  let rest: Promise<string> | undefined
  await served(
    async (place) => {
      const task = await create(place)
      const answer = await fetch(`${place.url}/api/v1/tasks/${task}/stream`)
      rest = answer.text()
      await (await place.tasker.tasks.get(task)).result()
    },
    { handlers: [greet] },
  )
  assert.match((await rest) ?? '', /^retry: /, 'it was ended in order, not broken')
})

test(
  'a task that is not there, a position that is none, and an unknown key are refused before anything is sent',
  withServer(async ({ get }) => {
    assert.is((await get('/api/v1/tasks/01900000-0000-7000-8000-000000000000/stream')).body.code, 'task_unknown')
    assert.is((await get('/api/v1/events/stream?typ=x')).body.code, 'invalid_query')
    const bad = await get('/api/v1/events/stream', { 'last-event-id': 'here' })
    assert.equal([bad.status, bad.body.code], [400, 'invalid_last_event_id'])
  }),
)

const stored = (position: number): StoredEvent => ({
  position,
  stream: 'task-1',
  version: position,
  id: String(position),
  type: 'step-completed',
  schemaVersion: 1,
  time: '2026-01-01T00:00:00.000000Z',
  data: JSON.stringify({ text: 'x'.repeat(64 * 1024) }),
  metadata: '{}',
  hash: '',
})

const still = { now: () => 0, random: () => 0, after: () => ({ cancel: () => undefined }) }

test('a reader who is slow is handed no more than it takes: the log is not read ahead of it', async () => {
  let asked = 0
  async function* endless(): AsyncGenerator<StoredEvent> {
    for (;;) {
      asked += 1
      yield stored(asked)
    }
  }
  const signal = new AbortController().signal
  const answer = eventStream({ events: endless, clock: still }, { filter: {}, from: 'start', signal })
  const reader = answer.body?.getReader()
  for (let count = 0; count < 5; count++) await reader?.read()
  await until('what was asked for has come', () => asked >= 4)
  assert.ok(asked <= 7, `${asked} events were read for 4 that were taken`)
  await reader?.cancel()
})

test(
  'over a real connection, too, what a slow reader does not take stays in the log',
  withServer(async ({ url, tasker }) => {
    const big = { ...HELLO, name: 'big' }
    const template = await tasker.template(big)
    for (let count = 0; count < 40; count++) await tasker.tasks.create(template, { text: 'x'.repeat(6_000) })
    const slow = request(`${url}/api/v1/events/stream?from=start`)
    const connected = new Promise<void>((resolve) =>
      slow.on('response', (answer) => {
        answer.pause()
        resolve()
      }),
    )
    slow.end()
    await connected
    // The same process answers everybody else meanwhile.
    assert.is((await read(`${url}/api/v1/events/stream?from=start&type=task-created`, 40)).length, 40)
    slow.destroy()
  }),
)

test('where nothing happens, a stream says that it is still there', async () => {
  const waiting: { readonly ms: number; readonly call: () => void }[] = []
  const clock = {
    ...still,
    after: (ms: number, call: () => void) => {
      waiting.push({ ms, call })
      return { cancel: () => undefined }
    },
  }
  const stop = new AbortController()
  async function* silent(): AsyncGenerator<StoredEvent> {
    await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
  }
  const answer = eventStream({ events: silent, clock }, { filter: {}, from: 'now', signal: stop.signal })
  const reader = answer.body?.getReader()
  const decoder = new TextDecoder()
  assert.match(decoder.decode((await reader?.read())?.value), /^retry: \d+\n\n$/)
  const silence = () => waiting.find(({ ms }) => ms === HEARTBEAT_MS)
  await until('it waits', () => silence() !== undefined)
  silence()?.call()
  assert.is(decoder.decode((await reader?.read())?.value), ': still here\n\n')
  stop.abort()
  assert.is((await reader?.read())?.done, true)
})

test('an event that was being read when its reader lost the right to it is sent to nobody', async () => {
  const looks: (() => void)[] = []
  const after = (ms: number, call: () => void) => {
    if (ms === ADMISSION_LOOK_MS) looks.push(call)
    return { cancel: () => undefined }
  }
  let arrives = (_: StoredEvent): void => undefined
  const arriving = new Promise<StoredEvent>((resolve) => {
    arrives = resolve
  })
  async function* late(): AsyncGenerator<StoredEvent> {
    yield await arriving
  }
  const options = { filter: {}, from: 'now', signal: new AbortController().signal } as const
  const standing = async () => false
  const answer = eventStream({ events: late, clock: { ...still, after } }, { ...options, standing })
  const reader = answer.body?.getReader()
  await reader?.read()
  const next = reader?.read()
  looks[0]?.()
  await new Promise((resolve) => setImmediate(resolve))
  arrives(stored(1))
  assert.equal(await next, { done: true, value: undefined })
})

test('more readers than a process has room for are sent away, and there is room again when one leaves', async () => {
  async function* none(): AsyncGenerator<StoredEvent> {
    await new Promise(() => undefined)
  }
  const options = { filter: {}, from: 'now', signal: new AbortController().signal } as const
  const open = Array.from({ length: MAX_STREAMS }, () => {
    const stop = new AbortController()
    async function* ends(): AsyncGenerator<StoredEvent> {
      await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
    }
    return { stop, answer: eventStream({ events: ends, clock: still }, options) }
  })
  assert.throws(
    () => eventStream({ events: none, clock: still }, options),
    (error: Error & { code?: string }) => error.code === 'too_many_streams',
  )
  for (const { stop, answer } of open) {
    stop.abort()
    await answer.body?.cancel()
  }
  const again = eventStream({ events: () => open1(), clock: still }, options)
  await again.body?.cancel()
})

async function* open1(): AsyncGenerator<StoredEvent> {}

test.run()
