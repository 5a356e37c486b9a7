import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startTasker } from '../../src/main.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { openWeb } from '../../src/web.js'
import { migratedDatabase, openLog } from '../log/log-database.js'
import { ok } from '../support/planned-tasker.js'

const test = suite('what pages follow')

const TEMPLATE = {
  name: 'small',
  namespace_name: 'default',
  version: '1.0.0',
  steps: [{ name: 'only', handler: { callable: 'ok' }, dependencies: [] }],
}

/** Events of a stream, by their names, as they come. */
const eventsOf = (answer: Response): AsyncGenerator<string, void, undefined> =>
  (async function* () {
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        yield /^event: (.*)$/m.exec(text.slice(0, end))?.[1] ?? ''
        text = text.slice(end + 2)
      }
    }
  })()

const nextOf = async (events: AsyncGenerator<string, void, undefined>): Promise<string> =>
  (await events.next()).value ?? 'end'

test('a page is told of a change once the projections show it, that of a task of its task alone; the server’s end is theirs', async () => {
  const database = await migratedDatabase()
  const log = await openLog(database.url)
  const tasker = await startTasker(
    { databaseUrl: database.url, projections: true, handlers: [ok] },
    log,
    createMemoryQueue(),
  )
  const web = await openWeb(tasker, { host: '127.0.0.1', port: 0 })
  const template = await tasker.template(TEMPLATE)
  const first = await tasker.tasks.create(template, {})
  await first.result()
  await tasker.projections.waitFor('task_summaries', await log.position(), 30_000)

  const all = eventsOf(await fetch(`${web.url}/ui/live`))
  const ofFirst = eventsOf(await fetch(`${web.url}/ui/live?task=${first.id}`))
  assert.is(await nextOf(all), 'hello')
  assert.is(await nextOf(ofFirst), 'hello')
  const second = await tasker.tasks.create(template, {})
  await second.result()
  assert.is(await nextOf(all), 'changed')
  assert.ok(await tasker.projections.read.task(second.id))
  const quiet = nextOf(ofFirst)
  const closed = web.close()
  assert.is(await quiet, 'end')
  await closed
  await tasker.close()
  await database.drop()
})

test('what is refused before a page is asked is told on a page, and to programs as a problem', async () => {
  const database = await migratedDatabase()
  const log = await openLog(database.url)
  const tasker = await startTasker({ databaseUrl: database.url }, log, createMemoryQueue())
  const web = await openWeb(tasker, { host: '127.0.0.1', port: 0 })
  const ask = (accept: string): Promise<Response> =>
    fetch(`${web.url}/ui/theme`, {
      method: 'POST',
      headers: { accept },
      body: new URLSearchParams({ theme: 'dark', csrf: 'of an earlier visit' }),
    })
  const page = await ask('text/html')
  assert.is(page.status, 403)
  assert.match(await page.text(), /<!doctype html>[\s\S]*csrf_token_missing/)
  const problem = await ask('*/*')
  assert.match(problem.headers.get('content-type') ?? '', /problem\+json/)
  await web.close()
  await tasker.close()
  await database.drop()
})

test.run()
