/** Routes of everything but tasks, asked one after the other as people would. */
import * as assert from 'uvu/assert'
import { until } from '../support/until.js'
import { broken, create, hello, type Scenario, shown, standing, V1 } from './route-scenes.js'
import type { Served } from './served.js'

/** Templates are registered once, listed, shown as written, checked and compared; tasks are created by their names. */
export const templatesKept: Scenario = async (served) => {
  const { send, get } = served
  const yaml = 'name: hello\nversion: 1.0.0\nsteps:\n  - {name: first, handler: {callable: greet}}\n'
  assert.is((await send('POST', `${V1}/templates`, { text: yaml })).status, 201)
  assert.is((await send('POST', `${V1}/templates`, { text: yaml })).status, 200)
  const other = await send('POST', `${V1}/templates`, { definition: hello() })
  assert.equal([other.status, other.body.code], [409, 'template_version_exists'])
  assert.is((await send('POST', `${V1}/templates`, { definition: hello('1.1.0') })).status, 201)
  const invalid = await send('POST', `${V1}/templates`, { definition: { ...hello('2.0.0'), step: [] } })
  assert.equal([invalid.status, invalid.body.code, invalid.body.errors[0].path], [422, 'template_invalid', 'step'])
  const check = await send('POST', `${V1}/templates/validate`, { text: yaml.replace('greet', 'unknown_thing') })
  assert.equal([check.body.valid, check.body.problems[0].line], [false, 4])
  assert.is((await send('POST', `${V1}/templates/validate`, { definition: hello() })).body.valid, true)
  assert.is((await get(`${V1}/templates`)).body.items.length, 2)
  assert.is((await get(`${V1}/templates/hello/versions`)).body.items.length, 2)
  assert.is((await get(`${V1}/templates/hello`)).body.version, '1.1.0')
  assert.is((await get(`${V1}/templates/hello/versions/1.0.0`)).body.text, yaml)
  const diff = await get(`${V1}/templates/hello/diff?from=1.0.0&to=1.1.0`)
  assert.ok(diff.body.differences.some(({ path }: { path: string }) => path === 'version'))
  assert.is((await get(`${V1}/templates/nothing`)).body.code, 'template_unknown')
  const task = await send('POST', `${V1}/tasks`, { template: { name: 'hello', version: '1.0.0' } })
  assert.is(task.status, 201)
  // A text is never taken for the name of a file.
  assert.is((await send('POST', `${V1}/templates`, { text: '/etc/passwd' })).status, 422)
}

/** Schedules are added, paused, resumed and removed, and what was done stays on record. */
export const schedulesKept: Scenario = async ({ send, get }) => {
  await send('POST', `${V1}/templates`, { definition: hello() })
  const at = `${V1}/schedules/nightly`
  const added = { name: 'nightly', cron: '0 3 * * *', template: { name: 'hello' }, catch_up: 'last', reason: 'daily' }
  assert.is((await send('POST', `${V1}/schedules`, added)).status, 201)
  assert.is((await send('POST', `${V1}/schedules`, added)).body.code, 'schedule_exists')
  assert.is((await send('POST', `${V1}/schedules`, { ...added, name: 'n', cron: 'never' })).body.code, 'invalid_cron')
  assert.is((await get(`${V1}/schedules`)).body.items[0].catch_up, 'last')
  assert.is((await send('POST', `${at}/pause`, {})).status, 200)
  assert.is((await get(at)).body.paused, true)
  assert.is((await send('POST', `${at}/resume`, {})).body.paused, false)
  assert.is((await send('POST', `${at}/remove`, { reason: 'over' })).status, 200)
  assert.is((await get(at)).body.code, 'schedule_unknown')
  assert.is((await get(`${V1}/schedules/nightly/changes`)).body.code, 'schedule_unknown')
  await send('POST', `${V1}/schedules`, added)
  const { body } = await get(`${at}/changes`)
  assert.equal(
    body.items.map(({ kind }: { kind: string }) => kind),
    ['added', 'removed', 'resumed', 'paused', 'added'],
  )
}

/** Dead letters are listed, shown with their history, and resolved. */
export const deadLettersResolved: Scenario = async (served) => {
  const { send, get } = served
  const task = await create(served, broken)
  await standing(served, task, 'blocked_by_failures')
  await shown(served, `${V1}/dead-letters`, ({ items }) => items.length === 1)
  assert.is((await get(`${V1}/tasks/${task}/dead-letter`)).body.entry.task, task)
  const at = `${V1}/tasks/${task}/dead-letter/resolve`
  assert.is((await send('POST', at, { resolution: 'ignored' })).status, 400)
  assert.is((await send('POST', at, { resolution: 'manually_resolved', reason: 'by hand' })).status, 200)
  assert.is((await send('POST', at, { resolution: 'manually_resolved' })).body.code, 'no_dead_letter')
  assert.is((await get(`${V1}/tasks/${task}/dead-letter`)).body.entry, null)
}

/** Keys are made, listed without what opens something, and revoked. */
export const keysKept: Scenario = async ({ send, get }) => {
  const made = await send('POST', `${V1}/keys`, { name: 'ci', scopes: ['*:read'], expires_at: '2099-01-01T00:00:00Z' })
  assert.equal([made.status, made.body.key.state], [201, 'active'], made.text)
  assert.is((await send('POST', `${V1}/keys`, { name: 'ci', scopes: ['*'] })).body.code, 'key_exists')
  assert.is((await send('POST', `${V1}/keys`, { name: 'cd', scopes: ['every:thing'] })).body.code, 'invalid_scope')
  const past = { name: 'cd', scopes: ['*'], expires_at: '2001-01-01' }
  assert.is((await send('POST', `${V1}/keys`, past)).body.code, 'invalid_expiry')
  assert.is((await send('POST', `${V1}/keys`, { ...past, expires_at: 'soon' })).body.code, 'invalid_expiry')
  const authorization = `Bearer ${made.body.secret}`
  assert.is((await get(`${V1}/catalog`, { authorization })).status, 200)
  const listed = await get(`${V1}/keys`)
  assert.equal(
    listed.body.items.map(({ name }: { name: string }) => name),
    ['ci'],
  )
  assert.not.match(listed.text, made.body.secret.slice(21))
  const revoked = await send('POST', `${V1}/keys/ci/revoke`, { reason: 'lost' })
  assert.equal([revoked.body.state, revoked.body.revoke_reason], ['revoked', 'lost'])
  assert.is((await get(`${V1}/catalog`, { authorization })).body.code, 'key_revoked')
  assert.is((await send('POST', `${V1}/keys/ci/revoke`, {})).body.code, 'key_unknown')
}

/** One that has ended cannot be cancelled; the next one can, at some moment of it. */
const rebuildCancelled = async ({ send, get }: Served, build: number): Promise<void> => {
  const path = `${V1}/projections/gates/rebuild`
  const standing = async () =>
    (await get(`${V1}/projections`)).body.items.find(({ name }: { name: string }) => name === 'gates').rebuild
  const ended = await standing()
  assert.equal([ended.build, ended.state], [build, 'swapped'])
  assert.is((await send('DELETE', path)).body.code, 'no_rebuild')
  await until('one was asked to end', async () => {
    await send('POST', path, { wait_seconds: 0 })
    return (await send('DELETE', path)).status === 202
  })
  await until('it has ended', async () => (await standing()).ended_at !== null)
}

/** The catalog, projections, subscriptions and the process itself are looked at. */
export const lookedAfter: Scenario = async (served) => {
  const { send, get, tasker } = served
  assert.ok((await get(`${V1}/catalog`)).body.items.length > 10)
  assert.is((await get(`${V1}/catalog/handlers/http_request`)).body.handler, 'catalog:http_request')
  assert.match((await get(`${V1}/catalog/handlers/http_reqest`)).body.detail, 'http_request')
  assert.ok((await get(`${V1}/catalog/schema`)).body.handlers.length > 10)
  const task = await create(served, hello())
  await standing(served, task, 'complete')
  await shown(served, `${V1}/catalog/usage`, ({ items }) => items.length > 0)
  assert.equal((await get(`${V1}/waiting`)).body, { gates: 0, dead_letters: 0 })
  assert.ok((await get(`${V1}/workers`)).body.items[0].handlers.includes('greet'))
  const names = (await get(`${V1}/projections`)).body.items.map(({ name }: { name: string }) => name)
  assert.ok(names.includes('task_summaries'))
  const rebuilt = await send('POST', `${V1}/projections/gates/rebuild`, { wait_seconds: 30 })
  assert.equal([rebuilt.status, rebuilt.body.name], [200, 'gates'], rebuilt.text)
  await rebuildCancelled(served, rebuilt.body.build)
  assert.is((await send('POST', `${V1}/projections/gates/verify`)).body.difference, null)
  assert.is((await send('POST', `${V1}/projections/nothing/rebuild`, {})).body.code, 'projection_unknown')

  const failing = await tasker.subscribe({ name: 'billing', retry: { maxAttempts: 1 }, onPark: 'continue' }, () => {
    throw new Error('no')
  })
  await until('it has parked', async () => (await get(`${V1}/subscriptions`)).body.items[0]?.parked > 1)
  const parked = await get(`${V1}/subscriptions/billing/parked?limit=1`)
  const next = await get(`${V1}/subscriptions/billing/parked?limit=1&after=${parked.body.next_cursor}`)
  assert.ok(next.body.items[0].position > parked.body.items[0].position)
  await failing.close()
  const { position } = parked.body.items[0]
  assert.is((await send('POST', `${V1}/subscriptions/billing/skip`, { position })).body.events, 1)
  assert.ok((await send('POST', `${V1}/subscriptions/billing/replay`, {})).body.events >= 1)
  assert.is((await send('DELETE', `${V1}/subscriptions/billing`)).body.removed, true)
  assert.is((await get(`${V1}/subscriptions/billing/parked`)).body.code, 'subscription_unknown')
  assert.is((await get('/health')).status, 200)
  assert.is((await get('/ready')).status, 200)
  await get(`${V1}/openapi.json`)
}
