/** What events that have landed mean in numbers. This runs for every event of the process: what it needs, it keeps. */
import type { EventOf, EventType, TaskEvent } from '../core/event.js'
import { isClosed, type TaskState } from '../core/state.js'
import { BoundedLabel, type Count, type Counts } from './counts.js'
import { SPENT_BOUNDS } from './metric-table.js'

export interface Observations {
  taskEnded(labels: { readonly namespace: string; readonly template: string }, seconds: number): void
  boundUsed(bound: string, share: number): void
}

export class EventCounts {
  readonly #types = new Map<EventType, Count>()
  readonly #templates = new Map<string, Map<string, TemplateCounts>>()
  readonly #models = new BoundedLabel()
  readonly #codes = new BoundedLabel()
  #known = 0

  constructor(
    private readonly counts: Counts,
    private readonly maxTemplates: number,
    private readonly observe: Observations,
  ) {}

  /** `createdAtMs`: of the task. */
  landed(state: TaskState, events: ReadonlyArray<TaskEvent>, createdAtMs: number, nowMs: number): void {
    const of = this.#countsOf(state.template.namespace, state.template.name)
    for (const event of events) {
      this.#ofType(event.type).value += 1
      this.#count(of, event)
      if (ENDS[event.type] === true && isClosed(state.phase)) this.#ended(of, state, (nowMs - createdAtMs) / 1000)
    }
  }

  #count(of: TemplateCounts, event: TaskEvent): void {
    switch (event.type) {
      case 'step-started':
        of.started.value += 1
        return
      case 'step-completed':
        of.completed.value += 1
        return
      case 'task-created':
        of.created.value += 1
        return
      case 'task-blocked':
        return of.add('tasker_tasks_blocked_total', {})
      case 'step-failed':
        return of.add('tasker_steps_failed_total', { reason: event.data.reason })
      case 'step-attempt-failed':
        return of.add('tasker_attempts_failed_total', { retried: String(event.data.dueAtMs !== null) })
      case 'step-lost':
        return of.add('tasker_attempts_lost_total', { drained: String(event.data.drained === true) })
      case 'deadline-passed':
        return of.add('tasker_deadlines_passed_total', { limit: event.data.limit ?? 'max_duration_minutes' })
      case 'phase-deadline-passed':
        return of.add('tasker_deadlines_passed_total', { limit: event.data.level })
      case 'gate-opened':
      case 'gate-approved':
      case 'gate-rejected':
      case 'gate-expired':
      case 'gate-escalated':
      case 'gate-reminded':
        return of.add('tasker_gates_total', { outcome: event.type.slice('gate-'.length) })
      case 'domain-event-published':
      case 'domain-event-withheld':
        return of.add('tasker_domain_events_total', { outcome: event.type.slice('domain-event-'.length) })
      case 'late-result-recorded':
        return this.counts.add('tasker_late_results_total', {})
      case 'plan-requested':
        return this.counts.add('tasker_planner_calls_total', { provider: event.data.provider })
      case 'plan-failed':
        return this.counts.add('tasker_planner_call_failures_total', { code: this.#codes.of(event.data.code) })
      case 'fragment-proposed':
        return this.#proposed(event)
      case 'fragment-validated':
        return this.#judged(event)
      default:
        return
    }
  }

  #proposed({ data }: EventOf<'fragment-proposed'>): void {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = data.tokens
    this.counts.add('tasker_planner_tokens_total', { kind: 'input' }, inputTokens)
    this.counts.add('tasker_planner_tokens_total', { kind: 'output' }, outputTokens)
    this.counts.add('tasker_planner_tokens_total', { kind: 'cache_read' }, cacheReadTokens)
    this.counts.add('tasker_planner_tokens_total', { kind: 'cache_write' }, cacheWriteTokens)
    this.counts.add('tasker_planner_cost_usd_total', { model: this.#models.of(data.model) }, data.spent.costUsd)
  }

  #judged({ data }: EventOf<'fragment-validated'>): void {
    this.counts.add('tasker_fragments_total', { verdict: data.verdict })
    for (const { code } of data.findings) this.counts.add('tasker_findings_total', { code })
  }

  #ended(of: TemplateCounts, { phase, bounds, used }: TaskState, seconds: number): void {
    of.add('tasker_tasks_ended_total', { status: phase.kind })
    this.observe.taskEnded(of.labels, seconds)
    for (const [bound, spent] of Object.entries(SPENT_BOUNDS)) {
      const limit = bounds[bound as keyof typeof SPENT_BOUNDS]
      if (limit !== undefined && limit > 0) this.observe.boundUsed(bound, used[spent] / limit)
    }
  }

  #ofType(type: EventType): Count {
    const known = this.#types.get(type)
    if (known !== undefined) return known
    const made = this.counts.of('tasker_events_total', { type })
    this.#types.set(type, made)
    return made
  }

  #countsOf(namespace: string, template: string): TemplateCounts {
    const ofNamespace = this.#templates.get(namespace)
    const known = ofNamespace?.get(template)
    if (known !== undefined) return known
    if (this.#known >= this.maxTemplates && template !== OTHER) return this.#countsOf(OTHER, OTHER)
    this.#known += 1
    const made = new TemplateCounts(this.counts, { namespace, template })
    if (ofNamespace === undefined) this.#templates.set(namespace, new Map([[template, made]]))
    else ofNamespace.set(template, made)
    return made
  }
}

const OTHER = 'other'

const ENDS: Readonly<Partial<Record<EventType, true>>> = {
  'task-completed': true,
  'task-failed': true,
  'task-cancelled': true,
  'task-resolved-manually': true,
}

class TemplateCounts {
  readonly created: Count
  readonly started: Count
  readonly completed: Count

  constructor(
    private readonly counts: Counts,
    readonly labels: { readonly namespace: string; readonly template: string },
  ) {
    this.created = counts.of('tasker_tasks_created_total', labels)
    this.started = counts.of('tasker_steps_started_total', labels)
    this.completed = counts.of('tasker_steps_completed_total', labels)
  }

  add(name: Parameters<Counts['add']>[0], labels: Readonly<Record<string, string>>): void {
    this.counts.add(name, { ...this.labels, ...labels })
  }
}
