import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fragmentOf, plannedFrame, plannedTasker } from '../support/planned-tasker.js'

const test = suite('how planners did')

test('is read off the log: of all tasks, of one, and never what a fork took over', async () => {
  const { tasker } = await plannedTasker(({ revisions }) =>
    fragmentOf([{ name: 'a', handler: revisions.length === 0 ? 'unheard_of' : 'ok' }]),
  )
  const template = await tasker.template(plannedFrame())
  const tasks = [await tasker.tasks.create(template, { n: 1 }), await tasker.tasks.create(template, { n: 2 })]
  for (const task of tasks) await task.result()
  const [first] = tasks
  const fork = await tasker.tasks.fork(first?.id ?? '', { at: 16, replan: false })
  await fork.result()
  const { models, ...counts } = await tasker.plannerMetrics()
  assert.equal(counts, {
    phases: 2,
    validAtFirstTry: 0,
    accepted: 2,
    revisions: 2,
    findings: { unknown_handler: 2 },
    failedCalls: {},
  })
  const [used] = Object.values(models)
  assert.equal([used?.calls, used?.inputTokens, Math.round((used?.costUsd ?? 0) * 100)], [4, 40, 4])
  assert.is((await tasker.plannerMetrics({ task: first?.id ?? '' })).phases, 1)
  assert.is((await tasker.plannerMetrics({ template: 'another' })).phases, 0)
  await tasker.close()
})

test.run()
