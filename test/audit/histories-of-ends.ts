/** Histories in which time passes, the world is told, a planner may not go on, and somebody has the last word. */
import { defineHandler } from '../../catalog/define-handler.js'
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.js'
import { uuidv7 } from '../../src/engine/ids.js'
import type { Clock } from '../../src/ports/clock.js'
import { StepFailure } from '../../src/ports/handler.js'
import type { Planner } from '../../src/ports/planner.js'
import { liveClock } from '../support/live-clock.js'
import { broken, fragmentOf, ok, plannedFrame, scriptedPlanner } from '../support/planned-tasker.js'
import { by, type History, nothingPlanned, step, told } from './told-task-history.js'

const MINUTE_MS = 60_000

/** A clock that can be put forward. */
const leapingClock = (): Clock & { leap(ms: number): void } => {
  let aheadMs = 0
  return {
    ...liveClock,
    now: () => liveClock.now() + aheadMs,
    leap: (ms) => {
      aheadMs += ms
    },
  }
}

/** Fails once, and would wait for an hour. */
const slowToRetry = defineHandler({
  name: 'slow',
  run: ({ context }) => {
    if (context.step.attempt > 1) return { attempt: context.step.attempt }
    throw new StepFailure('not_yet', 'the first time it fails', { retryable: true, retryAfterMs: 60 * MINUTE_MS })
  },
})

/** The planning step of a frame has so many seconds. */
const withTime = (frame: Json, seconds: number): JsonObject => {
  if (!isJsonObject(frame) || !Array.isArray(frame.steps)) throw new Error('no frame')
  const [plan, ...rest] = frame.steps
  return { ...frame, steps: [{ ...plan, bounds: { max_wall_clock_seconds: seconds } }, ...rest] }
}

const ASKED = {
  question: 'Was it paid?',
  remind_every_seconds: 3_600,
  remind: { webhook: { url: 'https://example.org/hook' } },
}

export const HISTORIES_OF_ENDS: Readonly<Record<string, () => Promise<History>>> = {
  'told-the-world': () =>
    told(async ({ start, ask, until }) => {
      const publishes_events = [
        { name: 'order.paid' },
        { name: 'order.seen', schema: { type: 'object', required: ['by'] } },
        { name: 'order.stuck', condition: 'permanent_failure' },
      ]
      const task = await start([
        step('pay', { publishes_events }),
        step('ship', { ...by('broken'), dependencies: ['pay'], publishes_events }),
      ])
      await until(task, 'blocked_by_failures')
      await ask(task, { type: 'resolve-dead-letter', resolution: 'manually_resolved', reason: 'shipped by hand' })
      await task.result()
      return task
    }, nothingPlanned),

  'started-late-and-out-of-time': async () => {
    const clock = leapingClock()
    return told(
      async ({ planned, ask, until }) => {
        const { tasker } = planned
        const template = await tasker.template({
          name: 'history',
          namespace_name: 'default',
          version: '1.0.0',
          lifecycle: { max_duration_minutes: 120 },
          steps: [
            step('slow', by('slow')),
            step('paid', { type: 'gate', ...by('catalog:gate', ASKED), dependencies: ['slow'] }),
          ],
        })
        const runAt = new Date(clock.now() + 60 * MINUTE_MS)
        const task = await tasker.tasks.create(template, {}, { runAt })
        clock.leap(61 * MINUTE_MS)
        await ask(task, { type: 'end-delay' })
        await until(task, 'waiting_for_retry')
        await ask(task, { type: 'retry-step-now', step: 'slow', reason: 'it is there now' })
        await until(task, 'waiting_for_approval')
        clock.leap(70 * MINUTE_MS)
        await ask(task, { type: 'remind-gate', step: 1 })
        clock.leap(70 * MINUTE_MS)
        await ask(task, { type: 'pass-deadline' })
        await task.result()
        return task
      },
      nothingPlanned,
      { handlers: [ok, slowToRetry], clock },
    )
  },

  'phase-that-was-given-more-time': async () => {
    const clock = leapingClock()
    return told(
      async ({ planned, ask }) => {
        const { gates, template, tasks } = planned.tasker
        const frame = plannedFrame(
          { on_exhausted: 'gate', context_from: [] },
          { allowed_handlers: ['ok', 'catalog:wait', 'catalog:gate'] },
        )
        const task = await tasks.create(await template(withTime(frame, 60)), {})
        await task.result({ until: (view) => view.step('plan/paid')?.state === 'in_progress' })
        clock.leap(2 * MINUTE_MS)
        await ask(task, { type: 'pass-phase-deadline', step: 0, level: 'phase' })
        await task.result({ until: (view) => view.step('plan~time')?.state === 'waiting_for_approval' })
        await gates.approve(task.id, 'plan~time', { actor: 'ada', comment: 'it is on its way' })
        await ask(task, { type: 'receive-signal', id: uuidv7(Date.now()), name: 'paid', payload: null })
        await task.result()
        return task
      },
      () => fragmentOf([{ name: 'paid', handler: 'catalog:wait', config: { signal: 'paid' } }]),
      { clock },
    )
  },

  'planner-that-failed-and-was-given-more': () =>
    told(
      async ({ planned }) => {
        const { gates, template, tasks } = planned.tasker
        const frame = plannedFrame({ on_exhausted: 'gate', context_from: [] }, { max_planner_calls: 2, max_phases: 4 })
        const task = await tasks.create(await template(frame), {})
        await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
        await gates.approve(task.id, 'plan', { actor: 'ada', bounds: { max_planner_calls: 5 } })
        await task.result()
        return task
      },
      nothingPlanned,
      { planner: failingTwice(), handlers: [ok, broken] },
    ),
}

/** Has no answer at first, and then a bad one. */
const failingTwice = (): Planner => {
  const answers = scriptedPlanner(({ answered }) =>
    answered === 0 ? 'this is no JSON' : fragmentOf([{ name: 'one' }]),
  )
  let calls = 0
  return {
    ...answers,
    plan: async (...asked) => {
      calls += 1
      if (calls > 1) return answers.plan(...asked)
      return { kind: 'failed', code: 'overloaded', message: 'try again later', retryable: true, retryAfterMs: 5 }
    },
  }
}
