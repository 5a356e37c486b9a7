/**
 * A frame is what a planning step sees of the graph around it: the template's steps and those of the fragments that
 * enclose it, by their materialised names. Validation holds a fragment against it and against nothing else.
 */
import type { JsonObject } from './json.js'
import type { StepType } from './step.js'

export interface Frame {
  /** The planning step's materialised name; its fragment's steps are named `<planningStep>/<name>`. */
  readonly planningStep: string
  readonly steps: ReadonlyArray<FrameStep>
  /** What the template says of the task's input. */
  readonly inputSchema?: JsonObject
}

export interface FrameStep {
  readonly name: string
  readonly type: StepType
  readonly handler: string
  readonly description?: string
  /** Materialised names. */
  readonly dependencies: ReadonlyArray<string>
  /** Nothing may be attached to a step that has started. */
  readonly started: boolean
  /** As it was written, and what its author promises of its result: they tell what may be read of it. */
  readonly config?: JsonObject
  readonly resultSchema?: JsonObject
}

/** The scope of a materialised name: everything before its last `/`, empty for a step of the template. */
export const scopeOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')))

/**
 * Resolves a name as written by a step of `scope`: as it stands in that fragment first, then in the enclosing ones,
 * then in the template. A full materialised name is found last, in the empty scope.
 */
export const resolveName = (scope: string, name: string, exists: (name: string) => boolean): string | undefined => {
  for (let inner = scope; inner !== ''; inner = scopeOf(inner)) {
    if (exists(`${inner}/${name}`)) return `${inner}/${name}`
  }
  return exists(name) ? name : undefined
}
