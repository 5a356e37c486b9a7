/**
 * Traces by OpenTelemetry's API. Tasker brings no SDK: whoever wants traces registers one in their own process (`node
 * --import ./otel.mjs`), before or after Tasker starts. Until then nothing is made.
 */
import {
  type Context,
  context,
  isSpanContextValid,
  type Span as OtelSpan,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { passingSpan, type Span, type SpanAsked, type Traces } from '../ports/traces.js'

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

export const createTraces = (): Traces => ({
  get isOn() {
    return tracerNow() !== undefined
  },
  start: (asked) => {
    const tracer = tracerNow()
    return tracer === undefined ? passingSpan(asked.parent) : started(tracer, asked)
  },
  active: () => textOf(trace.getSpanContext(context.active())),
})

/** Undefined while no SDK is registered. */
const tracerNow = (): Tracer | undefined => {
  const provider = trace.getTracerProvider()
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegateTracer('tasker-es')
    : provider.getTracer('tasker-es')
}

const started = (tracer: Tracer, { name, kind = 'internal', parent, attributes }: SpanAsked): Span => {
  const around = contextOf(parent)
  const span = tracer.startSpan(
    name,
    { kind: KINDS[kind], ...(attributes === undefined ? {} : { attributes }) },
    around,
  )
  return spanOf(span, trace.setSpan(around, span))
}

const spanOf = (span: OtelSpan, around: Context): Span => ({
  traceparent: textOf(span.spanContext()),
  rename: (name) => void span.updateName(name),
  set: (attributes) => void span.setAttributes(attributes),
  within: (run) => context.with(around, run),
  end: (fault) => {
    if (fault !== undefined) {
      span.setAttribute('error.type', fault.code)
      span.setStatus({ code: SpanStatusCode.ERROR, message: fault.message ?? fault.code })
    }
    span.end()
  },
})

const contextOf = (parent: string | undefined): Context => {
  const remote = parent === undefined ? undefined : contextIn(parent)
  return remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote)
}

/** https://www.w3.org/TR/trace-context/#traceparent-header; a later version may have more fields behind. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/

/** What a `traceparent` says; undefined for one that says nothing. */
export const contextIn = (traceparent: string): SpanContext | undefined => {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  const read: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
  }
  return isSpanContextValid(read) ? read : undefined
}

const textOf = (of: SpanContext | undefined): string | undefined => {
  if (of === undefined || !isSpanContextValid(of)) return undefined
  return `00-${of.traceId}-${of.spanId}-${of.traceFlags.toString(16).padStart(2, '0')}`
}
