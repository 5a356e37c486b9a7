/**
 * The pure half of a handler's definition: what planners may know of it and what validation holds against a fragment.
 * A `Vocabulary` is all of them, with the two checks that need a parser; it comes into the core with the command.
 */
import type * as t from 'io-ts'
import type { Json, JsonObject } from './json.js'
import type { StepType } from './step.js'

export interface Capability {
  /** The callable: `catalog:http_request`, or a user's own name. */
  readonly callable: string
  readonly version: string
  readonly summary: string
  /** The step types that this handler may stand in. */
  readonly stepTypes: ReadonlyArray<StepType>
  /** Methods that a step may name beside `call`; absent, none. */
  readonly methods?: ReadonlyArray<string>
  /** Closed codec of the configuration, references resolved. */
  readonly config: t.Decoder<unknown, unknown>
  /** JSON Schema of the configuration, derived from the codec. */
  readonly configSchema: JsonObject
  /** JSON Schema of what `inputs` may name, and of the result. An empty schema promises nothing. */
  readonly inputs: JsonObject
  readonly output: JsonObject
  /**
   * The result's schema for a configuration and inputs as they were written, where these tell more than `output` does.
   * `schemaOf` knows what a value of them stands for: what its reference reads, or what it is; undefined for anything.
   */
  readonly outputFor?: (
    config: JsonObject,
    inputs: JsonObject,
    schemaOf: (value: Json) => Json | undefined,
  ) => JsonObject | undefined
  /** Holds a result against its contract; absent where the handler promises nothing. */
  readonly outputCodec?: t.Decoder<unknown, unknown>
  readonly errors: ReadonlyArray<{ readonly code: string; readonly retryable: boolean; readonly when: string }>
  readonly hints: {
    readonly network: boolean
    readonly latency: 'instant' | 'fast' | 'slow' | 'unbounded'
    readonly idempotent: boolean
    readonly cost: 'none' | 'low' | 'high'
  }
  /** Where special values stand in the configuration; paths by dots, `*` for any key or index. */
  readonly fields: {
    /** URLs, whose host must be allowed. */
    readonly urls: ReadonlyArray<string>
    /** Fields in which `${secrets.NAME}` may stand. */
    readonly secrets: ReadonlyArray<string>
    /** Names of the operator's connections: written out, and listed among the secrets. */
    readonly connections: ReadonlyArray<string>
    /** JMESPath expressions, checked and limited. */
    readonly expressions: ReadonlyArray<string>
    /** JSON Schemas, checked and limited. */
    readonly schemas: ReadonlyArray<string>
    /** A handler's name with its configuration in `<path>_config`: a fan-out's template (`handler` → `handler_config`), and its inputs. None is resolved but by the instance. */
    readonly nested: ReadonlyArray<{ readonly handler: string; readonly config: string; readonly inputs?: string }>
    /** Names of steps whose results are read: each must come before, as that of a reference must. */
    readonly results?: ReadonlyArray<string>
    /** Names of steps that a decision may name. */
    readonly stepNames: ReadonlyArray<string>
  }
}

/** A problem with an expression or a schema that somebody wrote, or undefined where it is acceptable. */
export type Check<A> = (value: A) => { readonly problem: string; readonly remedy: string } | undefined

export interface Vocabulary {
  /** Digest of the capability schema: recorded with each planning decision. */
  readonly digest: string
  readonly capabilities: ReadonlyMap<string, Capability>
  readonly checkExpression: Check<string>
  readonly checkSchema: Check<JsonObject>
}
