/** The span of one call of a handler, and what the handler is told of it. */
import { type HandlerTrace, StepFailure } from '../ports/handler.js'
import type { Span, Traces } from '../ports/traces.js'

export interface HandlerSpan {
  readonly trace: HandlerTrace | undefined
  /** Runs the handler; its failure is the span's. */
  around<A>(run: () => Promise<A>): Promise<A>
}

export const handlerSpan = (traces: Traces, attempt: Span, callable: string): HandlerSpan => {
  if (!traces.isOn) return { trace: traceOf(traces, attempt), around: (run) => run() }
  const span = traces.start({ name: `handle ${callable}`, parent: attempt.traceparent })
  return {
    trace: traceOf(traces, span),
    around: async (run) => {
      try {
        const result = await span.within(run)
        span.end()
        return result
      } catch (error) {
        // Messages may hold what has to be masked; the attempt's span has the masked one.
        span.end({ code: error instanceof StepFailure ? error.code : 'handler_error' })
        throw error
      }
    },
  }
}

const traceOf = (traces: Traces, { traceparent }: Span): HandlerTrace | undefined =>
  traceparent === undefined
    ? undefined
    : { traceparent, start: (asked) => traces.start({ ...asked, parent: traceparent }) }
