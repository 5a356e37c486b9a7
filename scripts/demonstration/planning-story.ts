/**
 * The story of planning as the log tells it: every call with what was asked, answered and judged, and what came of it.
 * A fold over the events; it knows nothing of how they are shown.
 */
import type { Content } from '../../src/core/content.js'
import type { TaskEvent } from '../../src/core/event.js'
import type { Finding } from '../../src/core/finding.js'
import { isJsonObject, type Json } from '../../src/core/json.js'

export interface PlanningCall {
  readonly step: string
  readonly call: number
  readonly provider: string
  readonly model: string
  readonly reasoning: string
  readonly proposedSteps: ReadonlyArray<string>
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  readonly outcome: CallOutcome
}

export type CallOutcome =
  | { readonly kind: 'asked' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'proposed' }
  | { readonly kind: 'rejected'; readonly findings: ReadonlyArray<Finding> }
  | { readonly kind: 'accepted'; readonly materialised: ReadonlyArray<string> }

/** Reads what an event carries by digest; undefined where it cannot be had. */
export type ReadContent = (content: Content) => Json | undefined

/** All calls to the planner in the order in which they were made. */
export const planningStory = (events: ReadonlyArray<TaskEvent>, read: ReadContent): ReadonlyArray<PlanningCall> => {
  const calls: PlanningCall[] = []
  const callOfProposal = new Map<string, number>()
  const latest = (step: string): number => calls.findLastIndex((call) => call.step === step)
  const change = (index: number, with_: Partial<PlanningCall>): void => {
    const call = calls[index]
    if (call !== undefined) calls[index] = { ...call, ...with_ }
  }
  for (const event of events) {
    switch (event.type) {
      case 'plan-requested':
        calls.push(asked(event.data))
        break
      case 'plan-failed':
        change(latest(event.data.step), {
          outcome: { kind: 'failed', code: event.data.code, message: event.data.message },
        })
        break
      case 'fragment-proposed':
        callOfProposal.set(event.id, latest(event.data.step))
        change(latest(event.data.step), {
          reasoning: event.data.reasoning,
          model: event.data.model,
          proposedSteps: event.data.fragment === null ? [] : stepNames(read(event.data.fragment)),
          inputTokens: event.data.tokens.inputTokens,
          outputTokens: event.data.tokens.outputTokens,
          costUsd: event.data.spent.costUsd,
          outcome: { kind: 'proposed' },
        })
        break
      case 'fragment-validated':
        change(callOfProposal.get(event.data.proposal) ?? -1, {
          outcome:
            event.data.verdict === 'accepted'
              ? { kind: 'accepted', materialised: [] }
              : { kind: 'rejected', findings: event.data.findings },
        })
        break
      case 'steps-materialized': {
        if (event.data.origin !== 'fragment' || event.data.by === null) break
        const index = latest(event.data.by)
        const outcome = calls[index]?.outcome
        if (outcome?.kind !== 'accepted') break
        // The frame's steps that had waited for the plan come along in the same event; they were not proposed.
        const scope = `${event.data.by}/`
        const names = event.data.steps.map((step) => step.name).filter((name) => name.startsWith(scope))
        change(index, { outcome: { kind: 'accepted', materialised: [...outcome.materialised, ...names] } })
        break
      }
      default:
    }
  }
  return calls
}

const asked = (request: {
  readonly step: string
  readonly call: number
  readonly provider: string
  readonly model: string
}): PlanningCall => ({
  step: request.step,
  call: request.call,
  provider: request.provider,
  model: request.model,
  reasoning: '',
  proposedSteps: [],
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  outcome: { kind: 'asked' },
})

const stepNames = (fragment: Json | undefined): ReadonlyArray<string> => {
  const steps = isJsonObject(fragment) ? fragment.steps : undefined
  if (!Array.isArray(steps)) return []
  return steps.flatMap((step: Json) => (isJsonObject(step) && typeof step.name === 'string' ? [step.name] : []))
}
