import { createServer } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createClient, type TaskerEvent, TaskerProblem, TaskerUnreachable } from '../../src/client/client.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker, defineHandler } from '../../src/main.js'
import { openWeb } from '../../src/web.js'
import { servedOnDatabase } from '../http/served.js'
import { freshDatabase } from '../support/postgres.js'
import { until } from '../support/until.js'

const test = suite('the client')

const greet = defineHandler({ name: 'greet', run: ({ inputs }) => ({ hello: inputs.name ?? 'nobody' }) })
const HELLO = {
  name: 'hello',
  version: '1.0.0',
  steps: [{ name: 'first', handler: { callable: 'greet' }, inputs: { name: '${task.context.name}' } }],
}
const GATED = {
  name: 'gated',
  version: '1.0.0',
  steps: [
    { name: 'review', type: 'gate', handler: { callable: 'catalog:gate', initialization: { question: 'May it?' } } },
  ],
}

const refusalOf = async (asked: Promise<unknown>): Promise<TaskerProblem> => {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof TaskerProblem) return error
  throw new Error(`this was not refused: ${String(error)}`)
}

test('whoever waits for a time is told what the task has come to by then', () =>
  servedOnDatabase(async ({ url }) => {
    const { tasks } = createClient({ url })
    const wait = { callable: 'catalog:wait', initialization: { signal: 'go' } }
    const definition = { name: 'waits', version: '1.0.0', steps: [{ name: 'first', handler: wait }] }
    const { task } = await tasks.create({ definition })
    for (const timeoutMs of [0, 1_000]) assert.is((await tasks.waitFor(task, { timeoutMs })).status, 'running')
    await tasks.signal(task, { name: 'go' })
    assert.is((await tasks.waitFor(task, { timeoutMs: 60_000 })).status, 'complete')
  }))

test('a task is created, waited for, looked at and followed over a real server on a real database', () =>
  servedOnDatabase(
    async ({ url }) => {
      const client = createClient({ url, actor: 'grace' })
      const first = await client.tasks.create({ definition: HELLO, input: { name: 'Ada' } }, { idempotencyKey: 'one' })
      const again = await client.tasks.create({ definition: HELLO, input: { name: 'Ada' } }, { idempotencyKey: 'one' })
      assert.equal(again, { task: first.task, duplicate: true })
      const result = await client.tasks.waitFor(first.task)
      assert.equal([result.status, result.steps[0]?.result], ['complete', { hello: 'Ada' }])
      const types: string[] = []
      for await (const event of client.tasks.stream(first.task)) {
        types.push(event.type)
        if (event.type === 'task-completed') break
      }
      assert.is(types[0], 'task-created')
      const { items } = await client.tasks.events(first.task)
      assert.equal(
        types,
        items.map(({ type }) => type),
      )
      assert.equal(Reflect.get(Object(items[0]?.metadata), 'actor').id, 'grace')
      await until('it is listed', async () => (await client.tasks.list({ status: ['complete'] })).items.length === 1)
      for await (const { task } of client.tasks.all({ limit: 1 })) assert.is(task, first.task)
      assert.match(await client.health().then(({ version }) => version), /^\d/)
    },
    { handlers: [greet] },
  ))

test('what is refused is a TaskerProblem with the code, the status and each fault with its path', () =>
  servedOnDatabase(
    async ({ url }) => {
      const client = createClient({ url })
      const unknown = await refusalOf(client.tasks.get('01900000-0000-7000-8000-000000000000'))
      assert.equal([unknown.status, unknown.code], [404, 'task_unknown'])
      assert.ok(unknown.requestId)
      const invalid = await refusalOf(client.templates.register({ definition: { ...HELLO, steps: 3 } }))
      assert.equal([invalid.code, invalid.errors[0]?.path], ['template_invalid', 'steps'])
      const { task } = await client.tasks.create({ definition: GATED })
      assert.is((await client.tasks.waitFor(task)).status, 'waiting_for_approval')
      assert.is((await refusalOf(client.gates.approve(task, 'review', { digest: 'sha256:0' }))).code, 'gate_changed')
      const { digest } = await client.gates.get(task, 'review')
      assert.is((await client.gates.approve(task, 'review', { digest })).vote, 'approve')
      assert.is((await client.tasks.result(task, { wait_seconds: 20 })).status, 'complete')
      assert.is((await refusalOf(client.tasks.cancel(task))).code, 'task_closed')
    },
    { handlers: [greet] },
  ))

test('events go on without gap or duplicate when the server is restarted under the reader', async () => {
  const database = await freshDatabase()
  try {
    await migrate(database.url)
    const tasker = await createTasker({ databaseUrl: database.url, handlers: [greet] })
    const template = await tasker.template(HELLO)
    let web = await openWeb(tasker, { host: '127.0.0.1', port: 0 })
    const port = Number(new URL(web.url).port)
    const client = createClient({ url: web.url })
    const stop = new AbortController()
    const seen: TaskerEvent[] = []
    const reading = (async () => {
      for await (const event of client.events.stream({ from: 'start' }, { signal: stop.signal })) seen.push(event)
    })()
    for (let round = 0; round < 3; round++) {
      const task = await tasker.tasks.create(template, { name: String(round) })
      await task.result()
      await until('the reader has seen it', () =>
        seen.some((one) => one.type === 'task-completed' && one.task === task.id),
      )
      await web.close()
      await (await tasker.tasks.create(template, { name: `between ${round}` })).result()
      web = await openWeb(tasker, { host: '127.0.0.1', port })
    }
    const last = await tasker.tasks.create(template, { name: 'last' })
    await last.result()
    await until('the reader has seen all', () =>
      seen.some((one) => one.type === 'task-completed' && one.task === last.id),
    )
    stop.abort()
    await reading
    const all = await tasker.log.readAll(0, 1_000)
    assert.equal(
      seen.map(({ position }) => position),
      all.slice(0, seen.length).map(({ position }) => position),
    )
    assert.is(seen.length, all.length)
    await web.close()
    await tasker.close()
  } finally {
    await database.drop()
  }
})

test('where nobody answers, or somebody who is no Tasker, that is said with the URL', async () => {
  const away = createClient({ url: 'http://127.0.0.1:9' })
  const error = await away.tasks.list().catch((thrown: unknown) => thrown)
  assert.instance(error, TaskerUnreachable)
  assert.match(String(error), 'http://127.0.0.1:9')
  const other = createServer((_, answer) => answer.end('<html>hello</html>'))
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  assert.instance(
    await createClient({ url })
      .tasks.list()
      .catch((thrown: unknown) => thrown),
    TaskerUnreachable,
  )
  other.close()
})

test('what is asked too often is asked again when the server says', async () => {
  let asked = 0
  const busy = async (): Promise<Response> => {
    asked += 1
    return asked < 3
      ? new Response('{"code":"too_many_requests"}', { status: 429, headers: { 'retry-after': '0' } })
      : new Response('{"items":[]}')
  }
  const client = createClient({ url: 'http://tasker.test', fetch: busy as typeof fetch })
  assert.equal(await client.catalog.list(), { items: [] })
  assert.is(asked, 3)
})

test.run()
