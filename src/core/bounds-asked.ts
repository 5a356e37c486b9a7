/**
 * What people may allow where they are asked for more: by a planner that may not go on, or for a phase whose time is up.
 * Each bound that is stated, by whom and how much of it is left, and which of them stood in the way. A bound that nobody
 * states does not limit, and nobody has to raise it.
 */
import { ALLOW_LISTS, type AllowList, left, NUMERIC_BOUNDS, type NumericBound } from './allowance.js'
import { NOTHING_USED } from './bounds.js'
import { type BoundsLevel, levelsFor } from './decide/bounds-left.js'
import { heldFor } from './graph/held.js'
import type { GateState, Node } from './graph/node.js'
import { fragmentBounds } from './graph/phase-bounds.js'
import { isJsonObject, type Json, type JsonObject } from './json.js'
import { findNode, type TaskState } from './state.js'

export interface BoundsAsked {
  readonly numbers: ReadonlyArray<NumberAsked>
  readonly lists: ReadonlyArray<ListAsked>
}

export interface NumberAsked {
  readonly bound: NumericBound
  /** It stood in the way: what was refused passes it, or nothing of it is left. */
  readonly ranOut: boolean
  readonly limits: ReadonlyArray<StatedLimit>
  /** The number with which what was refused would have passed; undefined where that is not known. */
  readonly needs: number | undefined
}

export interface StatedLimit {
  /** The planning step whose phase it is; null for the task. */
  readonly phase: string | null
  readonly limit: number
  readonly left: number
}

export interface ListAsked {
  readonly bound: AllowList
  /** What was refused because it does not stand there; written by a planner. */
  readonly missing: ReadonlyArray<string>
}

/** Undefined where a step asks for no more than an answer. */
export const boundsAsked = (state: TaskState, step: string): BoundsAsked | undefined => {
  const node = findNode(state, step)
  if (node?.state.kind !== 'waiting_for_approval') return undefined
  const { gate } = node.state
  const held = heldFor(state, step)
  const asking = gate.about === 'exhausted' ? node : held
  if (asking === undefined) return undefined
  const levels = levelsOf(state, asking)
  const refused = held === undefined ? refusedBy(gate) : [{ bound: 'max_wall_clock_seconds' }]
  return {
    numbers: NUMERIC_BOUNDS.flatMap((bound) => numberAsked(bound, levels, refused)),
    lists: ALLOW_LISTS.flatMap((bound) => listAsked(bound, levels, refused)),
  }
}

/** A fragment that stands still for its own time states it itself. */
const levelsOf = (state: TaskState, asking: Node): ReadonlyArray<BoundsLevel> => {
  const bounds = fragmentBounds(asking)
  const levels = levelsFor(state, asking)
  return bounds === undefined ? levels : [...levels, { phase: asking.definition.name, bounds, counted: NOTHING_USED }]
}

/** The bound that a call would have passed, or all that was found against the last proposal. */
const refusedBy = ({ context }: GateState): ReadonlyArray<JsonObject> => {
  const told = 'value' in context && isJsonObject(context.value) ? context.value.details : undefined
  if (!isJsonObject(told)) return []
  return Array.isArray(told.findings) ? told.findings.filter(isJsonObject) : [told]
}

const numberAsked = (
  bound: NumericBound,
  levels: ReadonlyArray<BoundsLevel>,
  refused: ReadonlyArray<JsonObject>,
): ReadonlyArray<NumberAsked> => {
  const limits = levels.flatMap(({ phase, bounds, counted }): ReadonlyArray<StatedLimit> => {
    const limit = bounds[bound]
    return limit === undefined ? [] : [{ phase, limit, left: left(bounds, counted)[bound] ?? limit }]
  })
  if (limits.length === 0) return []
  const against = refused.filter((one) => one.bound === bound)
  const values = against.flatMap(({ value }) => (typeof value === 'number' ? [value] : []))
  // How long a phase has gone on already is not in its bounds.
  const isKnown = values.length > 0 && bound !== 'max_wall_clock_seconds'
  const needs = isKnown ? enough(limits, Math.max(...values)) : undefined
  return [{ bound, limits, needs, ranOut: against.length > 0 || limits.some((one) => one.left <= 0) }]
}

/** For each of those who state it, what they have given out already and what is asked for. */
const enough = (limits: ReadonlyArray<StatedLimit>, value: number): number =>
  Math.max(...limits.map(({ limit, left: rest }) => limit - rest + value))

/** Where a task lists no hosts and no secrets none is allowed; where it lists no handlers all of them are. */
const listAsked = (
  bound: AllowList,
  levels: ReadonlyArray<BoundsLevel>,
  refused: ReadonlyArray<JsonObject>,
): ReadonlyArray<ListAsked> => {
  const isStated = bound !== 'allowed_handlers' || levels.some(({ bounds }) => bounds[bound] !== undefined)
  if (!isStated) return []
  const missing = refused.flatMap((one): ReadonlyArray<Json | undefined> => {
    if (one.bound === bound) return Array.isArray(one.value) ? one.value : []
    return one.code === MISSING[bound].code ? [one[MISSING[bound].key]] : []
  })
  return [{ bound, missing: [...new Set(missing.filter((entry) => typeof entry === 'string'))] }]
}

const MISSING: Readonly<Record<AllowList, { readonly code: string; readonly key: string }>> = {
  allowed_handlers: { code: 'forbidden_handler', key: 'handler' },
  allowed_hosts: { code: 'host_not_allowed', key: 'host' },
  allowed_secrets: { code: 'secret_not_allowed', key: 'secret' },
}
