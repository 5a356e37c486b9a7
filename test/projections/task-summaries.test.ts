import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { taskSummaries } from '../../projections/task-summaries/task-summaries.js'
import { given } from '../support/given.js'
import { rowsOf, storedAs, TASK, timeOf } from '../support/projected-rows.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('task summaries')

const THREE = templateWith({ a: [], b: ['a'], c: [] })

test('a task under way says where its steps stand', async () => {
  const story = given(THREE, 0.5, { identity: 'order-7' }).when({ start: 'a' })
  const [row, ...others] = await rowsOf(taskSummaries, storedAs(story.events))
  assert.equal(others, [])
  assert.equal(
    {
      ...row,
      created_at: undefined,
      started_at: undefined,
      updated_at: undefined,
    },
    {
      task: TASK,
      namespace: 'default',
      template: 'small',
      template_version: '1',
      status: 'running',
      priority: 0,
      version: 5,
      created_at: undefined,
      started_at: undefined,
      ended_at: null,
      updated_at: undefined,
      steps_total: 3,
      steps_pending: 1,
      steps_queued: 1,
      steps_running: 1,
      steps_waiting: 0,
      steps_done: 0,
      steps_failed: 0,
      steps_skipped: 0,
      phases: 0,
      planner_calls: 0,
      tokens: 0,
      cost_usd: 0,
      error_code: null,
      error_message: null,
      error_step: null,
      dead_letter: null,
      correlation: 'c',
      parent_correlation: null,
      identity: 'order-7',
      parent_task: null,
      parent_step: null,
      forked_from: null,
    },
  )
})

test('it keeps when the task was made, when its first step began, and when it ended', async () => {
  const story = given(templateWith({ a: [] })).when({ start: 'a' }, { complete: 'a' })
  const at = (type: string): string => timeOf(story.events.findIndex((event) => event.type === type))
  const [row] = await rowsOf(taskSummaries, storedAs(story.events))
  assert.equal(
    [row?.created_at, row?.started_at, row?.ended_at, row?.updated_at],
    [at('task-created'), at('step-started'), at('task-completed'), at('task-completed')],
  )
})

test('a failure says what it was; a step that will never run counts among the failed', async () => {
  const story = given(THREE)
    .when({ start: 'a' }, { fail: 'a', retryable: false })
    .when({ start: 'c' }, { complete: 'c' })
  const [row] = await rowsOf(taskSummaries, storedAs(story.events))
  assert.equal(
    [row?.status, row?.steps_done, row?.steps_failed, row?.error_code, row?.error_step, row?.dead_letter],
    ['blocked_by_failures', 1, 2, 'broken', 'a', 'blocked'],
  )
})

test('a task that was reopened has not ended', async () => {
  const story = given(templateWith({ a: [] })).when({ type: 'cancel-task', reason: null })
  const [cancelled] = await rowsOf(taskSummaries, storedAs(story.events))
  assert.is(cancelled?.status, 'cancelled')
  assert.ok(cancelled?.ended_at)
})

test.run()
