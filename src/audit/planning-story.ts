/**
 * The story of planning as the log tells it: every call with what was asked, answered and judged, and what came of it.
 * A plan that a person edited is told like a call that cost nothing. A fold over the events; it knows nothing of how
 * they are shown.
 */
import type { Bounds, Usage } from '../core/bounds.js'
import type { Actor, EventOf, TaskEvent } from '../core/event.js'
import type { Finding } from '../core/finding.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import type { ReadContent } from './told-task.js'

export interface PlanningCall {
  readonly step: string
  readonly attempt: number
  readonly call: number
  /** Proposals of the step that were rejected before. */
  readonly revision: number
  /** Versions of the events that asked, answered and judged. */
  readonly asked: number
  readonly answered: number | null
  readonly judged: number | null
  /** The planner, or the person who edited its plan. */
  readonly by: Actor
  readonly provider: string
  readonly model: string
  /** What the template or the enclosing fragment wants of the step. */
  readonly goal: string | null
  /** System, prompt, revisions and schema as they were sent; null where they cannot be had. */
  readonly prompt: Json
  readonly context: ReadonlyArray<ShownData>
  readonly contextDigest: string
  readonly boundsLeft: Bounds
  readonly reserves: Usage | null
  /** Digest of the capability schema that the planner was shown, or that the answer was judged by. */
  readonly vocabulary: string
  readonly reasoning: string
  /** The answer as it came. */
  readonly answer: string | null
  readonly stopReason: string | null
  /** What the provider said of a refusal. */
  readonly stopDetails: JsonObject | null
  /** What the provider offered of the model's thinking. */
  readonly thinking: string | null
  readonly proposedSteps: ReadonlyArray<string>
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  readonly outcome: CallOutcome
  /** Who approved the plan, where people had to. */
  readonly approvedBy: ReadonlyArray<string>
  /** Why nothing came of a plan that validation had accepted: people rejected it, or another took its place. */
  readonly dropped: string | null
}

/** A part of the task's data, and in which form the planner was shown it. */
export interface ShownData {
  readonly name: string
  readonly form: string
  readonly bytes: number
  readonly digest: string
}

export type CallOutcome =
  | { readonly kind: 'asked' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'proposed' }
  | { readonly kind: 'rejected'; readonly findings: ReadonlyArray<Finding> }
  | { readonly kind: 'accepted'; readonly materialised: ReadonlyArray<string> }

/** All calls to the planner in the order in which they were made. */
export const planningStory = (events: ReadonlyArray<TaskEvent>, read: ReadContent): ReadonlyArray<PlanningCall> => {
  const story = new PlanningStory(read)
  for (const [index, event] of events.entries()) story.take(event, index + 1)
  return story.calls
}

class PlanningStory {
  readonly calls: PlanningCall[] = []
  readonly #goals = new Map<string, string>()
  readonly #callOfProposal = new Map<string, number>()

  constructor(private readonly read: ReadContent) {}

  take(event: TaskEvent, version: number): void {
    switch (event.type) {
      case 'plan-requested':
        this.calls.push(asked(event, version, this.#goals.get(event.data.step), this.read))
        return
      case 'plan-failed': {
        const { step, code, message } = event.data
        return this.#change(this.#latest(step), { answered: version, outcome: { kind: 'failed', code, message } })
      }
      case 'fragment-proposed':
        return this.#proposed(event, version)
      case 'fragment-validated':
        return this.#judged(event, version)
      case 'gate-approved':
        // Who approved a step that is no plan's is told with its gate.
        return this.#change(this.#latest(event.data.step), { approvedBy: event.data.by })
      case 'gate-rejected':
        return this.#drop(this.#latest(event.data.step), event.data.error.message)
      case 'gate-expired':
        if (event.data.action === 'reject') this.#drop(this.#latest(event.data.step), 'nobody decided in time')
        return
      case 'steps-materialized':
        return this.#materialized(event)
      default:
    }
  }

  #proposed(event: EventOf<'fragment-proposed'>, version: number): void {
    const { step, reasoning, model, raw, fragment, stopReason, stopDetails, thinking, tokens, spent } = event.data
    const before = this.calls[this.#latest(step)]
    if (event.metadata.actor.kind === 'person' && before !== undefined) this.calls.push(edited(before, event, version))
    const index = this.#latest(step)
    this.#callOfProposal.set(event.id, index)
    this.#change(index, {
      answered: version,
      reasoning,
      model,
      answer: textIn(this.read(raw)),
      stopReason,
      stopDetails: stopDetails ?? null,
      thinking: thinking === undefined ? null : textIn(this.read(thinking)),
      proposedSteps: fragment === null ? [] : stepNames(this.read(fragment)),
      inputTokens: tokens.inputTokens,
      outputTokens: tokens.outputTokens,
      costUsd: spent.costUsd,
      outcome: { kind: 'proposed' },
    })
  }

  #judged({ data }: EventOf<'fragment-validated'>, version: number): void {
    const index = this.#callOfProposal.get(data.proposal) ?? -1
    const call = this.calls[index]
    if (data.verdict === 'accepted' && call?.by.kind === 'person') this.#replace(call.step, index)
    const outcome: CallOutcome =
      data.verdict === 'accepted'
        ? { kind: 'accepted', materialised: [] }
        : { kind: 'rejected', findings: data.findings }
    this.#change(index, {
      judged: version,
      outcome,
      vocabulary: data.vocabulary,
    })
  }

  #materialized({ data }: EventOf<'steps-materialized'>): void {
    for (const { name, config } of [...data.steps, ...(data.withheld ?? [])]) {
      if (typeof config?.goal === 'string') this.#goals.set(name, config.goal)
    }
    if (data.origin !== 'fragment' || data.by === null) return
    const index = this.#latest(data.by)
    const outcome = this.calls[index]?.outcome
    if (outcome?.kind !== 'accepted') return
    // The frame's steps that had waited for the plan come along in the same event; they were not proposed.
    const scope = `${data.by}/`
    const names = data.steps.map((step) => step.name).filter((name) => name.startsWith(scope))
    this.#change(index, { outcome: { kind: 'accepted', materialised: [...outcome.materialised, ...names] } })
  }

  /** What people were asked about before is not asked about any more. */
  #replace(step: string, index: number): void {
    const before = this.calls
      .slice(0, index)
      .findLastIndex((call) => call.step === step && call.outcome.kind === 'accepted')
    this.#drop(before, 'another plan took its place')
  }

  #drop(index: number, dropped: string): void {
    const outcome = this.calls[index]?.outcome
    if (outcome?.kind === 'accepted' && outcome.materialised.length === 0) this.#change(index, { dropped })
  }

  #latest(step: string): number {
    return this.calls.findLastIndex((call) => call.step === step)
  }

  #change(index: number, with_: Partial<PlanningCall>): void {
    const call = this.calls[index]
    if (call !== undefined) this.calls[index] = { ...call, ...with_ }
  }
}

const asked = (
  { data, metadata }: EventOf<'plan-requested'>,
  version: number,
  goal: string | undefined,
  read: ReadContent,
): PlanningCall => {
  const { step, attempt, call, revision, provider, model, contextDigest, boundsLeft, reserves, vocabulary } = data
  const prompt = read(data.prompt) ?? null
  return {
    ...{ step, attempt, call, revision, provider, model, contextDigest, boundsLeft, reserves, vocabulary, prompt },
    asked: version,
    answered: null,
    judged: null,
    by: metadata.actor,
    goal: goal ?? null,
    context: shownIn(prompt),
    reasoning: '',
    answer: null,
    stopReason: null,
    stopDetails: null,
    thinking: null,
    proposedSteps: [],
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
    outcome: { kind: 'asked' },
    approvedBy: [],
    dropped: null,
  }
}

/** A person's plan stands in for the planner's: nothing was asked for it, and it cost nothing. */
const edited = (before: PlanningCall, { metadata }: EventOf<'fragment-proposed'>, version: number): PlanningCall => ({
  ...before,
  asked: version,
  judged: null,
  by: metadata.actor,
  provider: 'person',
  prompt: null,
  context: [],
  reserves: null,
  approvedBy: [],
  dropped: null,
})

const shownIn = (prompt: Json): ReadonlyArray<ShownData> => {
  const context = isJsonObject(prompt) ? prompt.context : undefined
  if (!Array.isArray(context)) return []
  return context.flatMap((part: Json) => {
    if (!isJsonObject(part)) return []
    const { name, form, bytes, digest } = part
    return typeof name === 'string' &&
      typeof form === 'string' &&
      typeof bytes === 'number' &&
      typeof digest === 'string'
      ? [{ name, form, bytes, digest }]
      : []
  })
}

const textIn = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)

const stepNames = (fragment: Json | undefined): ReadonlyArray<string> => {
  const steps = isJsonObject(fragment) ? fragment.steps : undefined
  if (!Array.isArray(steps)) return []
  return steps.flatMap((step: Json) => (isJsonObject(step) && typeof step.name === 'string' ? [step.name] : []))
}
