import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Config, loadConfig } from '../../../src/cli/config/config.js'
import type { UserError } from '../../../src/cli/user-error.js'
import { withFolder } from '../../support/temporary-folder.js'

const test = suite('webhooks in tasker.yaml')

const load = async (file: string): Promise<E.Either<UserError, Config>> => {
  let loaded: E.Either<UserError, Config> | undefined
  await withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'tasker.yaml'), file)
    loaded = loadConfig({ flags: {}, environment: {}, cwd, defaults: { plannerModel: 'm', actor: 'a' } })
  })
  if (loaded === undefined) throw new Error('nothing was loaded')
  return loaded
}

const faults = async (file: string): Promise<ReadonlyArray<string>> => {
  const loaded = await load(file)
  if (E.isRight(loaded)) return []
  return loaded.left.details.map(({ path = '', message }) => `${path} ${message}`)
}

test('one needs a name, a URL and a secret, and says what it wants to hear', async () => {
  const loaded = await load(`
webhooks:
  - { name: all, url: "https://a.example.org/hook", secret: { env: HOOK } }
  - name: some
    url: http://127.0.0.1:8080/hook
    secret: { file: secrets/hook }
    types: [task-completed, domain-event-published]
    template: order
    planned_by: plan
    order: position
    from: start
    on_park: continue
    max_attempts: 3
    headers: { x-of: us }
    timeout_seconds: 5
`)
  if (E.isLeft(loaded)) throw new Error(JSON.stringify(loaded.left.details))
  assert.equal(loaded.right.webhooks, [
    {
      name: 'all',
      url: 'https://a.example.org/hook',
      secret: { env: 'HOOK' },
      order: 'task',
      from: 'now',
      onPark: 'hold_task',
      headers: {},
    },
    {
      name: 'some',
      url: 'http://127.0.0.1:8080/hook',
      secret: { file: 'secrets/hook' },
      types: ['task-completed', 'domain-event-published'],
      template: 'order',
      order: 'position',
      from: 'start',
      headers: { 'x-of': 'us' },
      onPark: 'continue',
      plannedBy: 'plan',
      maxAttempts: 3,
      timeoutMs: 5_000,
    },
  ])
})

test('what cannot be is refused with its place', async () => {
  const one = (more: string): string => `webhooks: [{ name: a, url: "https://a.test", secret: { env: A }${more} }]`
  assert.equal(await faults(one('')), [])
  const refused = [
    ['webhooks: [{ name: a, url: "https://a.test" }]', 'webhooks.0.secret is missing'],
    [
      'webhooks: [{ name: a, url: "ftp://a.test", secret: { env: A } }]',
      'webhooks.0.url must be an http:// or https:// URL',
    ],
    [
      'webhooks: [{ name: a, url: "https://a.test", secret: { env: A, file: b } }]',
      'webhooks.0.secret must have either',
    ],
    ['webhooks: [{ name: a, url: "https://a.test", secret: plain }]', 'webhooks.0.secret must be an object'],
    [one(', type: x'), 'webhooks.0.type unknown key'],
    [one(', types: []'), 'webhooks.0.types must be a list of types of events'],
    [one(', types: [step-done]'), 'webhooks.0.types'],
    [one(', max_attempts: 0'), 'webhooks.0.max_attempts must be a whole number from 1'],
    [one(', headers: { a: "b\\nc" }'), 'webhooks.0.headers.a must be one line'],
    [one(', on_park: never'), 'webhooks.0.on_park must be hold_task or continue'],
    [
      `${one('').slice(0, -1)}, { name: a, url: "https://b.test", secret: { env: B } }]`,
      'webhooks.1.name is the name of',
    ],
  ] as const
  for (const [file, fault] of refused) {
    const [found = 'nothing', ...others] = await faults(file)
    assert.ok(found.startsWith(fault), `${file}: ${found}`)
    assert.equal(others, [], file)
  }
})

test.run()
