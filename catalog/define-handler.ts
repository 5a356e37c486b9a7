/**
 * One definition of a handler: what it is called, what it takes and gives, what may go wrong, and the function. The
 * catalog and its users define theirs alike; a user may leave out nearly everything but the name and the function.
 */
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Capability } from '../src/core/capability.js'
import { decode } from '../src/core/closed.js'
import { jsonObject } from '../src/core/events/codecs.js'
import type { Json, JsonObject } from '../src/core/json.js'
import { jsonSchemaOf } from '../src/core/json-schema.js'
import type { StepType } from '../src/core/step.js'
import {
  type Handler,
  type HandlerCall,
  type HandlerContext,
  type SpecialOutcome,
  StepFailure,
  specialOutcomeOf,
} from '../src/ports/handler.js'
import { problemsOfDefinition } from './definition-problems.js'
import { plainJson } from './plain-json.js'

export interface HandlerDefinition<C, I, R> {
  /** The callable as templates write it: a user's own name, or `catalog:<name>`. */
  readonly name: string
  readonly version?: string
  /** One or two sentences for people and for planners. */
  readonly summary?: string
  /** Closed codec of the configuration; absent, any object will do. */
  readonly config?: t.Type<C, C, unknown>
  /** Codec of what `inputs` may name; absent, anything. */
  readonly inputs?: t.Type<I, I, unknown>
  /** Codec of the result; absent, it promises nothing. */
  readonly output?: t.Type<R, R, unknown>
  /** The result's schema where the configuration tells more of it than `output` (`Capability.outputFor`). */
  readonly outputFor?: Capability['outputFor']
  readonly errors?: Capability['errors']
  readonly hints?: Partial<Capability['hints']>
  readonly fields?: Partial<Capability['fields']>
  /** The step types that it may stand in; absent, all but `planning` and `gate`. */
  readonly stepTypes?: ReadonlyArray<StepType>
  /** Methods that a step may name beside `call`; `run` is told which. */
  readonly methods?: ReadonlyArray<string>
  /**
   * Runs one attempt. Returns the result (`undefined` is null) or `outcome(…)`; fails by throwing a `StepFailure`.
   * It must come to the same for the same `context.idempotencyKey`: an attempt may be lost after it took effect.
   */
  run(call: TypedCall<C, I>): Promise<R | SpecialOutcome> | R | SpecialOutcome
}

export interface TypedCall<C, I> {
  readonly config: C
  readonly inputs: I
  readonly context: HandlerContext
  /** One of `methods`, or `call`. */
  readonly method: string
}

/** A definition that cannot stand, with all that is wrong with it. */
export class HandlerInvalid extends Error {
  readonly code = 'handler_invalid'
  constructor(
    name: string,
    readonly problems: ReadonlyArray<string>,
    cause?: unknown,
  ) {
    super(`the handler ${name} is not well defined: ${problems.join('; ')}`, { cause })
    this.name = 'HandlerInvalid'
  }
}

/** Makes a handler of its definition. Throws `HandlerInvalid` where the definition is incomplete or contradicts itself. */
export const defineHandler = <C = JsonObject, I = JsonObject, R = unknown>(
  definition: HandlerDefinition<C, I, R>,
): Handler => {
  const problems = problemsOfDefinition(definition)
  if (problems.length > 0) throw new HandlerInvalid(shownName(definition), problems)
  return { capability: capabilityOf(definition), run: (call) => runDefinition(definition, call) }
}

const shownName = (definition: unknown): string => {
  const name: unknown =
    typeof definition === 'object' && definition !== null ? Reflect.get(definition, 'name') : undefined
  return typeof name === 'string' && name !== '' ? `"${name}"` : 'without a name'
}

const NO_FIELDS: Capability['fields'] = {
  urls: [],
  secrets: [],
  connections: [],
  expressions: [],
  schemas: [],
  nested: [],
  stepNames: [],
}

const USUAL_STEP_TYPES: ReadonlyArray<StepType> = [
  'standard',
  'decision',
  'deferred_convergence',
  'batchable',
  'batch_worker',
]

const capabilityOf = <C, I, R>(definition: HandlerDefinition<C, I, R>): Capability => {
  const config: t.Mixed = definition.config ?? jsonObject
  try {
    return {
      callable: definition.name,
      version: definition.version ?? '1',
      summary: definition.summary ?? '',
      stepTypes: definition.stepTypes ?? USUAL_STEP_TYPES,
      ...(definition.methods === undefined ? {} : { methods: definition.methods }),
      config,
      configSchema: jsonSchemaOf(config),
      inputs: definition.inputs === undefined ? {} : jsonSchemaOf(definition.inputs),
      output: definition.output === undefined ? {} : jsonSchemaOf(definition.output),
      ...(definition.output === undefined ? {} : { outputCodec: definition.output }),
      ...(definition.outputFor === undefined ? {} : { outputFor: definition.outputFor }),
      errors: definition.errors ?? [],
      hints: { network: false, latency: 'fast', idempotent: true, cost: 'none', ...definition.hints },
      fields: { ...NO_FIELDS, ...definition.fields },
    }
  } catch (cause) {
    throw new HandlerInvalid(shownName(definition), [cause instanceof Error ? cause.message : String(cause)], cause)
  }
}

const runDefinition = async <C, I, R>(
  definition: HandlerDefinition<C, I, R>,
  call: HandlerCall,
): Promise<Json | SpecialOutcome> => {
  const returned = await definition.run({
    // The worker decoded it by this very codec.
    config: call.config as C,
    inputs: decodeInputs(definition.inputs, call.inputs),
    context: call.context,
    method: call.method,
  })
  return isSpecial(returned) ? returned : plainJson(returned)
}

const decodeInputs = <I>(codec: t.Type<I, I, unknown> | undefined, inputs: JsonObject): I => {
  if (codec === undefined) return inputs as I
  const decoded = decode(codec, inputs)
  if (E.isRight(decoded)) return decoded.right
  const problems = decoded.left.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  throw new StepFailure('invalid_inputs', `the inputs do not fit the handler: ${problems.join('; ')}`, {
    retryable: false,
  })
}

const isSpecial = (returned: unknown): returned is SpecialOutcome =>
  typeof returned === 'object' && returned !== null && specialOutcomeOf(returned as Json | SpecialOutcome) !== undefined
