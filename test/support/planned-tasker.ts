/** A whole tasker over the memory log, whose planner answers from a script: for what happens around planning. */
import type { CatalogOptions } from '../../catalog/catalog.js'
import { defineHandler } from '../../catalog/define-handler.js'
import { decodeEvent, type TaskEvent } from '../../src/core/event.js'
import type { Json, JsonObject } from '../../src/core/json.js'
import { streamOf } from '../../src/engine/ids.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { startTasker, type Tasker, type TaskerOptions } from '../../src/main.js'
import type { Clock } from '../../src/ports/clock.js'
import { StepFailure } from '../../src/ports/handler.js'
import type { Log } from '../../src/ports/log.js'
import type { Planner, PlanRequest } from '../../src/ports/planner.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'

const clock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return { cancel: () => clearTimeout(timer) }
  },
  random: () => Math.random(),
}

/** What the planner answers to a request; a string is the raw text. */
export type Script = (request: PlanRequest) => JsonObject | string

export const scriptedPlanner = (script: Script): Planner => ({
  provider: 'scripted',
  plan: async (request) => {
    const answer = script(request)
    const usage = { inputTokens: 10, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 }
    const raw = typeof answer === 'string' ? answer : JSON.stringify(answer)
    return { kind: 'answered', raw, stopReason: 'end_turn', model: request.model, usage, costUsd: 0.01 }
  },
})

export const ok = defineHandler({ name: 'ok', run: ({ context }) => ({ did: context.step.name }) })

export const broken = defineHandler({
  name: 'broken',
  run: () => {
    throw new StepFailure('broken', 'it is broken', { retryable: false })
  },
})

export interface Planned {
  readonly tasker: Tasker
  readonly log: Log
  events(taskId: string): Promise<ReadonlyArray<TaskEvent>>
}

export const plannedTasker = async (
  script: Script,
  options: Partial<TaskerOptions> = {},
  around: CatalogOptions & { readonly log?: Log } = {},
): Promise<Planned> => {
  const { log = createMemoryLog(options.clock ?? clock), ...tools } = around
  const tasker = await startTasker(
    { databaseUrl: '', handlers: [ok, broken], planner: scriptedPlanner(script), clock, sweeps: false, ...options },
    log,
    createMemoryQueue(),
    tools,
  )
  const events = async (taskId: string): Promise<ReadonlyArray<TaskEvent>> =>
    (await log.readStream(streamOf(taskId), 0)).map((stored) => {
      const decoded = decodeEvent(stored)
      if (decoded._tag === 'Left') throw new Error(decoded.left.message)
      return decoded.right
    })
  return { tasker, log, events }
}

/** A frame with one planning step before a convergence. */
export const plannedFrame = (plan: JsonObject = {}, bounds: JsonObject = {}): Json => ({
  name: 'planned',
  namespace_name: 'default',
  version: '1.0.0',
  bounds: {
    max_steps: 20,
    max_depth: 5,
    max_fan_out: 10,
    max_phases: 4,
    max_planner_calls: 6,
    allowed_handlers: ['ok', 'broken', 'catalog:plan', 'catalog:gate', 'catalog:fan_out'],
    ...bounds,
  },
  steps: [
    {
      name: 'plan',
      type: 'planning',
      handler: { callable: 'catalog:plan', initialization: { goal: 'do it', ...plan } },
      dependencies: [],
    },
    { name: 'finish', type: 'deferred_convergence', handler: { callable: 'ok' }, dependencies: ['plan'] },
  ],
})

export const fragmentOf = (steps: ReadonlyArray<JsonObject>, rest: JsonObject = {}): JsonObject => ({
  fragment_version: '1.0',
  planning_context: { goal: 'do it', reasoning: 'because' },
  steps: steps.map((step) => ({ handler: 'ok', ...step })),
  ...(steps.length === 0 ? {} : { convergence: 'finish' }),
  ...rest,
})
