/**
 * How a planner does with goals: each is a task whose plan is asked for, judged, looked at, and then cancelled. No plan is
 * carried out; what the frame does before the planning step is.
 */
import * as E from 'fp-ts/lib/Either.js'
import { readTask } from '../audit/told-task.js'
import type { Vocabulary } from '../core/capability.js'
import { judgeDry } from '../core/dry-run.js'
import { unmetBy } from '../core/plan-expectations.js'
import { type PlannerMetrics, PlannerMetricsFold } from '../core/planner-metrics.js'
import { streamOf } from '../engine/ids.js'
import type { EvaluationGoal } from '../templates/goal-file.js'
import { waitsForPeople } from './run-result.js'
import type { OpenTasker } from './system.js'

export interface Evaluation {
  readonly goal: string
  readonly shape: string
  /** Whether any proposal was accepted, and whether the first one was. */
  readonly valid: boolean
  readonly firstTry: boolean
  /** What the accepted plan lacks of a good one. */
  readonly unmet: ReadonlyArray<string>
  /** Why there is no plan. */
  readonly failure: { readonly code: string; readonly message: string } | null
  readonly metrics: PlannerMetrics
}

export const evaluateGoal = async (
  tasker: OpenTasker,
  goal: EvaluationGoal,
  vocabulary: Vocabulary,
  signal: AbortSignal,
): Promise<Evaluation> => {
  const { tasks, gates, log } = tasker
  const task = await tasks.create(goal.template, goal.input)
  const result = await task.result({ signal, until: ({ status }) => waitsForPeople(status) })
  const gate = (await gates.list(task.id)).find(({ step }) => step === goal.step)
  const judged =
    gate === undefined ? undefined : judgeDry(goal.template, goal.step, JSON.stringify(gate.context), vocabulary)
  const plan = judged !== undefined && E.isRight(judged) ? judged.right.plan : undefined
  if (gate !== undefined) await tasks.cancel(task.id, { actor: 'tasker eval', reason: 'its plan was measured' })
  const metrics = await metricsOf(log, task.id)
  return {
    goal: goal.name,
    shape: goal.shape,
    valid: gate !== undefined,
    firstTry: metrics.validAtFirstTry === 1,
    unmet:
      gate === undefined ? [] : plan === undefined ? ['does not hold without its task'] : unmetBy(plan, goal.satisfies),
    failure: gate === undefined ? failureIn(result.steps[goal.step]?.error ?? result.error) : null,
    metrics,
  }
}

const failureIn = (error: { readonly code: string; readonly message: string } | null): Evaluation['failure'] =>
  error === null
    ? { code: 'no_plan', message: 'the task ended without a plan' }
    : { code: error.code, message: error.message }

const metricsOf = async (log: OpenTasker['log'], taskId: string): Promise<PlannerMetrics> => {
  const fold = new PlannerMetricsFold()
  const told = await readTask(log, streamOf(taskId))
  if (E.isLeft(told)) throw new Error(told.left.message)
  const { stream, events, times } = told.right
  for (const [index, event] of events.entries()) fold.take(stream, event, Date.parse(times[index] ?? ''))
  return fold.metrics
}
