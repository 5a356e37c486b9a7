/**
 * What is left of the bounds for a step: those of the task, and those of every phase that encloses it, each less what
 * was used, what is promised, and what the graph may yet create by itself: steps that were declared and are withheld
 * behind a decision or a plan will be taken from the same bounds. The smallest applies.
 */
import { covers, left, narrow } from '../allowance.js'
import { addUsage, type Bounds, NOTHING_USED, subtractUsage, type Usage } from '../bounds.js'
import { scopeOf } from '../frame.js'
import { isCreated, isWorkerTemplate, type Node } from '../graph/node.js'
import { fragmentBounds, givenBounds } from '../graph/phase-bounds.js'
import { findNode, type TaskState } from '../state.js'

export interface BoundOverrun {
  readonly bound: string
  readonly limit: number
  readonly value: number
}

/** What a planning step may still use, its own phase's bounds included. */
export const boundsLeftFor = (state: TaskState, planning: Node): Bounds => smallest(levelsFor(state, planning))

/** Somebody who states bounds, and what counts against them: what was used, is promised, and may yet come by itself. */
export interface BoundsLevel {
  /** The planning step whose phase it is; null for the task. */
  readonly phase: string | null
  readonly bounds: Bounds
  readonly counted: Usage
}

/** The task, the phases around a planning step, and its own; those that state nothing are left out. */
export const levelsFor = (state: TaskState, planning: Node): ReadonlyArray<BoundsLevel> => {
  const own = givenBounds(planning)
  const toCome = stepsToCome(state)
  const phase = planning.definition.name
  const around = levelsAround(state, phase, toCome)
  return own === undefined
    ? around
    : [...around, { phase, bounds: own, counted: addUsage(usedByPhase(planning), toCome(`${phase}/`)) }]
}

/** The first bound on steps that `count` more of them below `step` would pass. */
export const overrunBySteps = (state: TaskState, step: string, count: number): BoundOverrun | undefined => {
  const usage: Usage = { ...NOTHING_USED, steps: count }
  // While there is room even for every step that is known, nobody has to count those that may yet come.
  const { max_steps: most = Number.POSITIVE_INFINITY } = state.bounds
  const isRoomy = phaseBounds(state, step).length === 0 && state.nodes.length + state.reserved.steps + count <= most
  if (isRoomy) return undefined
  const overrun = covers(smallest(levelsAround(state, step, stepsToCome(state))), usage)[0]
  if (overrun === undefined) return undefined
  const { max_steps: limit = overrun.limit } = state.bounds
  return { ...overrun, limit, value: limit - overrun.limit + overrun.value }
}

/** Instances that one step may lead to, by the task and by every phase around it. */
export const fanOutLimit = (state: TaskState, step: string): number | undefined =>
  [state.bounds, ...phaseBounds(state, step)].reduce<number | undefined>(
    (limit, { max_fan_out: other }) => (limit === undefined || (other !== undefined && other < limit) ? other : limit),
    undefined,
  )

/** What the planning steps around a step were given, and what their fragments said of themselves. */
export const phaseBounds = (state: TaskState, step: string): ReadonlyArray<Bounds> =>
  phasesAround(state, step).flatMap((phase) =>
    [givenBounds(phase), fragmentBounds(phase)].filter((bounds): bounds is Bounds => bounds !== undefined),
  )

const smallest = (levels: ReadonlyArray<BoundsLevel>): Bounds =>
  levels.map(({ bounds, counted }) => left(bounds, counted)).reduce(narrow)

const levelsAround = (state: TaskState, step: string, toCome: ToCome): ReadonlyArray<BoundsLevel> => [
  { phase: null, bounds: state.bounds, counted: addUsage(addUsage(state.used, state.reserved), toCome('')) },
  ...phasesAround(state, step).flatMap((phase): ReadonlyArray<BoundsLevel> => {
    const { name } = phase.definition
    const below = toCome(`${name}/`)
    const given = givenBounds(phase)
    const narrower = fragmentBounds(phase)
    const since = subtractUsage(usedByPhase(phase), phase.planning?.accepted?.before ?? NOTHING_USED)
    return [
      ...(given === undefined ? [] : [{ phase: name, bounds: given, counted: addUsage(usedByPhase(phase), below) }]),
      ...(narrower === undefined ? [] : [{ phase: name, bounds: narrower, counted: addUsage(since, below) }]),
    ]
  }),
]

/** The innermost first. */
const phasesAround = (state: TaskState, step: string): ReadonlyArray<Node> => {
  const phases: Node[] = []
  for (let scope = scopeOf(step); scope !== ''; scope = scopeOf(scope)) {
    const phase = findNode(state, scope)
    if (phase !== undefined) phases.push(phase)
  }
  return phases
}

/** What may yet be created of the steps whose names begin so. */
type ToCome = (prefix: string) => Usage

const stepsToCome = (state: TaskState): ToCome => {
  const open = state.nodes.filter(
    (node) => !isCreated(node) && !isWorkerTemplate(node) && node.settlement === undefined,
  )
  return (prefix) => {
    const below = open.filter(({ definition }) => definition.name.startsWith(prefix))
    const phases = below.filter(({ definition }) => definition.type === 'planning').length
    return { ...NOTHING_USED, steps: below.length, phases }
  }
}

const usedByPhase = (planning: Node): Usage =>
  [planning.planning?.used, planning.planning?.outstanding?.reserves, planning.planning?.approval?.takes].reduce<Usage>(
    (sum, part) => (part === undefined ? sum : addUsage(sum, part)),
    NOTHING_USED,
  )
