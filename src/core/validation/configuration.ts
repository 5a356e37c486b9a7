/**
 * Configurations, held against the codecs of their handlers. What a reference will stand for is not known yet, so a
 * problem with a value that holds one is left to the decoding that follows its resolution.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Capability } from '../capability.js'
import { decode, type Problem } from '../closed.js'
import type { Finding } from '../finding.js'
import { isJsonObject, type Json } from '../json.js'
import { hasReference, referencesIn } from '../reference.js'
import { valueAt, valueAtDotted } from './fields.js'
import { finding, offered, placeOf, quoted, storable } from './findings.js'
import type { Unit, WithUnits } from './units.js'

export const configurationFindings = ({ steps }: WithUnits): ReadonlyArray<Finding> =>
  steps.flatMap(({ units }) => units.flatMap((unit) => (unit.kind === 'inputs' ? [] : configFindings(unit))))

const configFindings = (unit: Unit): ReadonlyArray<Finding> => {
  const { capability } = unit
  if (capability === undefined) return []
  return [
    ...decodeProblems(capability, unit.whole)
      .filter((problem) => !isOpen(problem, unit.whole))
      .map(({ path, message }) => finding('invalid_config', placeOf(unit.place, path), storable(message))),
    ...nestedShape(unit, capability),
    ...nestedType(unit, capability),
  ]
}

/** A codec of a user's that throws on what a model wrote has refused it: the engine must not stumble over a proposal. */
const decodeProblems = (capability: Capability, config: Json): ReadonlyArray<Problem> => {
  try {
    const decoded = decode(capability.config, config)
    return E.isRight(decoded) ? [] : decoded.left
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return [{ path: '', message: `${capability.callable} cannot read it: ${said}` }]
  }
}

const isOpen = ({ path, message }: Problem, config: Json): boolean => {
  if (message.startsWith('unknown key')) return false
  const value = valueAtDotted(config, path)
  if (typeof value === 'string') return hasReference(value)
  return value !== undefined && referencesIn(value).some(({ segments }) => segments.some(({ kind }) => kind !== 'text'))
}

/** What a fan-out runs is judged now, so it has to stand here. */
const nestedShape = (unit: Unit, capability: Capability): ReadonlyArray<Finding> =>
  capability.fields.nested
    .flatMap(({ config, inputs }) => (inputs === undefined ? [config] : [config, inputs]))
    .flatMap((path) => {
      const value = valueAt(unit.whole, path)
      if (value === undefined || isJsonObject(value)) return []
      const message = 'must be an object that is written out here; references may stand inside of it'
      return [finding('invalid_config', placeOf(unit.place, path), message)]
    })

/** Instances are ordinary steps: none of them can plan, decide or ask people. */
const nestedType = (unit: Unit, capability: Capability): ReadonlyArray<Finding> => {
  if (unit.handler === undefined || capability.stepTypes.includes('standard')) return []
  const message = `${quoted(unit.handler.name)} stands in ${offered(capability.stepTypes)} steps only; a fan-out runs standard steps`
  return [finding('invalid_config', unit.handler.place, message)]
}
