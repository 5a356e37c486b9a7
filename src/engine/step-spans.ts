/**
 * The span of a step begins with its first claim, and its context goes into the log with that claim: later attempts stand
 * below it beside the first, wherever they run, also where the first was lost before it reported anything.
 */
import type { Node } from '../core/graph/node.js'
import type { TaskState } from '../core/state.js'
import { queueOf } from '../core/step.js'
import type { Span, Traces } from '../ports/traces.js'
import { taskOf } from './ids.js'

interface Place {
  readonly stream: string
  readonly step: number
  readonly attempt: number
}

export interface StepSpans {
  /** What a claim says of traces: the step's context, of the state on which the claim is decided. */
  of(place: Place): { readonly traceIn?: (state: TaskState) => string | undefined }
  /** The span that a claim has begun; whoever takes it ends it. */
  take(place: Place): { readonly stepSpan?: Span }
  /** The claim came to nothing; a span that does not end is told to nobody. */
  forget(place: Place): void
}

export const createStepSpans = (traces: Traces): StepSpans => {
  const begun = new Map<string, Span>()
  const take = (place: Place): Span | undefined => {
    if (begun.size === 0) return undefined
    const key = keyOf(place)
    const span = begun.get(key)
    begun.delete(key)
    return span
  }
  return {
    of: (place) => {
      if (!traces.isOn) return NOTHING
      return {
        traceIn: (state) => {
          const node = state.nodes[place.step]
          if (node === undefined || node.trace !== undefined) return node?.trace
          const key = keyOf(place)
          // A claim that is decided again after a conflict is the same one.
          const span = begun.get(key) ?? spanOf(traces, state, node, place)
          begun.set(key, span)
          return span.traceparent
        },
      }
    },
    take: (place) => {
      const stepSpan = take(place)
      return stepSpan === undefined ? NOTHING : { stepSpan }
    },
    forget: (place) => void take(place),
  }
}

const NOTHING = {}

const keyOf = ({ stream, step, attempt }: Place): string => `${stream}/${step}/${attempt}`

const spanOf = (traces: Traces, state: TaskState, node: Node, { stream, attempt }: Place): Span =>
  traces.start({
    name: `step ${withoutNumbers(node.definition.name)}`,
    parent: state.trace,
    attributes: attributesOf(stream, state, node, attempt),
  })

/** Instances of a fan-out have one name among spans, and their own among attributes. */
const withoutNumbers = (name: string): string => name.replace(/\[\d+\]/g, '[]')

/** What the spans of a step and of its attempts say of it. */
export const attributesOf = (stream: string, state: TaskState, { definition }: Node, attempt: number) => ({
  'tasker.task.id': taskOf(stream),
  'tasker.template': state.template.name,
  'tasker.namespace': state.template.namespace,
  'tasker.step': definition.name,
  'tasker.handler': definition.handler,
  'tasker.attempt': attempt,
  'tasker.queue': queueOf(definition.handler, state.template.namespace),
})
