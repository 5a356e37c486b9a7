/**
 * The parts of a step in which references may stand: its configuration, the configurations that are nested in it (what a
 * fan-out runs for each item), and its inputs. Each is held against the handler that will read it.
 */
import type { Capability, Vocabulary } from '../capability.js'
import { isJsonObject, type Json, type JsonObject } from '../json.js'
import { type PlacedText, referencesIn } from '../reference.js'
import type { StepType } from '../step.js'
import type { DraftStep } from './draft.js'
import { valueAt } from './fields.js'
import { placeOf } from './findings.js'
import { capabilityOf } from './handler-names.js'

export interface Unit {
  readonly kind: 'config' | 'nested' | 'inputs'
  /** `steps.3.config` */
  readonly place: string
  /** The handler that reads it; undefined where it is unknown. */
  readonly capability: Capability | undefined
  /** As it was written; for a nested one, with where its handler was named. */
  readonly whole: JsonObject
  readonly handler: { readonly name: string; readonly place: string } | undefined
  /** What is given by name beside a configuration. */
  readonly inputs: JsonObject
  /** Without what is nested in it, which are units of their own. */
  readonly own: JsonObject
  /** Strings of `own` that hold references, or what was meant as one. */
  readonly texts: ReadonlyArray<PlacedText>
  /** Whether `${item…}` has a meaning here. */
  readonly hasItem: boolean
  /** The unit in which this one is nested. */
  readonly outer: Unit | undefined
}

/** What the checks of configurations read: those of a fragment and those of a template are held against the same. */
export interface WithUnits {
  readonly steps: ReadonlyArray<{ readonly units: ReadonlyArray<Unit> }>
}

export const unitsOf = (
  step: Pick<DraftStep, 'place' | 'config' | 'inputs' | 'readable'>,
  capability: Capability | undefined,
  type: StepType,
  vocabulary: Vocabulary,
): ReadonlyArray<Unit> => {
  if (!step.readable) return []
  const of = { capability, handler: undefined, hasItem: type === 'batch_worker', outer: undefined }
  const units = [
    unitOf({ kind: 'config', place: placeOf(step.place, 'config'), whole: step.config, inputs: step.inputs, ...of }),
    ...inputsUnit({ place: placeOf(step.place, 'inputs'), whole: step.inputs, ...of }),
  ]
  // Units are appended while they are read, so that what is nested in a nested one is reached too.
  for (let index = 0; index < units.length; index++) {
    const unit = units[index]
    if (unit !== undefined && unit.kind !== 'inputs') units.push(...nestedIn(unit, vocabulary))
  }
  return units
}

type UnitParts = Omit<Unit, 'own' | 'texts'>

const unitOf = (unit: UnitParts): Unit => {
  const nested = unit.kind === 'inputs' ? [] : (unit.capability?.fields.nested ?? [])
  const paths = nested.flatMap(({ config, inputs }) => (inputs === undefined ? [config] : [config, inputs]))
  const own = paths.reduce((value, path) => without(value, path.split('.')), unit.whole)
  return { ...unit, own, texts: referencesIn(own) }
}

/** Inputs that are neither given nor asked for are no part of a step. */
const inputsUnit = (unit: Omit<UnitParts, 'kind' | 'inputs'>): ReadonlyArray<Unit> =>
  Object.keys(unit.whole).length > 0 || unit.capability?.inputs.required !== undefined
    ? [unitOf({ kind: 'inputs', inputs: {}, ...unit })]
    : []

const nestedIn = (outer: Unit, vocabulary: Vocabulary): ReadonlyArray<Unit> =>
  (outer.capability?.fields.nested ?? []).flatMap((nested) => {
    const name = valueAt(outer.whole, nested.handler)
    const config = objectAt(outer.whole, nested.config)
    const inputs = objectAt(outer.whole, nested.inputs)
    if (typeof name !== 'string' && config === undefined && inputs === undefined) return []
    const capability = typeof name === 'string' ? capabilityOf(vocabulary, name) : undefined
    const handler = typeof name === 'string' ? { name, place: placeOf(outer.place, nested.handler) } : undefined
    const of = { capability, hasItem: true, outer }
    return [
      unitOf({
        kind: 'nested',
        place: placeOf(outer.place, nested.config),
        whole: config ?? {},
        inputs: inputs ?? {},
        handler,
        ...of,
      }),
      ...inputsUnit({
        place: placeOf(outer.place, nested.inputs ?? 'inputs'),
        whole: inputs ?? {},
        handler: undefined,
        ...of,
      }),
    ]
  })

const objectAt = (value: JsonObject, path: string | undefined): JsonObject | undefined => {
  const found = path === undefined ? undefined : valueAt(value, path)
  return isJsonObject(found) ? found : undefined
}

/** The object less what stands at a path; `Object.fromEntries` keeps a hostile key an ordinary one. */
const without = (value: JsonObject, path: ReadonlyArray<string>): JsonObject => {
  const [key = '', ...rest] = path
  const inner = Object.hasOwn(value, key) ? value[key] : undefined
  if (inner === undefined) return value
  const entries = Object.entries(value).flatMap(([name, member]): ReadonlyArray<[string, Json]> => {
    if (name !== key) return [[name, member]]
    return rest.length > 0 && isJsonObject(member) ? [[name, without(member, rest)]] : []
  })
  return Object.fromEntries(entries)
}
