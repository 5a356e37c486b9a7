/** That the log says who changed something, and by what that was proved. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { streamOf } from '../../../src/engine/ids.js'
import { type Guarded, guarded } from './guarded.js'
import { claims, openIssuer } from './issuer.js'

const test = suite('who the log says it was')

const gated = {
  name: 'gated',
  version: '1.0.0',
  steps: [
    {
      name: 'review',
      type: 'gate',
      handler: {
        callable: 'catalog:gate',
        initialization: { question: 'May it?', groups: ['approvers'], required: 2 },
      },
    },
  ],
}

/** The actor of each event of a task that is not the engine's. */
const people = async ({ tasker }: Guarded, task: string) =>
  (await tasker.log.readStream(streamOf(task), 0))
    .map(({ type, metadata }) => ({ type, actor: JSON.parse(metadata).actor }))
    .filter(({ actor }) => actor.kind === 'person')

const created = async ({ ask }: Guarded, as?: string): Promise<string> => {
  const answer = await ask('/api/v1/tasks', { json: { definition: gated }, ...(as === undefined ? {} : { as }) })
  assert.is(answer.status, 201, answer.text)
  return JSON.parse(answer.text).task
}

test(
  'whoever proved nothing is recorded so, by whatever name',
  guarded(async (server) => {
    const task = await created(server)
    const headers = { 'tasker-actor': 'bob' }
    await server.ask(`/api/v1/tasks/${task}/pause`, { json: { reason: 'lunch' }, headers })
    const actors = (await people(server, task)).map(({ actor }) => actor)
    assert.equal(actors.at(0), { kind: 'person', id: 'me', authenticated: false })
    assert.equal(actors.at(-1), { kind: 'person', id: 'bob', authenticated: false })
  }),
)

test(
  'a key is recorded by its name and id, and nobody takes another name with one',
  guarded(
    async (server) => {
      const secret = await server.key('ci', ['*'])
      const task = await created(server, secret)
      const headers = { 'tasker-actor': 'ada' }
      await server.ask(`/api/v1/tasks/${task}/pause`, { json: {}, as: secret, headers })
      await server.ask('/api/v1/tasks/bulk', { json: { filter: `id=${task}`, change: { kind: 'resume' } }, as: secret })
      await server.ask(`/api/v1/tasks/${task}/steps/review/skip`, { json: { reason: 'no need' }, as: secret })
      const via = `key:${secret.slice(4, 20)}`
      const found = await people(server, task)
      assert.ok(found.length >= 4)
      for (const { type, actor } of found) {
        assert.equal(actor, { kind: 'person', id: 'ci', authenticated: true, via }, type)
      }
      const events = await server.tasker.log.readStream(streamOf(task), 0)
      assert.not.match(JSON.stringify(events), secret.slice(21))
    },
    { rules: { required: true }, withKey: true },
  ),
)

test('a token is recorded by its issuer and subject, and its groups count at a gate', async () => {
  const issuer = await openIssuer({ actorClaim: 'email', permissions: { people: ['*'] } })
  try {
    await guarded(
      async (server) => {
        const token = (sub: string, groups: ReadonlyArray<string>) =>
          issuer.sign(claims(Date.now(), { sub, email: `${sub}@example.org`, groups: ['people', ...groups] }))
        const [eve, bob] = [await token('eve', []), await token('bob', ['approvers'])]
        const task = await created(server, bob)
        const vote = async (as: string) => {
          const gate = await server.ask(`/api/v1/tasks/${task}/gates/review`, { as })
          const json = { digest: JSON.parse(gate.text).digest }
          return (await server.ask(`/api/v1/tasks/${task}/gates/review/approve`, { json, as })).code ?? 'voted'
        }
        const opened = async () => (await server.tasker.gates.list(task)).length > 0
        assert.ok(await opened())
        assert.is(await vote(eve), 'not_in_group')
        assert.is(await vote(bob), 'voted')
        assert.is(await vote(bob), 'already_voted')
        // In the configuration's group by her name.
        assert.is(await vote(await server.key('ada', ['gates:*'])), 'voted')
        const votes = (await people(server, task)).filter(({ type }) => type === 'gate-voted').map(({ actor }) => actor)
        assert.is(votes.length, 2)
        const via = 'jwt:https://issuer.example#bob'
        assert.equal(votes[0], { kind: 'person', id: 'bob@example.org', authenticated: true, via })
        assert.equal([votes[1]?.id, votes[1]?.authenticated], ['ada', true])
      },
      { rules: { required: true, jwt: issuer.rules } },
    )()
  } finally {
    await issuer.close()
  }
})

test(
  'what is done to a schedule keeps who did it, and by what that was proved',
  guarded(
    async (server) => {
      const as = await server.key('ci', ['*'])
      const template = { ...gated, namespace_name: 'default' }
      assert.is((await server.ask('/api/v1/templates', { json: { definition: template }, as })).status, 201)
      const json = { name: 'nightly', cron: '@daily', template: { name: 'gated' } }
      assert.is((await server.ask('/api/v1/schedules', { json, as })).status, 201)
      await server.ask('/api/v1/schedules/nightly/pause', { json: {}, as })
      for (const { actor, authenticated, detail } of await server.tasker.schedules.changes('nightly')) {
        assert.equal([actor, authenticated, JSON.parse(detail).via], ['ci', true, `key:${as.slice(4, 20)}`])
      }
    },
    { rules: { required: true }, withKey: true },
  ),
)

test(
  'whoever registers a template, makes a key or revokes one stands there with that by which it was proved',
  guarded(
    async (server) => {
      const { ask } = server
      const as = await server.key('ci', ['*'])
      const via = `key:${as.slice(4, 20)}`
      assert.is((await ask('/api/v1/templates', { json: { definition: gated }, as })).status, 201)
      const template = JSON.parse((await ask('/api/v1/templates/gated', { as })).text)
      assert.equal([template.registered_by, template.registered_via], ['ci', via])
      await ask('/api/v1/keys', { json: { name: 'made', scopes: ['tasks:read'] }, as })
      await ask('/api/v1/keys/made/revoke', { json: {}, as })
      const { items } = JSON.parse((await ask('/api/v1/keys', { as })).text)
      const [made, root] = ['made', 'root'].map((name) => items.find((key: { name: string }) => key.name === name))
      assert.equal([made.created_by, made.created_via, made.revoked_by, made.revoked_via], ['ci', via, 'ci', via])
      assert.equal([root.created_by, root.created_via, root.revoked_via], ['test', null, null])
    },
    { rules: { required: true }, withKey: true, onDatabase: true },
  ),
)

test.run()
