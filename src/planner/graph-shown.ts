/**
 * The graph around a planning step, as a planner is shown it. A graph that is too large is shown without the steps that
 * a fragment may not touch anyway, and then as many of the others as fit, the nearest first.
 */
import type { Frame, FrameStep } from '../core/frame.js'
import type { JsonObject } from '../core/json.js'
import { CONTEXT_GRAPH_BYTES } from '../core/limits.js'
import { frameViewOf } from '../core/validation/frame-view.js'

/** `before` may be depended on and referenced; nothing else of the frame may. */
type Place = 'this' | 'before' | 'after' | 'beside'

export const graphShown = (frame: Frame): JsonObject => {
  const { precedes, convergences, downstreamOf } = frameViewOf(frame)
  const after = downstreamOf([frame.planningStep])
  const placeOf = (name: string): Place =>
    name === frame.planningStep ? 'this' : precedes(name) ? 'before' : after.has(name) ? 'after' : 'beside'
  const attachTo = [...convergences]
  const shown = (steps: ReadonlyArray<FrameStep>): JsonObject => ({
    planning_step: frame.planningStep,
    attach_to: attachTo,
    steps: steps.map(({ name, type, handler, dependencies, description }) => ({
      name,
      ...(description === undefined ? {} : { description }),
      type,
      handler,
      dependencies,
      place: placeOf(name),
    })),
    ...(steps.length === frame.steps.length ? {} : { steps_not_shown: frame.steps.length - steps.length }),
  })
  const whole = shown(frame.steps)
  if (fits(whole)) return whole
  const usable = frame.steps.filter(
    ({ name }) => placeOf(name) === 'this' || placeOf(name) === 'before' || attachTo.includes(name),
  )
  return shown(asManyAsFit(usable))
}

const fits = (value: unknown): boolean => Buffer.byteLength(JSON.stringify(value)) <= CONTEXT_GRAPH_BYTES

/** Steps are declared in the order in which they came about: the last ones are the nearest. */
const asManyAsFit = (steps: ReadonlyArray<FrameStep>): ReadonlyArray<FrameStep> => {
  let left = CONTEXT_GRAPH_BYTES
  const kept: FrameStep[] = []
  for (const step of steps.toReversed()) {
    left -= Buffer.byteLength(JSON.stringify(step))
    if (left < 0) break
    kept.push(step)
  }
  return kept.reverse()
}
