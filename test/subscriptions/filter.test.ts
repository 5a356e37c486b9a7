/** What a filter means: by the log where it can tell, by the event's own words where it cannot. */
import { randomUUID } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { EventData, EventType } from '../../src/core/event.js'
import type { DeliveredEvent } from '../../src/ports/subscription.js'
import { filterText, isWanted, storedFilter } from '../../src/subscriptions/filter.js'

const delivered = <T extends EventType>(type: T, data: EventData<T>): DeliveredEvent => {
  const task = randomUUID()
  const metadata = { actor: { kind: 'engine' }, causation: null, correlation: task } as const
  const place = { position: 1, task, stream: `task-${task}`, version: 1, time: '2026-01-01T00:00:00.000000Z' }
  return { id: randomUUID(), type, data, metadata, ...place } as DeliveredEvent
}

const enqueued = (step: string): DeliveredEvent => delivered('step-enqueued', { step, attempt: 1, enqueue: 1 })

const materialized = (origin: EventData<'steps-materialized'>['origin'], by: string | null, first: string) =>
  delivered('steps-materialized', {
    origin,
    by,
    decidedBy: null,
    steps: [{ name: first, type: 'standard', handler: 'x', dependencies: [] }],
  })

test('planned by a step are the steps of its fragment, through nested phases, and how they came into being', () => {
  const wants = (event: DeliveredEvent, plannedBy: string) => isWanted(event, { plannedBy })
  for (const step of ['plan/fetch', 'plan/fetch[3]', 'plan/replan/fetch', 'plan/replan']) {
    assert.ok(wants(enqueued(step), 'plan'), step)
    assert.ok(wants(enqueued(step), '*'), step)
  }
  for (const step of ['plan', 'fetch', 'planner/fetch', 'other/plan/fetch']) {
    assert.not.ok(wants(enqueued(step), 'plan'), step)
  }
  assert.ok(wants(enqueued('plan/replan/fetch'), 'plan/replan'))
  assert.not.ok(wants(enqueued('plan/fetch'), 'plan/replan'))
  assert.ok(wants(materialized('fragment', 'plan', 'plan/fetch'), 'plan'))
  assert.ok(wants(materialized('fan-out', 'plan/spread', 'plan/spread[0]'), 'plan'))
  assert.not.ok(wants(materialized('template', null, 'plan'), 'plan'))
  assert.not.ok(wants(materialized('decision', 'choose', 'fetch'), '*'))
  assert.not.ok(wants(delivered('task-completed', {}), '*'))
  assert.ok(isWanted(delivered('task-completed', {}), {}))
})

test('a task may be named by its id or by its stream', () => {
  assert.equal(storedFilter({ task: 'x' }), { stream: 'task-x' })
  assert.equal(storedFilter({ task: 'task-x', types: ['task-created'] }), { stream: 'task-x', types: ['task-created'] })
})

test('one filter has one text, however it was written', () => {
  assert.is(
    filterText({ types: ['task-paused', 'task-created', 'task-paused'], namespace: 'n' }),
    filterText({ namespace: 'n', types: ['task-created', 'task-paused'] }),
  )
  assert.is(filterText({}), '{}')
  assert.is.not(filterText({ template: 'a' }), filterText({ namespace: 'a' }))
})

test.run()
