/**
 * How well planners plan, folded from the log: whether the first proposal of a phase was valid, how many revisions it
 * took, what was found, and what each model used and cost. A plan that a person wrote is nobody's metric here.
 */
import type { EventOf, TaskEvent } from './event.js'

export interface PlannerMetrics {
  /** Planning steps that proposed something that was judged. */
  phases: number
  /** Those whose first proposal was accepted; those of which any was. */
  validAtFirstTry: number
  accepted: number
  /** Proposals after the first one of a phase. */
  revisions: number
  /** How often each finding was made, and how many calls failed, by their codes. */
  readonly findings: Record<string, number>
  readonly failedCalls: Record<string, number>
  readonly models: Record<string, ModelMetrics>
}

export interface ModelMetrics {
  calls: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  costUsd: number
  /** From the request to its answer or failure, of calls whose both ends were told with a time. */
  tookMs: number
}

interface Phase {
  asked: { readonly model: string; readonly atMs: number | undefined } | undefined
  /** Proposals of the planner that wait for their first verdict. */
  readonly waiting: Set<string>
  judged: number
  accepted: boolean
}

/** The fold over one or several tasks; events of one task in their order. `metrics` may be read at any time. */
export class PlannerMetricsFold {
  readonly metrics: PlannerMetrics = {
    phases: 0,
    validAtFirstTry: 0,
    accepted: 0,
    revisions: 0,
    findings: {},
    failedCalls: {},
    models: {},
  }
  readonly #phases = new Map<string, Phase>()

  /** `stream` tells tasks apart; `atMs` is the event's time, where it is known. */
  take(stream: string, event: TaskEvent, atMs?: number): void {
    switch (event.type) {
      case 'plan-requested':
        this.#phaseOf(stream, event).asked = { model: event.data.model, atMs }
        return
      case 'plan-failed': {
        const phase = this.#phaseOf(stream, event)
        count(this.metrics.failedCalls, event.data.code)
        this.#use(phase, phase.asked?.model ?? 'unknown', { ...NO_TOKENS, costUsd: event.data.spent.costUsd }, atMs)
        return
      }
      case 'fragment-proposed': {
        if (event.metadata.actor.kind === 'person') return
        const phase = this.#phaseOf(stream, event)
        const { model, tokens, spent } = event.data
        phase.waiting.add(event.id)
        this.#use(phase, model, { ...tokens, costUsd: spent.costUsd }, atMs)
        return
      }
      case 'fragment-validated':
        return this.#judged(this.#phaseOf(stream, event), event)
      default:
    }
  }

  /** A plan is judged again when people approve it: the first verdict is the planner's. */
  #judged(phase: Phase, { data }: EventOf<'fragment-validated'>): void {
    if (!phase.waiting.delete(data.proposal)) return
    const { metrics } = this
    phase.judged += 1
    if (phase.judged === 1) metrics.phases += 1
    else metrics.revisions += 1
    for (const { code } of data.findings) count(metrics.findings, code)
    if (data.verdict === 'rejected') return
    if (phase.judged === 1) metrics.validAtFirstTry += 1
    if (!phase.accepted) metrics.accepted += 1
    phase.accepted = true
  }

  #use(phase: Phase, model: string, used: Omit<ModelMetrics, 'calls' | 'tookMs'>, atMs: number | undefined): void {
    const askedAtMs = phase.asked?.atMs
    const tookMs = atMs === undefined || askedAtMs === undefined ? 0 : Math.max(0, atMs - askedAtMs)
    this.metrics.models[model] = added(this.metrics.models[model] ?? NOTHING, { calls: 1, tookMs, ...used })
    phase.asked = undefined
  }

  #phaseOf(stream: string, { data }: { readonly data: { readonly step: string } }): Phase {
    const key = `${stream} ${data.step}`
    const phase = this.#phases.get(key) ?? { asked: undefined, waiting: new Set(), judged: 0, accepted: false }
    this.#phases.set(key, phase)
    return phase
  }
}

/** Several metrics as one: those of many tasks, or of many logs. */
export const sumOf = (all: ReadonlyArray<PlannerMetrics>): PlannerMetrics => {
  const { metrics: total } = new PlannerMetricsFold()
  for (const { phases, validAtFirstTry, accepted, revisions, findings, failedCalls, models } of all) {
    total.phases += phases
    total.validAtFirstTry += validAtFirstTry
    total.accepted += accepted
    total.revisions += revisions
    for (const [code, number] of Object.entries(findings)) count(total.findings, code, number)
    for (const [code, number] of Object.entries(failedCalls)) count(total.failedCalls, code, number)
    for (const [model, used] of Object.entries(models))
      total.models[model] = added(total.models[model] ?? NOTHING, used)
  }
  return total
}

const added = (left: ModelMetrics, right: ModelMetrics): ModelMetrics => ({
  calls: left.calls + right.calls,
  inputTokens: left.inputTokens + right.inputTokens,
  outputTokens: left.outputTokens + right.outputTokens,
  cacheReadTokens: left.cacheReadTokens + right.cacheReadTokens,
  cacheWriteTokens: left.cacheWriteTokens + right.cacheWriteTokens,
  costUsd: left.costUsd + right.costUsd,
  tookMs: left.tookMs + right.tookMs,
})

const NO_TOKENS = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }
const NOTHING: ModelMetrics = { calls: 0, ...NO_TOKENS, costUsd: 0, tookMs: 0 }

const count = (counts: Record<string, number>, code: string, number = 1): void => {
  counts[code] = (counts[code] ?? 0) + number
}
