/** Who planned what: each planning step's fragment is a phase of the task, with a colour and a name of its own. */
import { scopeOf } from '../../../core/frame.js'
import { isCreated, type Node } from '../../../core/graph/node.js'
import type { TaskState } from '../../../core/state.js'

export interface Phase {
  /** The planning step. */
  readonly name: string
  /** From 0; the style sheet knows `HUES` of them. */
  readonly hue: number
  readonly steps: number
}

export const HUES = 8

/** The planning step in whose fragment a step stands; empty for a step of the template. */
export const phaseOf = (node: Node): string => scopeOf(node.definition.name)

/** A phase planned inside another one belongs to it. */
export const isWithin = (phase: string, outer: string): boolean => phase === outer || phase.startsWith(`${outer}/`)

/** The phases of which there are steps, in the order in which they were planned. */
export const phasesOf = ({ nodes }: TaskState): ReadonlyArray<Phase> => {
  const steps = new Map<string, number>()
  for (const node of nodes) {
    const phase = phaseOf(node)
    if (phase !== '' && isCreated(node)) steps.set(phase, (steps.get(phase) ?? 0) + 1)
  }
  return [...steps].map(([name, count], index) => ({ name, hue: index % HUES, steps: count }))
}
