/** Why a task or a step is not running, with what only the sessions and the configuration know. */
import { type ClaimLimits, NO_LIMITS } from '../core/claim-limits.js'
import type { TaskState } from '../core/state.js'
import { noStep } from '../core/step-unknown.js'
import type { Explanation, Surroundings } from '../core/why/reason.js'
import { type TaskExplanation, whyStep, whyTask } from '../core/why/why.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Engine } from './engine.js'
import { heldLimits, type LimitsOfSteps, limitsOfSteps } from './held-limits.js'
import { streamOf } from './ids.js'
import { TaskRefused, taskUnknown } from './task-refused.js'

export interface Explanations {
  /** Throws `TaskRefused` (`task_unknown`). */
  task(taskId: string): Promise<TaskExplanation>
  /** Throws `TaskRefused` (`task_unknown`, `step_unknown`). A step that a decision has yet to create is explained too. */
  step(taskId: string, step: string): Promise<Explanation>
}

export interface ExplanationsNeeds {
  readonly engine: Pick<Engine, 'look'>
  readonly log: Pick<Log, 'liveSessions' | 'limitUse'>
  readonly clock: Pick<Clock, 'now'>
  readonly groups: Readonly<Record<string, ReadonlyArray<string>>>
  /** As this process is configured with them; absent, none. */
  readonly limits?: ClaimLimits
}

export const createExplanations = (needs: ExplanationsNeeds): Explanations => ({
  task: (taskId) => explained(needs, taskId, whyTask),
  step: async (taskId, step) => {
    const found = await explained(needs, taskId, (state, around) => whyStep(state, step, around) ?? noStep(state, step))
    if (typeof found === 'string') throw new TaskRefused('step_unknown', found)
    return found
  },
})

const explained = async <A>(
  { engine, log, clock, groups, limits = NO_LIMITS }: ExplanationsNeeds,
  taskId: string,
  why: (state: TaskState, around: Surroundings) => A,
): Promise<A> => {
  const stream = streamOf(taskId)
  let ofSteps: LimitsOfSteps = new Map()
  await engine.look(stream, (state) => {
    ofSteps = limitsOfSteps(limits, state)
  })
  const [sessions, limitsOf] = await Promise.all([log.liveSessions(), heldLimits(log, ofSteps)])
  const around = { nowMs: clock.now(), sessions, groups, limitsOf }
  const seen: { answer?: { readonly value: A } } = {}
  await engine.look(stream, (state) => {
    seen.answer = { value: why(state, around) }
  })
  if (seen.answer === undefined) throw taskUnknown(taskId)
  return seen.answer.value
}
