/**
 * Whatever a planner answers, every task ends: it closes, or it is blocked, or only people can move it, and then it ends
 * whatever they say. No bound is passed by one. `ADVERSARY_SEEDS=1000` runs more, `ADVERSARY_SEED=17` one of them again.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import type { Bounds } from '../../src/core/bounds.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import type { TaskResult } from '../../src/engine/tasks.js'
import { TaskRefused } from '../../src/engine/tasks.js'
import type { Clock } from '../../src/ports/clock.js'
import type { Planner } from '../../src/ports/planner.js'
import { type Dice, diceOf } from '../support/dice.js'
import { broken, type Planned, plannedTasker } from '../support/planned-tasker.js'
import { passedBounds } from './bounds-kept.js'
import { found } from './found.js'
import { randomAnswer } from './random-answers.js'

const test = suite('whatever a planner answers')

const SEEDS = Number(process.env.ADVERSARY_SEEDS ?? 60)
const ONE = process.env.ADVERSARY_SEED

const senseless = (dice: Dice): Planner => ({
  provider: 'senseless',
  plan: async ({ model, step }) => {
    const inputTokens = dice.upTo(2_000)
    const usage = { inputTokens, outputTokens: dice.upTo(500), cacheReadTokens: 0, cacheWriteTokens: 0 }
    if (dice.chance(0.1)) {
      const known = dice.chance(0.5) ? { usage } : {}
      return {
        kind: 'failed',
        code: 'overloaded',
        message: 'not now',
        retryable: dice.chance(0.7),
        retryAfterMs: 1,
        ...known,
      }
    }
    const answer = randomAnswer(dice, step)
    const raw = typeof answer === 'string' ? answer : JSON.stringify(answer)
    return { kind: 'answered', raw, stopReason: 'end_turn', model, usage, costUsd: 0.01 }
  },
})

const randomBounds = (dice: Dice): Bounds => ({
  max_steps: 8 + dice.upTo(80),
  max_depth: 2 + dice.upTo(4),
  max_fan_out: 3 + dice.upTo(8),
  max_phases: 2 + dice.upTo(12),
  max_planner_calls: 2 + dice.upTo(24),
  ...(dice.chance(0.3) ? { max_wall_clock_seconds: 100 } : {}),
  ...(dice.chance(0.5) ? { max_tokens: 100_000 + dice.upTo(1_000_000) } : {}),
  allowed_handlers: ['ok', 'broken', 'plan', 'gate', 'fan_out', 'transform', 'decide'],
})

const frameOf = (dice: Dice, bounds: Bounds): Json => ({
  name: 'endless',
  namespace_name: 'default',
  version: '1.0.0',
  bounds: bounds as JsonObject,
  steps: [
    { name: 'look', handler: { callable: 'found' } },
    planning('plan', ['look'], dice),
    {
      name: 'merge',
      type: 'deferred_convergence',
      handler: { callable: 'ok' },
      dependencies: ['plan'],
      tolerate_failures: dice.chance(0.5),
    },
    // A convergence that plans.
    planning('again', ['merge'], dice),
    { name: 'finale', type: 'deferred_convergence', handler: { callable: 'ok' }, dependencies: ['again'] },
  ],
})

const planning = (name: string, dependencies: ReadonlyArray<string>, dice: Dice): JsonObject => ({
  name,
  type: 'planning',
  dependencies,
  ...(dice.chance(0.5) ? { bounds: { max_wall_clock_seconds: 60 } } : {}),
  retry: { max_attempts: 3, backoff: 'none' },
  handler: {
    callable: 'catalog:plan',
    initialization: {
      goal: 'never end',
      max_revisions: dice.upTo(4),
      max_replans: dice.upTo(4),
      on_exhausted: dice.one(['fail', 'converge', 'gate']),
      ...(dice.chance(0.2) ? { approve_plan: true } : {}),
    },
  },
})

/** People say yes and no as it comes, until nobody asks them any more. Raised bounds would be another task's bounds. */
const toTheEnd = async ({ tasker }: Planned, id: string, dice: Dice): Promise<TaskResult> => {
  const task = await tasker.tasks.get(id)
  for (let votes = 0; votes < 200; votes++) {
    const result = await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
    if (result.status !== 'waiting_for_approval') return result
    for (const { step } of await tasker.gates.list(id)) {
      const vote = dice.chance(0.6) ? tasker.gates.approve : tasker.gates.reject
      await vote(id, step, { actor: `voter-${votes}` }).catch((error) => {
        if (!(error instanceof TaskRefused)) throw error
      })
    }
  }
  throw new Error('people are asked again and again')
}

const ENDS = ['complete', 'error', 'cancelled', 'resolved_manually', 'blocked_by_failures']

/** More phases than any task here has steps. */
const MOST_STEPS = 120

/** A clock that jumps, and a handler under which it does: the time of every phase may be up while a step of it runs. */
const hurry = (dice: Dice) => {
  let ahead = 0
  let tasker: Planned['tasker'] | undefined
  const clock: Clock = {
    now: () => Date.now() + ahead,
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms)
      // Nobody waits for the end of a phase's time: it comes with a jump.
      if (ms > 10_000) timer.unref()
      return { cancel: () => clearTimeout(timer) }
    },
    random: () => Math.random(),
  }
  const passTime = async (task: string): Promise<void> => {
    ahead += 61_000
    const noted = (asked: Promise<unknown> | undefined) =>
      asked?.catch((error) => {
        if (!(error instanceof TaskRefused)) throw error
      })
    await noted(tasker?.tasks.ask(task, { type: 'pass-deadline' }, { kind: 'engine' }))
    for (let step = 0; step < MOST_STEPS; step += 1) {
      for (const level of ['phase', 'fragment'] as const) {
        await noted(tasker?.tasks.ask(task, { type: 'pass-phase-deadline', step, level }, { kind: 'engine' }))
      }
    }
  }
  const handler = defineHandler({
    name: 'ok',
    run: async ({ context }) => {
      if (dice.chance(0.2)) await passTime(context.task.id)
      return { did: context.step.name }
    },
  })
  return { clock, handler, of: (planned: Planned) => (tasker = planned.tasker) }
}

const runSeed = async (seed: number): Promise<Ended> => {
  const dice = diceOf(seed)
  const bounds = randomBounds(dice)
  const { clock, handler, of } = hurry(dice)
  const planned = await plannedTasker(() => '', {
    handlers: [handler, broken, found([1, 2, 3])],
    planner: senseless(dice),
    clock,
  })
  of(planned)
  try {
    return await follow(planned, seed, dice, bounds)
  } finally {
    await planned.tasker.close({ graceMs: 0 })
  }
}

interface Ended extends Pick<TaskResult, 'status' | 'steps'> {
  /** What became of phases whose time was up. */
  readonly outOfTime: ReadonlyArray<string>
}

const follow = async (planned: Planned, seed: number, dice: Dice, bounds: Bounds): Promise<Ended> => {
  const task = await planned.tasker.tasks.create(await planned.tasker.template(frameOf(dice, bounds)), {})
  const result = await toTheEnd(planned, task.id, dice)
  const events = await planned.events(task.id)
  const { reserved } = await planned.tasker.tasks.usage(task.id)
  assert.ok(ENDS.includes(result.status), `seed ${seed}: ${result.status}`)
  assert.equal(passedBounds(bounds, events), [], `seed ${seed}`)
  // Nothing stays promised to what has ended.
  assert.equal([reserved.steps, reserved.phases], [0, 0], `seed ${seed}: ${JSON.stringify(reserved)}`)
  const outOfTime = events.flatMap((event) =>
    event.type === 'phase-deadline-passed' ? [`${event.data.level === 'task' ? 'task ' : ''}${event.data.action}`] : [],
  )
  return { ...result, outOfTime }
}

test('every task ends, and passes no bound', async () => {
  const seeds = ONE === undefined ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [Number(ONE)]
  const statuses: string[] = []
  let nested = 0
  const outOfTime = new Set<string>()
  for (const seed of seeds) {
    const { status, steps, outOfTime: actions } = await runSeed(seed)
    for (const action of actions) outOfTime.add(action)
    statuses.push(status)
    if (Object.keys(steps).some((name) => name.split('/').length > 2)) nested += 1
  }
  if (ONE !== undefined) return
  // It would prove little if nothing had happened.
  assert.ok(statuses.includes('complete') && statuses.includes('blocked_by_failures'), statuses.join(' '))
  assert.ok(outOfTime.has('task gate') || outOfTime.has('task converge'), [...outOfTime].join(' '))
  assert.ok(outOfTime.size >= 3, `of time: ${[...outOfTime].join(' ')}`)
  assert.ok(nested >= SEEDS / 20, `${nested} of ${SEEDS} planned inside of a plan`)
})

test.run()
