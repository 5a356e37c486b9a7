/**
 * How many instances a fan-out is sure to lead to: only where its items are written out. What a reference will hold is
 * counted when it is known, in the append that would make the instances.
 */
import type { Json, JsonObject } from '../json.js'
import type { ProposedStep } from './proposal.js'
import type { Unit } from './units.js'

/** All instances that one step leads to for certain, those of its instances included. */
export const literalInstances = ({ units }: ProposedStep): number => {
  // Nested units stand behind the ones that they are nested in.
  const below = new Map<Unit, number>()
  for (const unit of units.toReversed()) {
    if (unit.kind === 'inputs') continue
    const own = itemsIn(unit)
    const each = below.get(unit) ?? 0
    const all = own * (1 + each)
    if (unit.outer === undefined) return all
    below.set(unit.outer, (below.get(unit.outer) ?? 0) + all)
  }
  return 0
}

const itemsIn = ({ capability, own, inputs }: Unit): number => {
  if (capability === undefined || capability.fields.nested.length === 0) return 0
  const items = inputs.items ?? own.items
  if (!isList(items)) return 0
  return Math.ceil(items.length / chunkSizeIn(own))
}

const chunkSizeIn = ({ chunk_size: size }: JsonObject): number => (typeof size === 'number' && size >= 1 ? size : 1)

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)
