/**
 * Contracts: what the result of one step can hold is what the next one needs, through references and simple paths, in the
 * inputs that a handler names and in every field of its configuration. A mismatch names both ends. A contract that says
 * nothing for certain refuses nothing.
 */
import type { Finding } from '../finding.js'
import { isJsonObject, type Json, type JsonObject } from '../json.js'
import { type PlacedText, type Reference, scanReferences } from '../reference.js'
import { clipped, finding, offered, placeOf, quoted } from './findings.js'
import { type Misfit, misfit } from './misfit.js'
import { type Outputs, outputsOf, type Producing } from './outputs.js'
import { schemaOfField } from './schema-kinds.js'
import type { Unit } from './units.js'

export const contractFindings = (producing: Producing): ReadonlyArray<Finding> => {
  const outputs = outputsOf(producing)
  return producing.steps.flatMap(({ units }) =>
    units.flatMap((unit) => [
      ...(unit.kind === 'inputs' ? inputFindings(unit, outputs) : configFindings(unit, outputs)),
      ...resultFindings(unit, outputs),
    ]),
  )
}

const inputFindings = (unit: Unit, outputs: Outputs): ReadonlyArray<Finding> => {
  const { capability, whole, place } = unit
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
      findings.push(...valueFindings(value, expected, unit, [name], outputs))
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

/** Fields of a configuration that hold references; whatever is written out there its codec has judged. */
const configFindings = (unit: Unit, outputs: Outputs): ReadonlyArray<Finding> =>
  unit.texts.flatMap(({ path, text, segments }) => {
    const expected = schemaOfField(unit.capability?.configSchema ?? {}, path)
    // What is meant as a reference and is none may have stood for anything, and a text without one is the codec's.
    const isTold = segments.some(({ kind }) => kind === 'problem') || segments.every(({ kind }) => kind === 'text')
    return expected === undefined || isTold ? [] : valueFindings(text, expected, unit, path, outputs)
  })

const valueFindings = (
  value: Json,
  expected: Json,
  unit: Unit,
  path: ReadonlyArray<string>,
  outputs: Outputs,
): ReadonlyArray<Finding> => {
  const given = outputs.ofValue(value, unit)
  if (given === undefined || given === 'nothing') return []
  const found = misfit(given, expected)
  return found === undefined ? [] : [mismatchFinding(found, value, unit, path, outputs)]
}

const mismatchFinding = (
  { path: within, takes, gives }: Misfit,
  value: Json,
  { capability, place, kind }: Unit,
  path: ReadonlyArray<string>,
  outputs: Outputs,
): Finding => {
  const consumer = capability?.callable ?? ''
  const source = sourceOf(value, outputs)
  const where = within.length === 0 ? '' : ` at ${quoted(within.join('.'))}`
  const remedy =
    source === undefined ? 'write or refer to something else' : 'refer to something else, or transform it first'
  return finding(
    'contract_mismatch',
    placeOf(place, ...path),
    `${consumer} takes ${takes} here${where}, and ${source?.said ?? 'this'} is ${gives}; ${remedy}`,
    {
      ...(kind === 'inputs' ? { input: clipped(path[0] ?? '') } : {}),
      consumer: clipped(consumer),
      takes: clipped(takes),
      gives: clipped(gives),
      ...(source === undefined ? {} : source.data),
    },
  )
}

/** The other end: what was referred to, and whose result it is. */
const sourceOf = (value: Json, outputs: Outputs): { readonly said: string; readonly data: JsonObject } | undefined => {
  const segments = typeof value === 'string' ? scanReferences(value) : []
  const [first] = segments
  if (segments.length !== 1 || first?.kind !== 'reference') return undefined
  const producer = producerOf(first.reference, outputs)
  const reference = clipped(first.source)
  return producer === undefined
    ? { said: reference, data: { reference } }
    : { said: `${reference} (a result of ${producer})`, data: { reference, producer: clipped(producer) } }
}

const producerOf = (reference: Reference, outputs: Outputs): string | undefined =>
  reference.root === 'steps' ? outputs.producerOf(reference.name)?.handler : undefined

/** References to what a result, or an item, cannot hold. */
const resultFindings = (unit: Unit, outputs: Outputs): ReadonlyArray<Finding> =>
  unit.texts.flatMap(({ path, segments }: PlacedText) =>
    segments.flatMap((segment): ReadonlyArray<Finding> => {
      if (segment.kind !== 'reference' || outputs.behind(segment.reference, unit) !== 'nothing') return []
      const { reference, source } = segment
      const written = 'path' in reference ? (reference.path ?? '') : ''
      const producer = reference.root === 'steps' ? outputs.producerOf(reference.name) : undefined
      const whose =
        reference.root === 'steps'
          ? `the result of ${quoted(reference.name)} (${producer?.handler ?? ''})`
          : WHOSE[reference.root]
      const message = `${whose} has nothing at ${quoted(written)}${whatItHas(producer?.output)}`
      const data = {
        reference: clipped(source),
        ...(producer === undefined ? {} : { producer: clipped(producer.handler) }),
        ...(unit.capability === undefined ? {} : { consumer: clipped(unit.capability.callable) }),
      }
      return [finding('contract_mismatch', placeOf(unit.place, ...path), message, data)]
    }),
  )

const WHOSE = { item: 'the item', context: "the task's input (input_schema)", secrets: 'the secret' } as const

const whatItHas = (output: JsonObject | undefined): string =>
  isJsonObject(output?.properties) ? `; it has: ${offered(Object.keys(output.properties))}` : ''
