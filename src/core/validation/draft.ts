/**
 * A fragment read part by part: what has the right shape is kept, what has not is a finding, so that one slip of the pen
 * does not hide what else a planner has to mend.
 */
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Bounds } from '../bounds.js'
import { decode, type Problem } from '../closed.js'
import type { Finding } from '../finding.js'
import { type FragmentStep, fragmentEnvelope, fragmentStep } from '../fragment.js'
import { isJsonObject, type Json, type JsonObject } from '../json.js'
import type { StepType } from '../step.js'
import { batchConfig, bounds, stepType } from '../template/step-keys.js'
import { finding, placeOf } from './findings.js'
import { shapeOf } from './shape.js'

export interface DraftStep {
  /** `steps.3` */
  readonly place: string
  readonly name: string | undefined
  readonly handler: string | undefined
  readonly type: StepType | undefined
  readonly dependencies: ReadonlyArray<DraftDependency>
  readonly config: JsonObject
  readonly inputs: JsonObject
  readonly bounds: Bounds | undefined
  readonly workerTemplate: string | undefined
  /** Keys as they were written, whatever their values. */
  readonly keys: ReadonlySet<string>
  /** The whole step, where its shape is right. */
  readonly written: FragmentStep | undefined
  /** False where something nests too deep for a handler's codec. */
  readonly readable: boolean
}

export interface DraftDependency {
  readonly name: string
  readonly place: string
}

export interface Draft {
  readonly findings: ReadonlyArray<Finding>
  readonly steps: ReadonlyArray<DraftStep>
  readonly convergence: string | undefined
  /** A convergence stands there, legible or not. */
  readonly namesConvergence: boolean
  readonly bounds: Bounds
  /** Steps stand there, though none of them may be legible. */
  readonly hasSteps: boolean
}

/** Undefined where there is nothing to look into: no JSON object, or one that is too large. */
export const draftOf = (fragment: Json): Draft | { readonly findings: ReadonlyArray<Finding> } => {
  if (!isJsonObject(fragment)) {
    return { findings: [finding('schema', '', 'a fragment is one JSON object; answer with that')] }
  }
  const shape = shapeOf(fragment)
  if (shape.tooLarge) return { findings: shape.findings }
  const written: ReadonlyArray<Json> = isList(fragment.steps) ? fragment.steps : []
  const steps: DraftStep[] = []
  const envelope = decode(fragmentEnvelope, fragment)
  const findings = [...shape.findings, ...(E.isLeft(envelope) ? told(envelope.left, '') : [])]
  for (const [index, step] of written.entries()) {
    const place = placeOf('steps', index)
    const decoded = decode(fragmentStep, step)
    if (E.isLeft(decoded)) findings.push(...told(decoded.left, place))
    if (isJsonObject(step)) {
      const written = E.isRight(decoded) ? decoded.right : undefined
      steps.push(draftStep(step, place, written, !shape.unreadableSteps.has(index)))
    }
  }
  return {
    findings,
    steps,
    convergence: textIn(fragment, 'convergence'),
    namesConvergence: Object.hasOwn(fragment, 'convergence'),
    bounds: partOf(bounds, fragment, 'resource_bounds') ?? {},
    hasSteps: written.length > 0,
  }
}

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)

const told = (problems: ReadonlyArray<Problem>, at: string): ReadonlyArray<Finding> =>
  problems.map(({ path, message }) => finding('schema', placeOf(at, path), message))

const draftStep = (
  step: JsonObject,
  place: string,
  written: FragmentStep | undefined,
  readable: boolean,
): DraftStep => ({
  place,
  name: textIn(step, 'name'),
  handler: textIn(step, 'handler'),
  type: partOf(stepType, step, 'step_type'),
  dependencies: dependenciesIn(step, place),
  config: objectIn(step, 'config'),
  inputs: objectIn(step, 'inputs'),
  bounds: partOf(bounds, step, 'bounds'),
  workerTemplate: partOf(batchConfig, step, 'batch_config')?.worker_template,
  keys: new Set(Object.keys(step)),
  written,
  readable,
})

const ownIn = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined

const textIn = (object: JsonObject, key: string): string | undefined => {
  const value = ownIn(object, key)
  return typeof value === 'string' && value !== '' ? value : undefined
}

const objectIn = (object: JsonObject, key: string): JsonObject => {
  const value = ownIn(object, key)
  return isJsonObject(value) ? value : {}
}

const partOf = <A>(codec: t.Type<A, A, unknown>, object: JsonObject, key: string): A | undefined => {
  const value = ownIn(object, key)
  if (value === undefined) return undefined
  const decoded = codec.decode(value)
  return E.isRight(decoded) ? decoded.right : undefined
}

const dependenciesIn = (step: JsonObject, place: string): ReadonlyArray<DraftDependency> => {
  const written = ownIn(step, 'dependencies')
  if (!isList(written)) return []
  return written.flatMap((name, index) =>
    typeof name === 'string' && name !== '' ? [{ name, place: placeOf(place, 'dependencies', index) }] : [],
  )
}
