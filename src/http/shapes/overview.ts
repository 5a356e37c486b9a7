/** Numbers over many tasks, and who works. */
import * as t from 'io-ts'
import { list, named, orNull } from '../shape.js'

/** By status; every status is there. */
export const taskCounts = named('TaskCounts', t.type({ counts: t.record(t.string, t.number) }))

export const waiting = named('Waiting', t.type({ gates: t.number, dead_letters: t.number }))

const duration = t.type({ up_to_ms: orNull(t.number), count: t.number })

export const templatePerformance = named(
  'TemplatePerformance',
  t.type({
    namespace: t.string,
    template: t.string,
    template_version: t.string,
    created: t.number,
    complete: t.number,
    error: t.number,
    cancelled: t.number,
    resolved_manually: t.number,
    blocked: t.number,
    steps: t.number,
    failed_attempts: t.number,
    planner_calls: t.number,
    tokens: t.number,
    cost_usd: t.number,
    duration_ms: t.number,
    durations: list(duration),
  }),
)

export const templatePerformances = named('TemplatePerformances', t.type({ items: list(templatePerformance) }))

export const convergence = named(
  'Convergence',
  t.type({
    step: t.string,
    is_created: t.boolean,
    state: t.string,
    requires: t.string,
    tolerates_failures: t.boolean,
    on_empty: t.string,
    open_dependencies: t.number,
    satisfied: t.number,
    absent: t.number,
    failed: t.number,
    verdict_so_far: t.string,
    settlement: orNull(t.string),
  }),
)

/** Of the task, where the phase is empty, or of a planning step. */
export const phaseBounds = named(
  'PhaseBounds',
  t.type({
    phase: t.string,
    limits: t.unknown,
    used_steps: t.number,
    used_phases: t.number,
    used_planner_calls: t.number,
    used_tokens: t.number,
    used_cost_usd: t.number,
    reserved_steps: t.number,
    reserved_phases: t.number,
    reserved_planner_calls: t.number,
    reserved_tokens: t.number,
    reserved_cost_usd: t.number,
  }),
)

export const worker = named(
  'Worker',
  t.type({ session: t.number, worker: t.string, queues: list(t.string), handlers: list(t.string) }),
)

export const workers = named('Workers', t.type({ items: list(worker) }))
