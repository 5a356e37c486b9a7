import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dueChanges } from '../../../src/core/due.js'
import type { DueChange } from '../../../src/core/due-row.js'
import { evolve } from '../../../src/core/evolve/evolve.js'
import { stalenessChange } from '../../../src/core/staleness.js'
import { emptyState } from '../../../src/core/state.js'
import { statusOf } from '../../../src/core/status.js'
import type { Lifecycle, Template } from '../../../src/core/template.js'
import { given, NOW, type Story } from '../../support/given.js'
import { templateWith } from '../../support/small-engine.js'

const test = suite('time')

const MINUTE = 60_000
const frame = (lifecycle: Lifecycle): Template => ({ ...templateWith({ a: [], b: ['a'] }), lifecycle })
const bounded = (seconds: number): Template => ({ ...frame({}), bounds: { max_wall_clock_seconds: seconds } })

/** The rows that stand after a story, by key: when they are due, counted from the task's creation. */
const rowsAfter = (story: Story, nowMs = NOW): Readonly<Record<string, number>> => {
  const rows: Record<string, number> = {}
  const put = ({ key, row }: DueChange): void => {
    if (row === undefined) delete rows[key]
    else rows[key] = row.dueAtMs - NOW
  }
  const state = emptyState()
  for (const event of story.events) {
    dueChanges(state, event, nowMs).forEach(put)
    evolve(state, event)
  }
  const watched = stalenessChange(state, nowMs)
  if (watched !== undefined) put(watched)
  return rows
}

const pause = { type: 'pause-task', reason: null } as const
const resume = { type: 'resume-task', reason: null } as const
const late = { type: 'pass-deadline' } as const
const endDelay = { type: 'end-delay' } as const
const stale = (story: Story) => ({ type: 'pass-staleness', version: story.state.progress }) as const

test('a task with a time to run at exists, and nothing of it is enqueued before', () => {
  const story = given(frame({}), 0.5, { runAtMs: NOW + MINUTE })
  story.expect('task-created', 'steps-materialized')
  assert.is(statusOf(story.state), 'pending')
  assert.equal(rowsAfter(story), { start: MINUTE })
  story.at(MINUTE - 1).refuses(endDelay, 'not_waiting')
  story.at(MINUTE).when(endDelay).expect('delay-ended', 'step-enqueued a')
  story.refuses(endDelay, 'not_waiting')
  assert.equal(Object.keys(rowsAfter(story)), ['queue/0'])
})

test('a time to run at that has passed delays nothing', () => {
  given(frame({}), 0.5, { runAtMs: NOW - 1 }).expect('task-created', 'steps-materialized', 'step-enqueued a')
})

test('a task that does not end in time fails, and what it had under way is cancelled', () => {
  const story = given(frame({ maxDurationMs: MINUTE })).when({ start: 'a' })
  story.at(MINUTE - 1).refuses(late, 'not_waiting')
  story.at(MINUTE).when(late).expect('deadline-passed', 'task-failed', 'step-cancelled a')
  assert.is(story.state.phase.kind === 'error' && story.state.phase.code, 'deadline_passed')
  assert.equal(Object.keys(rowsAfter(story)), ['abort/0/1'])
})

test('a duration is counted from the time to run at', () => {
  const story = given(frame({ maxDurationMs: MINUTE }), 0.5, { runAtMs: NOW + MINUTE })
  assert.equal(rowsAfter(story), { start: MINUTE, deadline: 2 * MINUTE })
})

test('the bound on the wall clock is a deadline where it is the earlier one, and moves when it is raised', () => {
  const story = given({ ...bounded(30), lifecycle: { maxDurationMs: MINUTE } })
  assert.is(rowsAfter(story).deadline, 30_000)
  const raised = { ...story.events[0], id: 'raised', type: 'bounds-raised' } as const
  const event = { ...raised, data: { bounds: { max_wall_clock_seconds: 45 }, reason: null } } as never
  assert.equal(dueChanges(story.state, event, NOW).at(-1)?.row?.dueAtMs, NOW + 45_000)
  evolve(story.state, event)
  assert.equal(story.state.deadline, { limit: 'max_wall_clock_seconds', atMs: NOW + 45_000 })
  story.at(44_999).refuses(late, 'not_waiting')
  story.at(45_000).when(late).expect('deadline-passed', 'task-failed', 'step-cancelled a')
})

test('a paused task has no timers, and its clock goes on where it stood', () => {
  const story = given(frame({ maxDurationMs: MINUTE, staleness: { waitingForDependenciesMs: MINUTE } }))
  assert.equal(Object.keys(rowsAfter(story)).sort(), ['deadline', 'queue/0', 'stale'])
  story.at(20_000).when(pause)
  assert.equal(rowsAfter(story), {})
  story.at(100_000).refuses(late, 'task_paused').refuses(stale(story), 'task_paused')
  story.when(resume)
  assert.equal(rowsAfter(story, NOW + 100_000), { deadline: 140_000, 'queue/0': 100_000, stale: 160_000 })
  story.at(139_999).refuses(late, 'not_waiting')
  story.at(140_000).when(late)
  assert.is(story.state.phase.kind, 'error')
})

test('what failed while its task was paused is tried again when the task goes on', () => {
  const story = given(frame({})).when({ start: 'a' }, pause, { fail: 'a' })
  assert.equal(rowsAfter(story), {})
  story.refuses({ retry: 'a' }, 'task_paused')
  assert.equal(Object.keys(rowsAfter(story.when(resume))), ['retry/0'])
})

test('each situation has its own limit, and whatever moves begins the time anew', () => {
  const staleness = {
    waitingForDependenciesMs: MINUTE,
    waitingForRetryMs: 2 * MINUTE,
    stepsInProcessMs: 3 * MINUTE,
  }
  const story = given(frame({ staleness }))
  const standing = () => rowsAfter(story).stale
  assert.is(standing(), MINUTE)
  const seen = stale(story)
  story.when({ start: 'a' })
  assert.is(standing(), 3 * MINUTE)
  story.refuses(seen, 'not_waiting')
  story.when({ fail: 'a' })
  assert.is(standing(), 2 * MINUTE)
  story.when({ retry: 'a' }, { start: 'a' }, { complete: 'a' }, { start: 'b' }, { complete: 'b' })
  assert.is(standing(), undefined)
  assert.is(story.state.phase.kind, 'complete')
})

test('a priority and a signal move nothing', () => {
  const story = given(frame({ staleness: { waitingForDependenciesMs: MINUTE } }))
  const seen = stale(story)
  story.when({ type: 'change-priority', priority: 3, reason: null })
  story.when({ type: 'receive-signal', id: 's', name: 'n', payload: null })
  assert.equal(stale(story), seen)
})

test('a stale task is looked into, or ends, or is only told of, as its template says', () => {
  const staleness = { stepsInProcessMs: MINUTE }
  const lookedInto = given(frame({ staleness })).when({ start: 'a' })
  lookedInto.when(stale(lookedInto)).expect('deadline-passed')
  const passed = lookedInto.events.at(-1)
  assert.equal(passed?.data, { limit: 'max_steps_in_process_minutes', fails: false, deadLetter: true })
  lookedInto.when({ complete: 'a' }, { start: 'b' }, { complete: 'b' })
  assert.is(lookedInto.state.phase.kind, 'complete')

  const action = { fails: true, deadLetter: false }
  const ended = given(frame({ staleness, onTimeout: { late: action, stale: action } })).when({ start: 'a' })
  ended.when(stale(ended)).expect('deadline-passed', 'task-failed', 'step-cancelled a')
})

test('a repaired task has its deadline back, unless that has passed', () => {
  const broken = () => {
    const story = given(frame({ maxDurationMs: MINUTE, onBlocked: { errorAfterMs: 0 } }))
    return story.when({ start: 'a' }, { fail: 'a', retryable: false })
  }
  const reset = { type: 'reset-step', step: 'a', reason: 'mended' } as const
  assert.is(rowsAfter(broken()).deadline, undefined)
  assert.is(rowsAfter(broken().when(reset)).deadline, MINUTE)
  assert.is(rowsAfter(broken().when(reset), NOW + MINUTE).deadline, undefined)
})

test.run()
