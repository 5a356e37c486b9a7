/** Every route there is, taken from the table that the app is made of: a new one cannot be forgotten here. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PERMISSIONS } from '../../../src/core/permission.js'
import { ROUTES } from '../../../src/http/route-table.js'
import { STEP } from '../route-scenes.js'
import { type Guarded, guarded } from './guarded.js'

const test = suite('who may ask which route')

/** Whoever restarts a process, or sends it callers, asks without a name; the document is the same for all who are known. */
const OF_NOBODY = ROUTES.filter(({ route }) => route.isProbe).map(({ route }) => route.id)
const OF_ALL = ['getOpenApi']

/** These look, though they take a body. */
const LOOKS = ['validateTemplate', 'validateFragment', 'verifyProjection']

const RULES = { rules: { required: true }, withKey: true }

const asking = ROUTES.filter(({ route }) => ![...OF_NOBODY, ...OF_ALL].includes(route.id))

const filled = (path: string, task = '01890000-0000-7000-8000-000000000000'): string =>
  path.replace(':id', task).replace(':name', 'classified').replace(/:\w+/g, 'first')

const ask = (
  { ask }: Guarded,
  { base, route }: (typeof ROUTES)[number],
  as: string | undefined,
  task?: string,
  json: unknown = {},
) =>
  ask(base + filled(route.path, task) + (QUERIES[route.id] ?? ''), {
    method: route.method.toUpperCase(),
    ...(as === undefined ? {} : { as }),
    ...(route.body === undefined ? {} : { json }),
  })

/** Where a route has to be told something before it looks at anything. */
const QUERIES: Readonly<Record<string, string>> = {
  getPayloads: '?digest=sha256:00',
  findTasks: '?filter=id%3D*',
  diffTemplates: '?from=1.0.0&namespace=secret',
  getTemplate: '?namespace=secret',
  listTemplateVersions: '?namespace=secret',
  getTemplateVersion: '?namespace=secret',
}

test('each route says which right it takes, a change never one that only looks', () => {
  assert.equal(OF_NOBODY, ['health', 'ready'])
  assert.ok(asking.length > 50)
  for (const { route } of asking) {
    assert.ok(route.permission !== undefined && PERMISSIONS.includes(route.permission), `${route.id} declares no right`)
    // Whoever sees the keys administers them.
    const looks = (route.method === 'get' && route.id !== 'listKeys') || LOOKS.includes(route.id)
    assert.is(route.permission.endsWith(':read'), looks, `${route.id} takes ${route.permission}`)
  }
})

test(
  'without a proof every route is refused, and with any rights but its own',
  guarded(async (server) => {
    for (const one of asking) {
      const { route } = one
      const nobody = await ask(server, one, undefined)
      assert.equal([nobody.status, nobody.code], [401, 'not_authenticated'], route.id)
    }
    for (const permission of PERMISSIONS) {
      const others = PERMISSIONS.filter((other) => other !== permission)
      const key = await server.key(permission.replace(':', '-'), others)
      for (const one of asking.filter(({ route }) => route.permission === permission)) {
        const wrong = await ask(server, one, key)
        assert.equal([wrong.status, wrong.code], [403, 'forbidden'], one.route.id)
      }
    }
    for (const one of ROUTES.filter(({ route }) => OF_NOBODY.includes(route.id))) {
      assert.is((await ask(server, one, undefined)).status, 200, one.route.id)
    }
    for (const one of ROUTES.filter(({ route }) => OF_ALL.includes(route.id))) {
      assert.is((await ask(server, one, undefined)).status, 401, one.route.id)
    }
  }, RULES),
)

const DIGEST = `sha256:${'0'.repeat(64)}`

/** A body that is right in everything, so that only the reach of the caller stands in the way. */
const BODIES: Readonly<Record<string, unknown>> = {
  forkTask: { at: 1 },
  setPriority: { priority: 3 },
  sendSignal: { name: 'go' },
  completeStep: { result: null },
  approveGate: { digest: DIGEST },
  rejectGate: { digest: DIGEST },
  editPlan: { digest: DIGEST, fragment: {} },
  resolveDeadLetter: { resolution: 'cancelled' },
}

const SECRET = {
  name: 'classified',
  namespace_name: 'secret',
  version: '1.0.0',
  steps: [{ ...STEP, handler: { callable: 'catalog:wait', initialization: { signal: 'go' } }, inputs: {} }],
}

test(
  'a task, a schedule and a template of another namespace are not there, whatever is asked of them',
  guarded(async (server) => {
    const { tasker } = server
    const by = { actor: 'ada' }
    await tasker.templates.register(SECRET, by)
    await tasker.schedules.add(
      { name: 'classified', cron: '@yearly', template: { namespace: 'secret', name: 'classified' } },
      by,
    )
    const task = await tasker.tasks.create(await tasker.template(SECRET), {})
    const key = await server.key('kept', ['*'], ['default'])
    const position = await tasker.log.position()
    const ofTask = asking.filter(({ route }) => route.path.includes(':id'))
    assert.ok(ofTask.length > 25)
    for (const one of ofTask) {
      const { status, code } = await ask(server, one, key, task.id, BODIES[one.route.id])
      assert.equal([status, code], [404, 'task_unknown'], one.route.id)
    }
    for (const one of asking.filter(({ route }) => route.path.startsWith('/schedules/:name'))) {
      const { status, code } = await ask(server, one, key)
      assert.equal([status, code], [404, 'schedule_unknown'], one.route.id)
    }
    for (const one of asking.filter(({ route }) => route.path.startsWith('/templates/:name'))) {
      const { status, code } = await ask(server, one, key)
      assert.equal([status, code], [403, 'namespace_forbidden'], one.route.id)
    }
    const since = await tasker.log.readAll(position, 1_000)
    assert.equal(
      since.filter(({ metadata }) => metadata.includes('"person"')),
      [],
    )
    assert.not.ok((await tasker.schedules.get('classified')).paused)
  }, RULES),
)

test(
  'of lists, finds, events and changes in bulk whoever is kept to a namespace gets what is of it',
  guarded(async (server) => {
    const { tasker, ask } = server
    await tasker.templates.register(SECRET, { actor: 'ada' })
    const hidden = await tasker.tasks.create(await tasker.template(SECRET), { word: 'classified' })
    const own = await tasker.tasks.create(
      await tasker.template({ ...SECRET, namespace_name: 'default', name: 'own' }),
      {},
    )
    const as = await server.key('kept', ['*'], ['default'])
    const texts: string[] = []
    const read = async (path: string) => {
      const answer = await ask(`/api/v1${path}`, { as })
      texts.push(answer.text)
      return answer
    }
    assert.match((await read('/tasks/find?filter=id%3D*')).text, own.id)
    assert.match((await read('/events')).text, own.id)
    assert.match((await read('/events?namespace=default')).text, own.id)
    assert.is((await read('/events?namespace=secret')).code, 'namespace_forbidden')
    assert.is((await read(`/events?task=${hidden.id}`)).code, 'task_unknown')
    assert.is((await read(`/events/stream?task=${hidden.id}`)).code, 'task_unknown')
    assert.is((await read(`/events/stream?namespace=secret`)).code, 'namespace_forbidden')
    await read('/templates')
    await read('/templates?namespace=secret')
    await read('/schedules')
    for (const filter of ['id=*', `id=${hidden.id}`, 'namespace=secret', 'namespace=*', 'namespace!=default']) {
      const bulk = await ask('/api/v1/tasks/bulk', { as, json: { filter, change: { kind: 'pause' } } })
      texts.push(bulk.text)
      assert.is(bulk.status, 200, bulk.text)
    }
    for (const text of texts) assert.not.match(text.replaceAll(`task ${hidden.id}`, ''), /classified|"secret"/)
    for (const text of texts) assert.not.match(text.replaceAll(`there is no task ${hidden.id}`, ''), hidden.id)
    assert.is.not((await hidden.view()).status, 'paused')
    assert.is((await own.view()).status, 'paused')
  }, RULES),
)

test(
  'a template of one’s own takes the right to write templates, and one of another namespace is not found out',
  guarded(async ({ ask, key, tasker }) => {
    await tasker.templates.register(SECRET, { actor: 'ada' })
    const definition = { ...SECRET, namespace_name: 'default' }
    const starter = await key('starter', ['tasks:write'])
    assert.is((await ask('/api/v1/tasks', { as: starter, json: { definition } })).code, 'forbidden')
    const writer = await key('writer', ['tasks:write', 'templates:write'], ['default'])
    assert.is((await ask('/api/v1/tasks', { as: writer, json: { definition } })).status, 201)
    assert.is((await ask('/api/v1/tasks', { as: writer, json: { definition: SECRET } })).code, 'namespace_forbidden')
    assert.is(
      (await ask('/api/v1/templates', { as: writer, json: { definition: SECRET } })).code,
      'namespace_forbidden',
    )
    for (const name of ['classified', 'made_up']) {
      const template = { namespace: 'secret', name }
      assert.is((await ask('/api/v1/tasks', { as: writer, json: { template } })).code, 'namespace_forbidden', name)
    }
  }, RULES),
)

test(
  'nobody gives away by a key what they do not have',
  guarded(async ({ ask, key }) => {
    const as = await key('admin', ['keys:admin', 'tasks:*'])
    const made = (scopes: ReadonlyArray<string>, name: string) => ask('/api/v1/keys', { as, json: { name, scopes } })
    assert.is((await made(['tasks:read', 'tasks:write'], 'less')).status, 201)
    for (const scope of ['*', '*:read', 'gates:vote', 'gates:*'])
      assert.is((await made([scope], 'more')).code, 'grants_beyond')
    const kept = await key('kept', ['*'], ['default'])
    assert.is((await ask('/api/v1/keys', { as: kept })).code, 'forbidden')
    assert.is((await ask('/api/v1/keys', { as: kept, json: { name: 'x', scopes: ['tasks:read'] } })).code, 'forbidden')
  }, RULES),
)

test(
  'the same Idempotency-Key is the same task for whoever may see it, and another one elsewhere',
  guarded(async ({ ask, key }) => {
    const created = async (as: string, namespace: string) => {
      const json = { definition: { ...SECRET, namespace_name: namespace } }
      const answer = await ask('/api/v1/tasks', { as, json, headers: { 'idempotency-key': 'order-7' } })
      return [answer.status, JSON.parse(answer.text).task]
    }
    const [ada, bob, eve] = [
      await key('ada', ['*'], ['one']),
      await key('bob', ['*'], ['one']),
      await key('eve', ['*'], ['two']),
    ]
    const [first, task] = await created(ada, 'one')
    assert.is(first, 201)
    assert.equal(await created(bob, 'one'), [200, task])
    const [status, other] = await created(eve, 'two')
    assert.is(status, 201)
    assert.is.not(other, task)
  }, RULES),
)

test.run()
