/**
 * The story of a task for whoever audits it: every planning call, every gate, and every time that a person took a hand,
 * in the order of the log, with what it cost. A fold over the events.
 */
import type { Actor, EventType, TaskEvent } from '../core/event.js'
import { isJsonObject, type Json } from '../core/json.js'
import type { TemplateRef } from '../core/state.js'
import { type GateStory, gateStories } from './gate-story.js'
import { type PlanningCall, planningStory } from './planning-story.js'
import type { ReadContent } from './told-task.js'

export interface AuditStory {
  readonly template: TemplateRef | null
  readonly createdBy: Actor | null
  readonly forkedFrom: { readonly task: string; readonly version: number } | null
  readonly items: ReadonlyArray<StoryItem>
  readonly totals: Totals
}

/** `version` is that of the event with which it begins. */
export type StoryItem =
  | { readonly kind: 'call'; readonly version: number; readonly call: PlanningCall }
  | { readonly kind: 'gate'; readonly version: number; readonly gate: GateStory }
  | Intervention

export interface Intervention {
  readonly kind: 'intervention'
  readonly version: number
  readonly type: EventType
  readonly by: Actor
  readonly step: string | null
  readonly reason: string | null
  /** What was raised, changed or given. */
  readonly change: Json
}

export interface Totals {
  readonly calls: number
  readonly accepted: number
  readonly rejected: number
  readonly failed: number
  readonly stepsCreated: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
}

export const auditStory = (events: ReadonlyArray<TaskEvent>, read: ReadContent): AuditStory => {
  const calls = planningStory(events, read)
  const items: StoryItem[] = [
    ...calls.map((call) => ({ kind: 'call', version: call.asked, call }) as const),
    ...gateStories(events, read).map((gate) => ({ kind: 'gate', version: gate.opened, gate }) as const),
    ...events.flatMap(interventions),
  ]
  const created = events[0]
  const isCreation = created?.type === 'task-created'
  return {
    template: isCreation ? created.data.template : null,
    createdBy: isCreation ? created.metadata.actor : null,
    forkedFrom: isCreation ? (created.data.forkedFrom ?? null) : null,
    items: items.sort((left, right) => left.version - right.version),
    totals: totalsOf(calls),
  }
}

/** What people do to a task of their own accord; their votes are told with the gates, their plans with the calls. */
const INTERVENTIONS: ReadonlySet<EventType> = new Set([
  'bounds-raised',
  'task-paused',
  'task-resumed',
  'task-cancelled',
  'task-reopened',
  'task-resolved-manually',
  'priority-changed',
  'step-retried-now',
  'step-reset',
  'step-resolved-manually',
  'step-completed-manually',
  'step-skipped',
])

/** What was decided by the clock: nobody took a hand, and an auditor asks why things ended there. */
const BY_THE_CLOCK: ReadonlySet<EventType> = new Set(['deadline-passed', 'phase-deadline-passed', 'phase-released'])

const interventions = (event: TaskEvent, index: number): ReadonlyArray<Intervention> => {
  const { actor } = event.metadata
  const isByPerson = INTERVENTIONS.has(event.type) && actor.kind === 'person'
  if (!isByPerson && !BY_THE_CLOCK.has(event.type)) return []
  const data: Json = JSON.parse(JSON.stringify(event.data))
  const { step = null, reason = null, ...change } = isJsonObject(data) ? data : {}
  return [
    {
      kind: 'intervention',
      version: index + 1,
      type: event.type,
      by: actor,
      step: typeof step === 'string' ? step : null,
      reason: typeof reason === 'string' ? reason : null,
      change: Object.keys(change).length === 0 ? null : change,
    },
  ]
}

const totalsOf = (calls: ReadonlyArray<PlanningCall>): Totals => {
  const asked = calls.filter(({ by }) => by.kind !== 'person')
  const sum = (of: (call: PlanningCall) => number): number => calls.reduce((total, call) => total + of(call), 0)
  const ended = (kind: PlanningCall['outcome']['kind']): number =>
    calls.filter(({ outcome }) => outcome.kind === kind).length
  return {
    calls: asked.length,
    accepted: ended('accepted'),
    rejected: ended('rejected'),
    failed: ended('failed'),
    stepsCreated: sum(({ outcome }) => (outcome.kind === 'accepted' ? outcome.materialised.length : 0)),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    costUsd: sum(({ costUsd }) => costUsd),
  }
}
