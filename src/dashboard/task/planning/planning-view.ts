/**
 * The planning of a task as its page shows it: the story that the log tells, with each proposal as it was recorded, when
 * things happened, what a call used, and what an attempt changed of the one before.
 */
import { type PlanningCall, planningStory } from '../../../audit/planning-story.js'
import type { ReadContent } from '../../../audit/told-task.js'
import type { Usage } from '../../../core/bounds.js'
import type { TaskEvent } from '../../../core/event.js'
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.js'
import { type Difference, differencesOf } from '../../../core/template/difference.js'

export interface PlannedCall extends PlanningCall {
  /** Times of the events that asked, answered and judged. */
  readonly askedAt: string
  readonly answeredAt: string | null
  readonly judgedAt: string | null
  /** As it was recorded; null where the answer was no JSON object, or has not come. */
  readonly fragment: JsonObject | null
  readonly spent: Usage | null
  /** Against the step's proposal before it; null where there is none, or nothing to compare. */
  readonly changes: ReadonlyArray<Difference> | null
}

export interface PlannedStep {
  readonly step: string
  readonly goal: string | null
  readonly calls: ReadonlyArray<PlannedCall>
  readonly costUsd: number
  readonly tokens: number
}

/** The planning steps in the order in which they were asked first. */
export const planningView = (
  events: ReadonlyArray<TaskEvent>,
  times: ReadonlyArray<string>,
  read: ReadContent,
): ReadonlyArray<PlannedStep> => {
  const steps = new Map<string, PlannedCall[]>()
  for (const call of planningStory(events, read)) {
    const calls = steps.get(call.step) ?? []
    steps.set(call.step, calls)
    calls.push(
      plannedCall(
        call,
        calls.findLast(({ fragment }) => fragment !== null),
        { events, times, read },
      ),
    )
  }
  return [...steps].map(([step, calls]) => ({
    step,
    goal: calls.find(({ goal }) => goal !== null)?.goal ?? null,
    calls,
    costUsd: calls.reduce((sum, { costUsd }) => sum + costUsd, 0),
    tokens: calls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0),
  }))
}

interface Told {
  readonly events: ReadonlyArray<TaskEvent>
  readonly times: ReadonlyArray<string>
  readonly read: ReadContent
}

const plannedCall = (call: PlanningCall, before: PlannedCall | undefined, told: Told): PlannedCall => {
  const timeOf = (version: number | null): string | null =>
    version === null ? null : (told.times[version - 1] ?? null)
  const answer = call.answered === null ? undefined : told.events[call.answered - 1]
  const fragment = answer?.type === 'fragment-proposed' ? objectIn(told, answer.data.fragment) : null
  return {
    ...call,
    askedAt: timeOf(call.asked) ?? '',
    answeredAt: timeOf(call.answered),
    judgedAt: timeOf(call.judged),
    fragment,
    spent: answer?.type === 'fragment-proposed' || answer?.type === 'plan-failed' ? answer.data.spent : null,
    changes: fragment === null || before?.fragment == null ? null : differencesOf(before.fragment, fragment),
  }
}

type Proposed = Extract<TaskEvent, { type: 'fragment-proposed' }>['data']['fragment']

const objectIn = ({ read }: Told, content: Proposed): JsonObject | null => {
  const value: Json | undefined = content === null ? undefined : read(content)
  return isJsonObject(value) ? value : null
}

/** Whose contents have to be read before the story can be told. */
export const isOfPlanning = ({ type }: TaskEvent): boolean => type === 'plan-requested' || type === 'fragment-proposed'
