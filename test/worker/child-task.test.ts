import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { childTask, type Tasker } from '../../src/main.js'
import { broken, ok, plannedTasker } from '../support/planned-tasker.js'

const test = suite('a task that a step starts')

const parentOf = async (child: string, onFailure?: 'fail' | 'continue') => {
  const started: { tasker?: Tasker } = {}
  const starts = defineHandler({
    name: 'starts',
    run: async ({ context }) => {
      const template = await started.tasker?.template({
        name: 'child',
        lifecycle: { on_blocked: { error_after_seconds: 0 } },
        steps: [{ name: 'inner', retry: { max_attempts: 1 }, handler: { callable: child } }],
      })
      if (template === undefined) throw new Error('it runs before it has started')
      return childTask({ template, input: context.task.input, ...(onFailure === undefined ? {} : { onFailure }) })
    },
  })
  const { tasker } = await plannedTasker(() => ({}), { handlers: [ok, broken, starts] })
  started.tasker = tasker
  const steps = [
    { name: 'start', handler: { callable: 'starts' } },
    { name: 'after', dependencies: ['start'], handler: { callable: 'ok' } },
  ]
  const template = await tasker.template({ name: 'parent', steps })
  const task = await tasker.tasks.create(template, { order: 7 }, { correlation: 'order-7' })
  return { tasker, result: await task.result() }
}

test('is waited for, and its results are those of the step', async () => {
  const { tasker, result } = await parentOf('ok')
  assert.is(result.status, 'complete')
  const { task, status, results } = Object(result.steps.start?.result)
  assert.equal([status, results], ['complete', { inner: { did: 'inner' } }])
  const [created] = await tasker.log.readStream(`task-${task}`, 0)
  assert.equal(JSON.parse(created?.data ?? '{}').input, { value: { order: 7 } })
  assert.is(JSON.parse(created?.metadata ?? '{}').parentCorrelation, 'order-7')
  await tasker.close()
})

test('fails its step where it fails, unless the step goes on all the same', async () => {
  const failed = await parentOf('broken')
  assert.is(failed.result.status, 'blocked_by_failures')
  assert.is(failed.result.steps.start?.state, 'error')
  await failed.tasker.close()
  const goneOn = await parentOf('broken', 'continue')
  assert.is(goneOn.result.status, 'complete')
  assert.is(Object(goneOn.result.steps.start?.result).status, 'error')
  await goneOn.tasker.close()
})

test.run()
