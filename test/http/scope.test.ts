import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../src/main.js'
import { until } from '../support/until.js'
import { type Answered, type Served, servedOnDatabase } from './served.js'

const test = suite('what a key may see and do')

const greet = defineHandler({ name: 'greet', run: () => 'hello' })
const V1 = '/api/v1'

const definition = (namespace: string) => ({
  name: `hello_${namespace}`,
  namespace_name: namespace,
  version: '1.0.0',
  steps: [
    { name: 'review', type: 'gate', handler: { callable: 'catalog:gate', initialization: { question: 'May it?' } } },
  ],
})

interface Keyed {
  get(path: string): Promise<Answered>
  send(method: string, path: string, body?: unknown): Promise<Answered>
}

const keyed = async (
  { tasker, get, send }: Served,
  scopes: ReadonlyArray<string>,
  namespaces?: ReadonlyArray<string>,
): Promise<Keyed> => {
  const name = `key-${scopes.join('-').replace(/[^a-z-]/g, '')}-${namespaces?.join('-') ?? 'all'}`
  const made = await tasker.keys.create(
    { name, scopes, ...(namespaces === undefined ? {} : { namespaces }) },
    { actor: 'ada' },
  )
  const headers = { authorization: `Bearer ${made.secret}` }
  return { get: (path) => get(path, headers), send: (method, path, body) => send(method, path, body, headers) }
}

const withServer = (use: (served: Served) => Promise<void>) => () =>
  servedOnDatabase(use, { handlers: [greet], serves: 'none' })

test(
  'of another namespace nothing is seen: no task, no gate, no event, no template, no schedule',
  withServer(async (served) => {
    const { send, get } = served
    const mine = (await send('POST', `${V1}/tasks`, { definition: definition('mine') })).body.task
    const theirs = (await send('POST', `${V1}/tasks`, { definition: definition('theirs') })).body.task
    for (const namespace of ['mine', 'theirs']) {
      await send('POST', `${V1}/templates`, { definition: definition(namespace) })
      const template = { name: `hello_${namespace}`, namespace }
      assert.is((await send('POST', `${V1}/schedules`, { name: namespace, cron: '@daily', template })).status, 201)
    }
    await until('both are listed', async () => (await get(`${V1}/tasks`)).body.items?.length === 2)
    const key = await keyed(served, ['*'], ['mine'])
    assert.equal(tasksIn(await key.get(`${V1}/tasks`)), [mine])
    assert.equal(tasksIn(await key.get(`${V1}/tasks/find?filter=open=true`)), [mine])
    assert.is((await key.get(`${V1}/tasks?namespace=theirs`)).status, 403)
    for (const path of [
      '',
      '/graph',
      '/result',
      '/steps',
      '/events',
      '/why',
      '/stream',
      '/gates',
      '/attempts',
      '/dead-letter',
    ]) {
      const answer = await key.get(`${V1}/tasks/${theirs}${path}`)
      assert.equal([answer.status, answer.body.code], [404, 'task_unknown'], path)
    }
    for (const hand of ['cancel', 'pause', 'steps/review/skip', 'dead-letter/resolve']) {
      const body = hand.startsWith('dead') ? { resolution: 'cancelled' } : {}
      const answer = await key.send('POST', `${V1}/tasks/${theirs}/${hand}`, body)
      assert.equal([answer.status, answer.body.code], [404, 'task_unknown'], hand)
    }
    assert.is((await key.send('POST', `${V1}/tasks/${theirs}/fork`, { at: 2 })).status, 404)
    assert.equal([...new Set(tasksIn(await key.get(`${V1}/events`)))], [mine])
    assert.is((await key.get(`${V1}/events?namespace=theirs`)).status, 403)
    assert.is((await key.get(`${V1}/events?task=${theirs}`)).status, 404)
    assert.is((await key.get(`${V1}/planning-decisions?task=${theirs}`)).status, 404)
    assert.equal(namesIn(await key.get(`${V1}/templates`)), ['hello_mine'])
    assert.is((await key.get(`${V1}/templates/hello_theirs?namespace=theirs`)).status, 403)
    assert.equal(namesIn(await key.get(`${V1}/schedules`)), ['mine'])
    assert.is((await key.get(`${V1}/schedules/theirs`)).status, 404)
    assert.is((await key.send('POST', `${V1}/schedules/theirs/pause`, {})).status, 404)
    assert.is((await key.get(`${V1}/projections`)).status, 403, 'what is of all namespaces')
  }),
)

test(
  'nothing comes into being in another namespace, and a bulk change leaves its tasks alone',
  withServer(async (served) => {
    const { send, get } = served
    const theirs = (await send('POST', `${V1}/tasks`, { definition: definition('theirs') })).body.task
    const mine = (await send('POST', `${V1}/tasks`, { definition: definition('mine') })).body.task
    const key = await keyed(served, ['*'], ['mine'])
    const created = await key.send('POST', `${V1}/tasks`, { definition: definition('theirs') })
    assert.equal([created.status, created.body.code], [403, 'namespace_forbidden'])
    assert.is((await key.send('POST', `${V1}/templates`, { definition: definition('theirs') })).status, 403)
    const bulk = await key.send('POST', `${V1}/tasks/bulk`, { filter: 'open=true', change: { kind: 'cancel' } })
    assert.equal(
      bulk.body.tasks.map(({ task }: { task: string }) => task),
      [mine],
    )
    const wider = { filter: 'open=true namespace=theirs', change: { kind: 'cancel' } }
    assert.equal((await key.send('POST', `${V1}/tasks/bulk`, wider)).body.tasks, [])
    assert.is.not((await get(`${V1}/tasks/${theirs}`)).body.status, 'cancelled')
  }),
)

test(
  'each right opens what it names and nothing else; a vote is no hand on a step',
  withServer(async (served) => {
    const { send, tasker } = served
    const { task } = (await send('POST', `${V1}/tasks`, { definition: definition('mine') })).body
    const reader = await keyed(served, ['tasks:read'])
    assert.is((await reader.get(`${V1}/tasks/${task}`)).status, 200)
    const refused = await reader.send('POST', `${V1}/tasks/${task}/cancel`, {})
    assert.equal([refused.status, refused.body.code], [403, 'forbidden'])
    assert.is((await reader.get(`${V1}/tasks/${task}/events`)).status, 403)
    assert.is((await reader.get('/metrics')).status, 403)
    const writer = await keyed(served, ['tasks:write', 'tasks:read'])
    assert.is((await writer.send('POST', `${V1}/tasks/${task}/steps/review/skip`, {})).status, 403)
    const bulk = { filter: 'open=true', change: { kind: 'skip', step: 'review' } }
    assert.is((await writer.send('POST', `${V1}/tasks/bulk`, bulk)).status, 403, 'nor many at once')
    const dead = { filter: 'open=true', change: { kind: 'resolve-dead-letter', resolution: 'cancelled' } }
    assert.is((await writer.send('POST', `${V1}/tasks/bulk`, dead)).status, 403)
    assert.is((await writer.send('POST', `${V1}/tasks/${task}/priority`, { priority: 3 })).status, 200)
    const [last] = (await tasker.log.readStream(`task-${task}`, 0)).slice(-1)
    const { actor } = JSON.parse(last?.metadata ?? '{}')
    assert.equal([actor.authenticated, actor.via.startsWith('key:')], [true, true])
  }),
)

const tasksIn = ({ body }: Answered): ReadonlyArray<string> => body.items.map(({ task }: { task: string }) => task)
const namesIn = ({ body }: Answered): ReadonlyArray<string> => body.items.map(({ name }: { name: string }) => name)

test.run()
