/** A planner whose calls are measured and traced. It answers as the other does, and may be an object of any make. */
import type { Measures } from '../ports/measures.js'
import type { Planner } from '../ports/planner.js'
import type { Span, Traces } from '../ports/traces.js'

export interface PlannerObservers {
  readonly measures: Pick<Measures, 'planned'>
  readonly traces: Traces
}

/** Told of each call: how long it took, and where it stands in the trace, in the words of OpenTelemetry's conventions. */
export const observedPlanner = (
  planner: Planner,
  { measures, traces }: PlannerObservers,
  { traceparent: parent }: Span,
): Planner => ({
  provider: planner.provider,
  ...(planner.model === undefined ? {} : { model: planner.model }),
  ...(planner.needsModel === undefined ? {} : { needsModel: planner.needsModel }),
  ...(planner.foresee === undefined ? {} : { foresee: planner.foresee.bind(planner) }),
  plan: async (request, signal) => {
    const since = performance.now()
    const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': request.model }
    const span = traces.start({ name: `chat ${request.model}`, kind: 'client', parent, attributes })
    const answer = await span.within(() => planner.plan(request, signal))
    measures.planned(planner.provider, answer.kind, performance.now() - since)
    const { inputTokens = 0, outputTokens = 0 } = answer.usage ?? {}
    span.set({ 'gen_ai.usage.input_tokens': inputTokens, 'gen_ai.usage.output_tokens': outputTokens })
    span.end(answer.kind === 'failed' ? answer : undefined)
    return answer
  },
})
