/** `Idempotency-Key`: one task for a key, whoever sends it at once or again, and nothing else under it. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { migrate } from '../../src/log/schema.js'
import { createTasker } from '../../src/main.js'
import { openWeb } from '../../src/web.js'
import { freshDatabase } from '../support/postgres.js'
import { greet, hello } from './route-scenes.js'

const test = suite('a key that makes a task once')

type Ask = (
  input: unknown,
  key?: string,
  definition?: unknown,
) => Promise<{ status: number; body: Record<string, unknown> }>

/** A process on the database, for as long as it is used. */
const process = async (databaseUrl: string, use: (ask: Ask) => Promise<void>): Promise<void> => {
  const tasker = await createTasker({ databaseUrl, handlers: [greet], serves: 'none' })
  const web = await openWeb(tasker, { host: '127.0.0.1', port: 0 })
  try {
    await use(async (input, key = 'order-7', definition = hello()) => {
      const answer = await fetch(`${web.url}/api/v1/tasks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ definition, input }),
      })
      return { status: answer.status, body: Object(await answer.json()) }
    })
  } finally {
    await web.close()
    await tasker.close()
  }
}

test('it makes one of many at once, the same one after a restart, and is refused for anything else', async () => {
  const database = await freshDatabase()
  await migrate(database.url)
  const large = { name: 'Ada', text: 'x'.repeat(200_000) }
  let first: unknown
  await process(database.url, (one) =>
    process(database.url, async (other) => {
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? one : other)({ a: 1, b: 2 })),
      )
      assert.equal(answers.map(({ status }) => status).sort(), [...Array<number>(11).fill(200), 201])
      first = answers[0]?.body.task
      assert.is(new Set(answers.map(({ body }) => body.task)).size, 1)
      assert.is((await one(large, 'large')).status, 201)
    }),
  )
  await process(database.url, async (ask) => {
    const again = await ask({ b: 2, a: 1 })
    assert.equal([again.status, again.body], [200, { task: first, duplicate: true }])
    assert.is((await ask(large, 'large')).status, 200)
    for (const other of [{ a: 1 }, { a: 1, b: 3 }, null, 'text']) {
      const { status, body } = await ask(other)
      assert.equal([status, body.code], [422, 'idempotency_key_reused'], JSON.stringify(other))
      assert.not.match(JSON.stringify(body), String(first))
    }
    assert.is((await ask({ ...large, name: 'Eve' }, 'large')).body.code, 'idempotency_key_reused')
    const changed = { ...hello(), description: 'another text under the same version' }
    assert.is((await ask({ a: 1, b: 2 }, 'order-7', changed)).body.code, 'idempotency_key_reused')
    assert.is((await ask({ a: 1, b: 2 }, 'order-7', hello('1.1.0'))).status, 201, 'a key is of a version')
    assert.is((await ask({ a: 1, b: 2 }, 'order-8')).status, 201)
  })
  await database.drop()
})

test.run()
