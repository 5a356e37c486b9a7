import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createClient } from '../../src/client/client.js'
import { ROUTES } from '../../src/http/route-table.js'
import { packageRoot } from '../../src/package-root.js'

const ID = '01900000-0000-7000-8000-000000000000'

/** Notes which route each request is for, and answers with nothing. */
const recording = () => {
  const asked = new Set<string>()
  const patterns = ROUTES.map(({ base, route }) => ({
    id: route.id,
    method: route.method.toUpperCase(),
    isFixed: !route.path.includes(':'),
    pattern: new RegExp(`^${(base + route.path).replace(/:\w+/g, '[^/]+')}$`),
  })).sort((left, right) => Number(right.isFixed) - Number(left.isFixed))
  const fetching = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    const { pathname } = new URL(String(url))
    const found = patterns.find(({ method, pattern }) => method === init.method && pattern.test(pathname))
    assert.ok(found, `${init.method} ${pathname} is no route`)
    asked.add(found?.id ?? '')
    return new Response('{"items": [], "next_cursor": null}')
  }
  return { asked, client: createClient({ url: 'http://tasker.test', fetch: fetching as typeof fetch }) }
}

const once = async (events: AsyncGenerator<unknown>): Promise<void> => {
  await events.next()
}

const stopped = () => ({ signal: AbortSignal.timeout(50) })

type Client = ReturnType<typeof createClient>

const askTasks = ({ tasks }: Client): ReadonlyArray<Promise<unknown>> => [
  tasks.create({ template: { name: 'hello' } }),
  tasks.fork(ID, { at: 1 }),
  tasks.list({ status: ['error'] }),
  tasks.find({ filter: 'open=true' }),
  tasks.get(ID),
  tasks.result(ID),
  tasks.counts(),
  tasks.convergences(ID),
  tasks.bounds(ID),
  tasks.graph(ID),
  tasks.steps(ID),
  tasks.step(ID, 'a'),
  tasks.attempts(ID),
  tasks.events(ID),
  once(tasks.stream(ID, {}, stopped())),
  tasks.payloads(ID, ['sha256:0']),
  tasks.why(ID),
  tasks.whyStep(ID, 'a'),
  tasks.provenance(ID, 'a'),
  tasks.cancel(ID),
  tasks.pause(ID),
  tasks.resume(ID),
  tasks.setPriority(ID, 1),
  tasks.signal(ID, { name: 'paid' }),
  tasks.retryStep(ID, 'a'),
  tasks.resetStep(ID, 'a'),
  tasks.resolveStep(ID, 'a'),
  tasks.skipStep(ID, 'a'),
  tasks.completeStep(ID, 'a', 1),
  tasks.changeAll({ filter: 'open=true', change: { kind: 'cancel' } }),
]

const askOthers = (client: Client): ReadonlyArray<Promise<unknown>> => {
  const { gates, plans, catalog, templates, schedules, deadLetters, projections, subscriptions, events } = client
  return [
    gates.list(),
    gates.ofTask(ID),
    gates.get(ID, 'a'),
    gates.approve(ID, 'a', { digest: 'x' }),
    gates.reject(ID, 'a', { digest: 'x' }),
    gates.editPlan(ID, 'a', { digest: 'x', fragment: {} }),
    plans.decisions(),
    plans.validateFragment({ step: 'plan', fragment: {}, definition: {} }),
    catalog.list(),
    catalog.get('http_request'),
    catalog.schema(),
    catalog.usage(),
    templates.list(),
    templates.register({ text: 'x' }),
    templates.validate({ text: 'x' }),
    templates.get('hello'),
    templates.get('hello', { version: '1.0.0' }),
    templates.versions('hello'),
    templates.diff('hello', { from: '1.0.0' }),
    schedules.list(),
    schedules.get('nightly'),
    schedules.add({ name: 'nightly', cron: '@daily', template: { name: 'hello' } }),
    schedules.pause('nightly'),
    schedules.resume('nightly'),
    schedules.remove('nightly'),
    schedules.changes('nightly'),
    deadLetters.list(),
    deadLetters.get(ID),
    deadLetters.resolve(ID, { resolution: 'cancelled' }),
    client.keys.list(),
    client.keys.create({ name: 'ci', scopes: ['*:read'] }),
    client.keys.revoke('ci'),
    projections.list(),
    projections.rebuild('gates'),
    projections.cancelRebuild('gates'),
    projections.verify('gates'),
    subscriptions.list(),
    subscriptions.parked('billing'),
    subscriptions.replay('billing'),
    subscriptions.skip('billing', {}),
    subscriptions.remove('billing'),
    events.list(),
    once(events.stream({}, stopped())),
    client.waiting(),
    client.workers(),
    client.templatePerformance(),
    client.health(),
    client.ready(),
    client.metrics(),
    client.openApi(),
  ]
}

test('the client has a method for every route, and asks for nothing that is no route', async () => {
  const { asked, client } = recording()
  await Promise.all([...askTasks(client), ...askOthers(client)])
  const missing = ROUTES.map(({ route }) => route.id).filter((id) => !asked.has(id))
  assert.equal(missing, [])
})

test('the client is made of itself: it imports no package and no other part', () => {
  const folder = join(packageRoot, 'dist/src/client')
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const imports = [...readFileSync(join(folder, file), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from]) => from)
    assert.equal(
      imports.filter((from) => !from?.startsWith('./')),
      [],
      file,
    )
  }
})

test.run()
