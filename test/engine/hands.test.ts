import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ChangeReport } from '../../src/engine/selection.js'
import { type TaskHandle, TaskRefused } from '../../src/engine/tasks.js'
import { StepFailure } from '../../src/ports/handler.js'
import { type SmallEngine, startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('hands on tasks, by the library')

const ADA = { actor: 'ada', reason: 'because' }

const failing = async (body: (small: SmallEngine) => Promise<void>): Promise<void> => {
  const small = await startSmallEngine({
    run: ({ node }) => {
      if (node.definition.name === 'broken') throw new StepFailure('broken', 'it broke', { retryable: false })
      return node.definition.name === 'wait' ? { kind: 'waiting', signal: 'go' } : 'done'
    },
  })
  try {
    await body(small)
  } finally {
    await small.stop()
  }
}

const refusal = async (asked: Promise<unknown>): Promise<string> => {
  try {
    await asked
  } catch (error) {
    if (error instanceof TaskRefused) return error.code
    throw error
  }
  return 'accepted'
}

const all = async <A>(items: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const found: A[] = []
  for await (const item of items) found.push(item)
  return found
}

/** Of each of these tasks; tasks of the same millisecond come in any order. */
const outcomes = (reports: ReadonlyArray<ChangeReport>, ...tasks: ReadonlyArray<TaskHandle>): ReadonlyArray<string> =>
  tasks.map(({ id }) => {
    const report = reports.find(({ task }) => task.id === id)
    return report?.refusal?.code ?? report?.outcome ?? 'not looked at'
  })

const blockedTask = async ({ tasks }: SmallEngine): Promise<TaskHandle> => {
  const task = await tasks.create(templateWith({ broken: [], after: ['broken'] }), {})
  assert.is((await task.result()).status, 'blocked_by_failures')
  return task
}

test('a blocked task is repaired in each of the ways there are', () =>
  failing(async (small) => {
    const { tasks } = small
    const resolved = await blockedTask(small)
    await tasks.resolveStep(resolved.id, 'broken', ADA)
    assert.is((await resolved.result()).status, 'complete')
    const completed = await blockedTask(small)
    await tasks.completeStep(completed.id, 'broken', { by: 'hand' }, ADA)
    assert.equal((await completed.result()).steps.broken?.result, { by: 'hand' })
    const skipped = await blockedTask(small)
    await tasks.skipStep(skipped.id, 'broken', ADA)
    assert.is((await skipped.result()).steps.after?.settlement, 'absent')
    const reset = await blockedTask(small)
    await tasks.resetStep(reset.id, 'broken', ADA)
    assert.is((await reset.result()).steps.broken?.attempts, 2)
  }))

test('every change carries who did it and why', () =>
  failing(async (small) => {
    const task = await blockedTask(small)
    await small.tasks.skipStep(task.id, 'broken', ADA)
    const stored = await small.log.readStream(`task-${task.id}`, 0)
    const skipped = stored.find(({ type }) => type === 'step-skipped')
    assert.equal(JSON.parse(skipped?.metadata ?? '{}').actor, { kind: 'person', id: 'ada', authenticated: false })
    assert.is(JSON.parse(skipped?.data ?? '{}').reason, 'because')
  }))

test('what makes no sense is refused with its code', () =>
  failing(async (small) => {
    const { tasks } = small
    const { id } = await blockedTask(small)
    assert.is(await refusal(tasks.resume(id, ADA)), 'task_not_paused')
    assert.is(await refusal(tasks.retryStep(id, 'broken', ADA)), 'not_waiting')
    assert.is(await refusal(tasks.resetStep(id, 'nobody', ADA)), 'step_unknown')
    assert.is(await refusal(tasks.setPriority(id, 0.5, ADA)), 'invalid_priority')
    await tasks.cancel(id, ADA)
    assert.is(await refusal(tasks.cancel(id, ADA)), 'task_closed')
    assert.is(await refusal(tasks.cancel('01890000-0000-7000-8000-000000000000', ADA)), 'task_unknown')
  }))

test('a signal wakes the step that waits for it, and the same signal twice is one', () =>
  failing(async ({ tasks }) => {
    const task = await tasks.create(templateWith({ wait: [] }), {})
    await tasks.signal(task.id, 'go', { n: 1 }, { ...ADA, id: 's1' })
    await tasks.signal(task.id, 'go', { n: 2 }, { ...ADA, id: 's1' }).catch(() => undefined)
    assert.equal((await task.result()).steps.wait?.result, { signal: { n: 1 }, timed_out: false })
  }))

test('a dry run says what would happen to each task, and nothing has', () =>
  failing(async (small) => {
    const { tasks } = small
    const blocked = await blockedTask(small)
    const done = await tasks.create(templateWith({ a: [] }), {})
    await done.result()
    const asked = { kind: 'skip', step: 'broken' } as const
    const tried = await all(tasks.changeAll('template=small', asked, ADA, { dryRun: true }))
    assert.equal(outcomes(tried, blocked, done), ['would_change', 'task_closed'])
    assert.is((await blocked.view()).status, 'blocked_by_failures')
    const changed = await all(tasks.changeAll('template=small', asked, ADA))
    assert.equal(outcomes(changed, blocked, done), ['changed', 'task_closed'])
    assert.is((await blocked.result()).status, 'complete')
  }))

test('tasks are found by what their heads and their logs say', () =>
  failing(async (small) => {
    const { tasks } = small
    const blocked = await blockedTask(small)
    await tasks.setPriority(blocked.id, 7, ADA)
    await tasks.create(templateWith({ wait: [] }), {})
    const ids = async (filter: string) => (await all(tasks.find(filter))).map(({ id }) => id)
    assert.equal(await ids('status=blocked_by_failures'), [blocked.id])
    assert.equal(await ids('priority>=5 error=broken version=1'), [blocked.id])
    assert.equal(await ids('priority<5 status!=complete'), [(await all(tasks.find('status=running'))).at(0)?.id])
    assert.equal(await ids('age>1h'), [])
    assert.is(await refusal(Promise.resolve().then(() => all(tasks.find('stauts=x')))), 'filter_invalid')
    const everything = () => all(tasks.changeAll('  ', { kind: 'cancel' }, ADA))
    assert.is(await refusal(Promise.resolve().then(everything)), 'filter_empty')
  }))

test.run()
