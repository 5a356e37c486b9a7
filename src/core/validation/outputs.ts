/**
 * What is known of the results that references read: of each step by its handler's contract, made narrower by what its
 * configuration says, which may itself rest on the results of steps before it. Worked out once a fragment, dependencies
 * first, so that a chain of any length costs one look a step.
 */
import type { Capability } from '../capability.js'
import { isJsonObject, type Json, type JsonObject } from '../json.js'
import { type Reference, scanReferences } from '../reference.js'
import type { StepType } from '../step.js'
import { capabilityOf } from './handler-names.js'
import type { Proposal, ProposedStep } from './proposal.js'
import { kindOf, kindsOf } from './schema-kinds.js'
import { schemaAtPath } from './schema-path.js'
import type { Unit } from './units.js'

/** A schema, `nothing` where nothing can stand there, undefined where nobody can tell. */
export type Known = Json | 'nothing' | undefined

export interface Producer {
  readonly handler: string
  readonly output: JsonObject
}

export interface Outputs {
  /** Of a step by the name that somebody wrote. */
  readonly producerOf: (name: string) => Producer | undefined
  readonly behind: (reference: Reference, unit: Unit) => Known
  /** Of a value as it stands in a configuration: what it refers to, or what it is. */
  readonly ofValue: (value: Json, unit: Unit) => Known
}

/** The steps whose results are asked about: a fragment's with its frame, or a template's own. */
export interface Producing {
  readonly steps: ReadonlyArray<ProducingStep>
  readonly order: Pick<Proposal['order'], 'components'>
  readonly resolve: Proposal['resolve']
  readonly frame: Pick<Proposal['frame'], 'names'>
  readonly vocabulary: Proposal['vocabulary']
  /** What is known of the task's input, where its author says so. */
  readonly input?: JsonObject | undefined
}

export interface ProducingStep extends Pick<ProposedStep, 'type' | 'units' | 'capability'> {
  /** What the author promises of the result; it is enforced when the step runs, like what its handler promises. */
  readonly promised?: JsonObject | undefined
}

/** Results that the handler alone does not determine: those of batches, of their workers, and of planning. */
const DETERMINED: ReadonlyArray<StepType> = ['standard', 'deferred_convergence', 'decision', 'gate']

export const outputsOf = ({ steps, order, resolve, frame, vocabulary, input }: Producing): Outputs => {
  const own: Array<JsonObject | undefined> = steps.map(() => undefined)
  const ofFrame = new Map<string, Producer | undefined>()
  const producerOf = (name: string): Producer | undefined => {
    const resolved = resolve(name)
    if (resolved.kind === 'unknown') return undefined
    if (resolved.kind === 'fragment') {
      const output = own[resolved.id]
      const handler = steps[resolved.id]?.capability?.callable
      return output === undefined || handler === undefined ? undefined : { handler, output }
    }
    if (!ofFrame.has(resolved.name)) ofFrame.set(resolved.name, frameProducer(resolved.name))
    return ofFrame.get(resolved.name)
  }
  const frameProducer = (name: string): Producer | undefined => {
    const step = frame.names.get(name)
    if (step === undefined || !DETERMINED.includes(step.type)) return undefined
    const capability = capabilityOf(vocabulary, step.handler)
    if (step.resultSchema !== undefined) return { handler: step.handler, output: step.resultSchema }
    if (capability === undefined) return undefined
    return { handler: step.handler, output: narrowed(capability, step.config ?? {}, {}, () => undefined) }
  }
  const behind = (reference: Reference, unit: Unit): Known => {
    if (reference.root === 'secrets') return { type: 'string' }
    const whole = wholeOf(reference, unit)
    return whole === undefined ? undefined : schemaAtPath(whole, reference.path ?? '')
  }
  const wholeOf = (reference: Exclude<Reference, { readonly root: 'secrets' }>, unit: Unit): JsonObject | undefined => {
    if (reference.root === 'context') return input
    return reference.root === 'item' ? itemOf(unit, ofValue) : producerOf(reference.name)?.output
  }
  const ofValue = (value: Json, unit: Unit): Known => {
    if (typeof value !== 'string') return { type: kindOf(value) }
    const segments = scanReferences(value)
    const [first] = segments
    return segments.length === 1 && first?.kind === 'reference' ? behind(first.reference, unit) : { type: 'string' }
  }
  for (const id of order.components.flat()) {
    const step = steps[id]
    if (step !== undefined && DETERMINED.includes(step.type)) own[id] = outputOf(step, ofValue)
  }
  return { producerOf, behind, ofValue }
}

type OfValue = Outputs['ofValue']

const outputOf = (step: ProducingStep, ofValue: OfValue): JsonObject | undefined => {
  if (step.promised !== undefined) return step.promised
  const [unit] = step.units
  if (unit === undefined || unit.capability === undefined) return undefined
  const output = narrowed(unit.capability, unit.whole, unit.inputs, (value) => certain(ofValue(value, unit)))
  const nested = step.units.find(({ kind, outer }) => kind === 'nested' && outer === unit)
  return nested === undefined || !kindsOf(output)?.has('array') ? output : listOfResults(nested, ofValue)
}

/** A fan-out's result: that of each instance, null where one failed. */
const listOfResults = (nested: Unit, ofValue: OfValue): JsonObject => {
  const { capability, whole, inputs } = nested
  if (capability === undefined || capability.fields.nested.length > 0) return { type: 'array' }
  const output = narrowed(capability, whole, inputs, (value) => certain(ofValue(value, nested)))
  return typeof output.type === 'string'
    ? { type: 'array', items: { ...output, type: [output.type, 'null'] } }
    : { type: 'array' }
}

const narrowed = (
  { output, outputFor }: Capability,
  config: JsonObject,
  inputs: JsonObject,
  schemaOf: (value: Json) => Json | undefined,
): JsonObject => {
  if (outputFor === undefined) return output
  try {
    return outputFor(config, inputs, schemaOf) ?? output
  } catch {
    // What a model wrote may be anything; a handler that stumbles over it knows nothing more than its contract.
    return output
  }
}

const certain = (known: Known): Json | undefined => (known === 'nothing' ? undefined : known)

/** What `${item}` stands for in what a fan-out runs. */
const itemOf = ({ outer }: Unit, ofValue: OfValue): JsonObject | undefined => {
  if (outer === undefined) return undefined
  const items = outer.inputs.items ?? outer.own.items
  const list = items === undefined ? undefined : certain(ofValue(items, outer))
  const element = isJsonObject(list) && isJsonObject(list.items) ? list.items : undefined
  if (element === undefined) return undefined
  return outer.own.chunk_size === undefined ? element : { type: 'array', items: element }
}
