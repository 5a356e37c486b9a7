/**
 * Contracts: `inputs` gives a handler what its input contract names, each of a kind that it can be, and references read
 * what the results of their steps can hold. A contract that says nothing for certain refuses nothing.
 */
import type { Finding } from '../finding.js'
import { isJsonObject, type Json, type JsonObject } from '../json.js'
import { type Reference, scanReferences } from '../reference.js'
import { parseSimplePath } from '../simple-path.js'
import type { StepType } from '../step.js'
import { clipped, finding, offered, placeOf, quoted } from './findings.js'
import { capabilityOf } from './handler-names.js'
import type { Proposal } from './proposal.js'
import { type Kind, kindOf, kindsOf, schemaAt } from './schema-kinds.js'
import type { Unit } from './units.js'

export const contractFindings = (proposal: Proposal): ReadonlyArray<Finding> =>
  proposal.steps.flatMap(({ units }) =>
    units.flatMap((unit) => [
      ...(unit.kind === 'inputs' ? inputFindings(unit, proposal) : []),
      ...resultFindings(unit, proposal),
    ]),
  )

const inputFindings = ({ capability, whole, place }: Unit, proposal: Proposal): ReadonlyArray<Finding> => {
  if (capability === undefined) return []
  const { callable, inputs: contract } = capability
  const mismatch = (name: string, message: string) =>
    finding('contract_mismatch', placeOf(place, name), message, { input: clipped(name) })
  const known = isJsonObject(contract.properties) ? contract.properties : {}
  const findings: Finding[] = []
  for (const [name, value] of Object.entries(whole)) {
    const expected = Object.hasOwn(known, name) ? known[name] : contract.additionalProperties
    if (expected === false) {
      const names = offered(Object.keys(known))
      findings.push(mismatch(name, `${callable} takes no input ${quoted(name)}; it takes: ${names}`))
    } else if (expected !== undefined) {
      const fault = kindFault(kindsOf(expected), kindsOfValue(value, proposal))
      if (fault !== undefined) findings.push(mismatch(name, `${callable} ${fault}`))
    }
  }
  for (const name of requiredBy(contract)) {
    if (Object.hasOwn(whole, name)) continue
    findings.push(mismatch(name, `${callable} needs the input ${quoted(name)}; refer to what it is`))
  }
  return findings
}

const requiredBy = (contract: JsonObject): ReadonlyArray<string> =>
  Array.isArray(contract.required)
    ? contract.required.filter((name: Json): name is string => typeof name === 'string')
    : []

const kindFault = (
  expected: ReadonlySet<Kind> | undefined,
  given: ReadonlySet<Kind> | undefined,
): string | undefined => {
  if (expected === undefined || given === undefined) return undefined
  // A number, say, that may also be null is given the benefit of the doubt: it fails when it is null.
  if ([...given].some((kind) => expected.has(kind))) return undefined
  return `takes ${offered([...expected].sort())} here, and this is ${offered([...given].sort())}; refer to something else`
}

/** A string that is one reference has the kind of what it refers to; one that holds more is a text. */
const kindsOfValue = (value: Json, proposal: Proposal): ReadonlySet<Kind> | undefined => {
  if (typeof value !== 'string') return new Set([kindOf(value)])
  const segments = scanReferences(value)
  const [first] = segments
  if (segments.length !== 1 || first?.kind !== 'reference') return new Set<Kind>(['string'])
  if (first.reference.root === 'secrets') return new Set<Kind>(['string'])
  const schema = schemaOfReference(first.reference, proposal)
  return schema === undefined || schema === 'nothing' ? undefined : kindsOf(schema)
}

/** References to what the result of a step cannot hold. */
const resultFindings = (unit: Unit, proposal: Proposal): ReadonlyArray<Finding> =>
  unit.texts.flatMap(({ path, segments }) =>
    segments.flatMap((segment): ReadonlyArray<Finding> => {
      if (segment.kind !== 'reference' || segment.reference.root !== 'steps') return []
      if (schemaOfReference(segment.reference, proposal) !== 'nothing') return []
      const { name, path: written = '' } = segment.reference
      const message = `the result of ${quoted(name)} has nothing at ${quoted(written)}${whatItHas(segment.reference, proposal)}`
      const data = { reference: clipped(segment.source) }
      return [finding('contract_mismatch', placeOf(unit.place, ...path), message, data)]
    }),
  )

const schemaOfReference = (reference: Reference, proposal: Proposal): Json | 'nothing' | undefined => {
  if (reference.root !== 'steps') return undefined
  const steps = parseSimplePath(reference.path ?? '')
  const output = outputOf(reference.name, proposal)
  return steps === undefined || output === undefined ? undefined : schemaAt(output, steps)
}

const whatItHas = (reference: Reference, proposal: Proposal): string => {
  const output = reference.root === 'steps' ? outputOf(reference.name, proposal) : undefined
  return output !== undefined && isJsonObject(output.properties)
    ? `; it has: ${offered(Object.keys(output.properties))}`
    : ''
}

/** Results that the handler alone does not determine: those of instances taken together, and of steps that decide. */
const DETERMINED: ReadonlyArray<StepType> = ['standard', 'deferred_convergence']

const outputOf = (name: string, { resolve, steps, frame, vocabulary }: Proposal): JsonObject | undefined => {
  const resolved = resolve(name)
  if (resolved.kind === 'unknown') return undefined
  if (resolved.kind === 'fragment') {
    const step = steps[resolved.id]
    return step !== undefined && isDetermined(step.type) ? step.capability?.output : undefined
  }
  const step = frame.names.get(resolved.name)
  return step !== undefined && isDetermined(step.type) ? capabilityOf(vocabulary, step.handler)?.output : undefined
}

const isDetermined = (type: StepType): boolean => DETERMINED.includes(type)
