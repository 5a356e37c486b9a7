import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PROJECTIONS } from '../../projections/projections.js'
import { TASK_STATUSES } from '../../src/core/status.js'
import type { Page } from '../../src/ports/read-models.js'
import { projectedLog } from './projected-log.js'

const test = suite('what projections show')

const TASKS = 5

const world = async () => {
  const log = await projectedLog()
  const projector = await log.projector()
  projector.start()
  await log.tasks(TASKS)
  const position = await log.log.position()
  for (const { name } of PROJECTIONS) assert.ok(await projector.waitFor(name, position, 30_000), name)
  return { log, projector, read: projector.read, position }
}

const shared = world()

const allOf = async <A>(ask: (after: string | undefined) => Promise<Page<A>>): Promise<ReadonlyArray<A>> => {
  const found: A[] = []
  let after: string | undefined
  for (;;) {
    const { items, next } = await ask(after)
    found.push(...items)
    if (next === null) return found
    assert.ok(items.length > 0)
    after = next
  }
}

test('tasks come in pages, the newest or the oldest first, each once', async () => {
  const { read } = await shared
  const newest = await allOf((after) => read.tasks({ limit: 2, ...(after && { after }) }))
  const oldest = await allOf((after) => read.tasks({ limit: 2, order: 'oldest', ...(after && { after }) }))
  assert.is(new Set(newest.map(({ task }) => task)).size, TASKS)
  assert.equal(newest, [...oldest].reverse())
  assert.equal(
    newest.map(({ createdAt }) => createdAt),
    newest
      .map(({ createdAt }) => createdAt)
      .toSorted()
      .reverse(),
  )
  const [first] = newest
  assert.match(first?.createdAt ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  assert.equal([first?.status, first?.stepsTotal, first?.stepsDone, first?.template], ['complete', 4, 4, 'small'])
  assert.equal(await read.task(first?.task ?? ''), first)
})

test('a list shows what its filters leave, and a filter that nothing passes leaves nothing', async () => {
  const { read } = await shared
  const [newest, second] = (await read.tasks()).items
  const asked = [
    [{ statuses: ['complete', 'error'] as const }, TASKS],
    [{ statuses: ['error'] as const }, 0],
    [{ namespace: 'default', template: 'small', templateVersion: '1', isPlanned: false }, TASKS],
    [{ isPlanned: true }, 0],
    [{ template: 'other' }, 0],
    [{ createdFrom: newest?.createdAt ?? '' }, 1],
    [{ createdBefore: second?.createdAt ?? '' }, TASKS - 2],
    [{ correlation: newest?.correlation ?? '' }, 1],
    [{ parentTask: newest?.task ?? '' }, 0],
    [{ forkedFrom: newest?.task ?? '' }, 0],
    [{ namespaces: ['default'] }, TASKS],
    [{ namespaces: ['elsewhere'] }, 0],
    [{ namespace: 'default', namespaces: ['elsewhere'] }, 0],
    [{ search: 'MAL' }, TASKS],
    [{ search: 'MAL', statuses: ['error'] as const }, 0],
    [{ search: 'other' }, 0],
    [{ search: newest?.correlation ?? '' }, 1],
    [{ search: `task-${newest?.task ?? ''}` }, 1],
    [{ search: newest?.task.slice(0, 8) ?? '', limit: 500 }, TASKS],
  ] as const
  for (const [filter, count] of asked) assert.is((await read.tasks(filter)).items.length, count, JSON.stringify(filter))
})

test('tasks are counted by status, and by template', async () => {
  const { read } = await shared
  const none = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0]))
  assert.equal(await read.taskCounts(), { ...none, complete: TASKS })
  assert.equal(await read.taskCounts({ namespace: 'default', template: 'small' }), { ...none, complete: TASKS })
  assert.equal(await read.taskCounts({ template: 'other' }), none)
})

test('of a task there are its steps, its convergences, its attempts and its bounds', async () => {
  const { read } = await shared
  const task = (await read.tasks()).items[0]?.task ?? ''
  const steps = await allOf((after) => read.steps(task, { limit: 3, ...(after && { after }) }))
  assert.equal(
    steps.map(({ step, state, attempt, errorCode }) => [step, state, attempt, errorCode]),
    [
      ['a', 'complete', 1, null],
      ['b', 'complete', 2, null],
      ['c', 'complete', 1, null],
      ['join', 'complete', 1, null],
    ],
  )
  assert.equal((await read.steps(task, { states: ['error'] })).items, [])
  const attempts = await allOf((after) => read.timeline(task, { limit: 2, ...(after && { after }) }))
  assert.is(attempts.length, 5)
  assert.equal(
    (await read.timeline(task, { step: 'b' })).items.map(({ attempt, outcome }) => [attempt, outcome]),
    [
      [1, 'retried'],
      [2, 'completed'],
    ],
  )
  const [join] = (await read.convergences(task)).items
  assert.equal([join?.step, join?.satisfied, join?.settlement], ['join', 2, 'satisfied'])
  assert.equal(
    (await read.bounds(task)).items.map(({ phase, usedSteps }) => [phase, usedSteps]),
    [['', 4]],
  )
  assert.equal((await read.decisions({ task })).items, [])
})

test('what waits for people and what was used is counted', async () => {
  const { read } = await shared
  assert.equal(await read.waiting(), { gates: 0, deadLetters: 0 })
  assert.equal((await read.gates({ statuses: ['open'], groups: ['ops'] })).items, [])
  assert.equal((await read.deadLetters({ isWaiting: true, reason: 'blocked' })).items, [])
  assert.equal((await read.decisions({ statuses: ['rejected'], model: 'm' })).items, [])
  const usage = await read.catalogUsage()
  assert.is(
    usage.reduce((sum, { completed }) => sum + completed, 0),
    TASKS * 4,
  )
  assert.is(
    usage.reduce((sum, { retried }) => sum + retried, 0),
    TASKS,
  )
  const [performance] = await read.templatePerformance({ template: 'small' })
  assert.equal([performance?.created, performance?.complete, performance?.failedAttempts], [TASKS, TASKS, TASKS])
  assert.is(
    performance?.durations.reduce((sum, { count }) => sum + count, 0),
    TASKS,
  )
  assert.is(performance?.durations.at(-1)?.upToMs, null)
})

const refusal = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => undefined,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

test('a cursor of another list, or of nobody, is refused; so is what no column holds', async () => {
  const { read } = await shared
  const task = (await read.tasks()).items[0]?.task ?? ''
  const { next } = await read.tasks({ limit: 1 })
  assert.is(await refusal(read.steps(task, { after: next ?? '' })), 'cursor_invalid')
  for (const after of ['', 'x', Buffer.from('["a","b"]').toString('base64url'), Buffer.from('7').toString('base64url')])
    assert.is(await refusal(read.tasks({ after })), 'cursor_invalid')
  assert.is(await refusal(read.task('none')), 'filter_invalid')
  assert.is(await refusal(read.tasks({ createdFrom: 'yesterday, about noon' })), 'filter_invalid')
})

test('whoever wants to see a position waits for it', async () => {
  const { log, read } = await shared
  await log.tasks(1)
  const atLeast = await log.log.position()
  const counts = await read.taskCounts({ atLeast })
  assert.is(counts.complete, TASKS + 1)
})

test('where nobody has projected that is said', async () => {
  const log = await projectedLog()
  const { read } = await log.projector()
  assert.is(await refusal(read.tasks()), 'projection_absent')
  await log.end()
})

test('whoever projects is not told that nobody does, however soon it is asked', async () => {
  const log = await projectedLog()
  const projector = await log.projector()
  projector.start()
  assert.equal((await projector.read.tasks()).items, [])
  assert.equal(await projector.read.waiting(), { gates: 0, deadLetters: 0 })
  await log.end()
})

test('the database goes', async () => {
  const { log } = await shared
  await log.end()
})

test.run()
