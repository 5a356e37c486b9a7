/** Routes of tasks, gates and hands, asked one after the other as people would. */
import * as assert from 'uvu/assert'
import { until } from '../support/until.js'
import { broken, create, gated, hello, type Scenario, shown, standing, V1 } from './route-scenes.js'

/** A task is created once for each key, runs, and is read in every way there is. */
export const createdAndRead: Scenario = async (served) => {
  const { send, get } = served
  const body = { definition: hello(), input: { name: 'Ada' }, priority: 3 }
  const first = await send('POST', `${V1}/tasks`, body, { 'idempotency-key': 'hello-ada' })
  assert.is(first.status, 201)
  assert.is(first.headers.get('location'), `${V1}/tasks/${first.body.task}`)
  const again = await send('POST', `${V1}/tasks`, body, { 'idempotency-key': 'hello-ada' })
  assert.equal([again.status, again.body], [200, { task: first.body.task, duplicate: true }])
  const { task } = first.body
  await standing(served, task, 'complete')

  const { body: whole } = await get(`${V1}/tasks/${task}`)
  assert.equal([whole.status, whole.priority, whole.steps.created], ['complete', 3, 1])
  assert.equal((await get(`${V1}/tasks/${task}/result`)).body.steps[0].result, { hello: 'Ada' })
  assert.equal((await get(`${V1}/tasks/${task}/steps/first`)).body.result, { hello: 'Ada' })
  assert.is((await get(`${V1}/tasks/${task}/steps/second`)).body.code, 'step_unknown')
  assert.is((await get(`${V1}/tasks/${task}/graph`)).body.steps[0].name, 'first')
  const events = await get(`${V1}/tasks/${task}/events?limit=2`)
  assert.equal(
    events.body.items.map(({ version }: { version: number }) => version),
    [1, 2],
  )
  const rest = await get(`${V1}/tasks/${task}/events?after_version=${events.body.next_cursor}`)
  assert.is(rest.body.items[0].version, 3)
  assert.is(rest.body.items.at(-1).type, 'task-completed')
  assert.equal(rest.body.items[0].metadata !== undefined, true)
  assert.ok((await get(`${V1}/tasks/${task}/why`)).body.sentences.length > 0)
  assert.is((await get(`${V1}/tasks/${task}/steps/first/why`)).body.step, 'first')
  assert.is((await get(`${V1}/tasks/${task}/steps/first/provenance`)).body.links[0].step, 'first')
  assert.equal((await get(`${V1}/tasks/${task}/payloads?digest=sha256:0`)).body.items, [])

  await shown(served, `${V1}/tasks?status=complete&template=hello`, ({ items }) => items.length === 1)
  assert.is((await get(`${V1}/tasks?status=complete,error&search=${task.slice(0, 18)}`)).body.items.length, 1)
  assert.is((await get(`${V1}/tasks/find?filter=template=hello`)).body.items[0].task, task)
  assert.is((await get(`${V1}/tasks/${task}/steps`)).body.items[0].state, 'complete')
  assert.is((await get(`${V1}/tasks/${task}/attempts?step=first`)).body.items[0].outcome, 'completed')
  assert.is((await get(`${V1}/events?task=${task}&type=step-completed`)).body.items.length, 1)
  const page = await get(`${V1}/events?limit=1`)
  assert.is((await get(`${V1}/events?limit=1&after=${page.body.next_cursor}`)).body.items[0].version, 2)

  await until('it is counted', async () => (await get(`${V1}/tasks/counts?template=hello`)).body.counts.complete === 1)
  assert.is((await get(`${V1}/tasks/${task}/bounds`)).body.items[0].used_steps, 1)
  assert.equal((await get(`${V1}/tasks/${task}/convergences`)).body.items, [])
  assert.is((await get(`${V1}/template-performance?template=hello`)).body.items[0].complete, 1)

  const fork = await send('POST', `${V1}/tasks/${task}/fork`, { at: 2 })
  assert.is(fork.status, 201, fork.text)
  await standing(served, fork.body.task, 'complete')
}

/** What was there at the first page is on one page, once, however much is created and moved between the pages. */
export const pagedUnderWrites: Scenario = async (served) => {
  const there: string[] = []
  for (let count = 0; count < 5; count++) there.push(await create(served, gated, { name: String(count) }))
  await shown(served, `${V1}/tasks`, ({ items }) => items.length === 5)
  await shown(served, `${V1}/gates`, ({ items }) => items.length === 5)
  for (const path of [
    '/tasks?order=newest&',
    '/tasks?order=oldest&',
    '/tasks/find?filter=open%3Dtrue&',
    '/gates?status=open&',
  ]) {
    const seen: string[] = []
    for (let cursor: string | null = '', page = 0; cursor !== null && page < 20; page += 1) {
      const wanted: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const { body, status, text } = await served.get(`${V1}${path}limit=2${wanted}`)
      assert.is(status, 200, text)
      seen.push(...body.items.map(({ task }: { task: string }) => task))
      cursor = body.next_cursor
      const added = await create(served, gated, {})
      const moved = there[page % there.length]
      await served.send('POST', `${V1}/tasks/${moved}/priority`, { priority: page + 1 })
      await shown(served, `${V1}/tasks?search=${added}`, ({ items }) => items.length === 1)
    }
    assert.equal([...new Set(seen)].length, seen.length, `${path} shows one twice`)
    assert.equal(
      there.filter((task) => !seen.includes(task)),
      [],
      `${path} leaves one out`,
    )
  }
}

/** A list of tasks goes on where its page ended, and another text than its cursor is refused. */
export const listedInPages: Scenario = async (served) => {
  const { get } = served
  for (let count = 0; count < 5; count++) await create(served, hello(), { name: String(count) })
  await shown(served, `${V1}/tasks`, ({ items }) => items.length === 5)
  const seen = new Set<string>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { body } = await get(`${V1}/tasks?limit=2&order=oldest${path}`)
    for (const { task } of body.items) seen.add(task)
    cursor = body.next_cursor
  }
  assert.is(seen.size, 5)
  const found: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = cursor === '' ? '' : `&cursor=${cursor}`
    const { body } = await get(`${V1}/tasks/find?filter=template=hello&limit=2${path}`)
    found.push(...body.items.map(({ task }: { task: string }) => task))
    cursor = body.next_cursor
  }
  assert.equal([...found].sort(), [...seen].sort())
  const last = { filter: 'template=hello', change: { kind: 'priority', priority: 1 }, dry_run: true, cursor: found[3] }
  const { body: report } = await served.send('POST', `${V1}/tasks/bulk`, last)
  assert.equal([report.tasks.map(({ task }: { task: string }) => task), report.next_cursor], [found.slice(4), null])
  assert.is((await get(`${V1}/tasks/find?filter=open=true&cursor=here`)).body.code, 'cursor_invalid')
  const refused = await get(`${V1}/tasks?cursor=here`)
  assert.equal([refused.status, refused.body.code], [400, 'cursor_invalid'])
}

/** Hands on a task and its steps, one and many, are recorded with actor and reason. */
export const changedByHand: Scenario = async (served) => {
  const { send, get } = served
  const task = await create(served, gated)
  await standing(served, task, 'waiting_for_approval')
  const hand = (path: string, body: unknown = { reason: 'a test' }) => send('POST', `${V1}/tasks/${task}/${path}`, body)
  assert.is((await hand('pause')).status, 200)
  const twice = await hand('pause')
  assert.equal([twice.status, twice.body.code], [409, 'task_paused'])
  assert.is((await hand('resume')).status, 200)
  assert.is((await hand('priority', { priority: 7, reason: 'soon' })).status, 200)
  assert.is((await hand('signal', { name: 'paid', payload: { amount: 1 } })).status, 200)
  assert.is((await hand('steps/first/retry')).body.code, 'not_waiting')
  assert.is((await hand('steps/review/resolve')).status, 200)
  await standing(served, task, 'complete')
  const { body } = await get(`${V1}/tasks/${task}/events`)
  const paused = body.items.find(({ type }: { type: string }) => type === 'task-paused')
  assert.equal([paused.data.reason, paused.metadata.actor.id], ['a test', 'ada'])

  const stuck = await create(served, broken)
  await standing(served, stuck, 'blocked_by_failures')
  assert.is((await send('POST', `${V1}/tasks/${stuck}/steps/first/reset`, { reason: 'again' })).status, 200)
  await standing(served, stuck, 'blocked_by_failures')
  const all = { filter: 'status=blocked_by_failures', change: { kind: 'complete', step: 'first', result: 1 } }
  const rehearsed = await send('POST', `${V1}/tasks/bulk`, { ...all, dry_run: true })
  assert.equal([rehearsed.body.tasks[0].outcome, rehearsed.body.changed], ['would_change', 0])
  assert.is((await send('POST', `${V1}/tasks/bulk`, { ...all, filter: '' })).status, 400)
  assert.is(
    (await send('POST', `${V1}/tasks/bulk`, { ...all, change: { kind: 'complete' } })).body.errors[0].path,
    'change.step',
  )
  assert.equal((await send('POST', `${V1}/tasks/bulk`, all)).body.changed, 1)
  await standing(served, stuck, 'complete')

  const [one, two, three] = await Promise.all([create(served, gated), create(served, gated), create(served, broken)])
  assert.is((await send('POST', `${V1}/tasks/${one}/cancel`, {})).status, 200)
  assert.is((await send('POST', `${V1}/tasks/${one}/cancel`, {})).body.code, 'task_closed')
  assert.is((await send('POST', `${V1}/tasks/${two}/steps/review/skip`, {})).status, 200)
  await standing(served, three, 'blocked_by_failures')
  assert.is((await send('POST', `${V1}/tasks/${three}/steps/first/complete`, { result: { by: 'hand' } })).status, 200)
  await standing(served, three, 'complete')
}

/** A step that waits for its retry is run at once. */
export const retriedAtOnce: Scenario = async (served) => {
  const retried = {
    ...broken,
    name: 'retried',
    steps: [
      {
        name: 'first',
        handler: { callable: 'fails' },
        retry: { max_attempts: 2, backoff: 'linear', backoff_base_ms: 600_000 },
      },
    ],
  }
  const task = await create(served, retried)
  await until('it waits', async () => (await served.get(`${V1}/tasks/${task}`)).body.status === 'waiting_for_retry')
  assert.is((await served.send('POST', `${V1}/tasks/${task}/steps/first/retry`, {})).status, 200)
  await standing(served, task, 'blocked_by_failures')
}

/** A gate is shown with its digest, and a vote on something else is refused. */
export const votedOn: Scenario = async (served) => {
  const { send, get } = served
  const task = await create(served, gated)
  await standing(served, task, 'waiting_for_approval')
  await shown(served, `${V1}/gates`, ({ items }) => items.length === 1)
  assert.is((await get(`${V1}/gates?group=nobody`)).body.items.length, 0)
  const { body } = await get(`${V1}/tasks/${task}/gates/review`)
  assert.equal([body.question, body.groups], ['May it?', ['board']])
  assert.equal((await get(`${V1}/tasks/${task}/gates`)).body.items, [body])
  const at = `${V1}/tasks/${task}/gates/review`
  assert.is((await send('POST', `${at}/approve`, { comment: 'unseen' })).body.errors[0].path, 'digest')
  const changed = await send('POST', `${at}/approve`, { digest: 'sha256:0' })
  assert.equal([changed.status, changed.body.code], [409, 'gate_changed'])
  const { digest } = body
  const other = await send('POST', `${at}/approve`, { digest }, { 'tasker-actor': 'eve' })
  assert.equal([other.status, other.body.code], [403, 'not_in_group'])
  assert.is((await send('POST', `${at}/approve`, { digest, comment: 'fine' })).status, 200)
  await standing(served, task, 'complete')
  assert.is((await get(at)).body.code, 'gate_not_open')

  const second = await create(served, gated)
  await standing(served, second, 'waiting_for_approval')
  const gate = await get(`${V1}/tasks/${second}/gates/review`)
  const rejected = await send('POST', `${V1}/tasks/${second}/gates/review/reject`, { digest: gate.body.digest })
  assert.is(rejected.status, 200)
}
