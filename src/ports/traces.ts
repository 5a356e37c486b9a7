/**
 * Traces, as the rest of the system sees them: spans with a name, a parent and attributes. Contexts travel as W3C
 * `traceparent` texts: in the metadata of events, in hints, in rows of the inbox, and in headers. Without somebody who
 * collects spans (`isOn`) there are none, and a context that came from elsewhere is handed on as it came.
 */
export interface Traces {
  /** Whether anybody collects. Attributes and names need not be made where nobody does. */
  readonly isOn: boolean
  start(asked: SpanAsked): Span
  /** What the caller's program is doing just now, where its own SDK knows. */
  active(): string | undefined
}

export interface SpanAsked {
  readonly name: string
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  /** A `traceparent`; absent, the span begins a trace of its own. */
  readonly parent?: string | undefined
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

export interface Span {
  /** Undefined where there is no context to hand on. */
  readonly traceparent: string | undefined
  rename(name: string): void
  set(attributes: Readonly<Record<string, string | number | boolean>>): void
  /** Runs a function with this span as the active one: the spans of what it calls are its children. */
  within<A>(run: () => A): A
  /** With a fault, the span says that it failed. */
  end(fault?: { readonly code: string; readonly message?: string }): void
}

const passing = (traceparent: string | undefined): Span => ({
  traceparent,
  rename: () => undefined,
  set: () => undefined,
  within: (run) => run(),
  end: () => undefined,
})

/** A span that nobody collects, before a context that goes on. */
export const passingSpan = (traceparent: string | undefined): Span =>
  traceparent === undefined ? NO_SPAN : passing(traceparent)

const NO_SPAN = passing(undefined)

export const noTraces: Traces = {
  isOn: false,
  start: ({ parent }) => passingSpan(parent),
  active: () => undefined,
}
