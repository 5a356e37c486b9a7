/**
 * One attempt: the configuration is resolved and decoded, the handler is called under its time limit, and whatever
 * comes back, an exception included, becomes an outcome. Secrets are masked in everything that leaves.
 */
import * as E from 'fp-ts/lib/Either.js'
import { decode } from '../core/closed.js'
import { type Content, inline } from '../core/content.js'
import { scopeOf } from '../core/frame.js'
import type { Json, JsonObject } from '../core/json.js'
import { DEFAULT_STEP_TIMEOUT_MS, MAX_CHECKPOINT_BYTES, MAX_RESULT_BYTES } from '../core/limits.js'
import type { Failed } from '../core/outcome.js'
import type { TaskState } from '../core/state.js'
import { DEFAULT_METHOD, isCatalogHandler, type StepDefinition } from '../core/step.js'
import { digestOf, pack, unpackAll } from '../engine/contents.js'
import type { Claimed } from '../engine/engine.js'
import { taskOf } from '../engine/ids.js'
import type { Expressions } from '../ports/expressions.js'
import { type Handler, type HandlerContext, StepFailure, specialOutcomeOf } from '../ports/handler.js'
import type { Log } from '../ports/log.js'
import type { Span, Traces } from '../ports/traces.js'
import { handlerSpan } from './handler-span.js'
import { dependencyViews, resultByName } from './inputs.js'
import { interpret } from './interpret.js'
import type { Masker } from './mask.js'
import { networkPolicy } from './network.js'
import { heldToContract } from './output-contract.js'
import { heldToFailurePromises, heldToPromises } from './promises.js'
import type { Attempted } from './report.js'
import { resolveConfig, type SecretsProvider } from './resolve.js'
import type { StopSignal } from './stop-signal.js'

export interface AttemptNeeds {
  readonly log: Pick<Log, 'payloads'>
  readonly expressions: Expressions
  readonly secrets: SecretsProvider
  readonly privateHosts: ReadonlyArray<string>
  handlerOf(callable: string): Handler | undefined
  saveCheckpoint(claimed: Claimed, checkpoint: Json): Promise<void>
  /** Planning steps run the planner's loop in place of a handler. */
  plan(claimed: Claimed, config: JsonObject, signal: AbortSignal, span: Span): Promise<void>
  readonly traces: Traces
}

const NOTHING: JsonObject = {}

export const createAttempt =
  (needs: AttemptNeeds) =>
  async (claimed: Claimed, stop: StopSignal, span: Span): Promise<Attempted> => {
    const limit = timeLimit(claimed.node.definition.timeoutMs ?? DEFAULT_STEP_TIMEOUT_MS, stop)
    try {
      return await Promise.race([attempt(needs, claimed, stop, span), limit.passed])
    } catch (error) {
      return {
        outcome: await heldToFailurePromises(needs.expressions, claimed.node.definition, failureOf(error)),
        payloads: [],
      }
    } finally {
      limit.clear()
    }
  }

const attempt = async (needs: AttemptNeeds, claimed: Claimed, stop: StopSignal, span: Span): Promise<Attempted> => {
  const { node, state, stream } = claimed
  const { definition } = node
  const handler = needs.handlerOf(definition.handler)
  if (handler === undefined) {
    throw new StepFailure('handler_unknown', `this worker has no handler ${definition.handler}`, { retryable: true })
  }
  const unpack = (contents: ReadonlyArray<Content>) => unpackAll(needs.log, stream, contents)
  const [input = null] = await unpack([state.input])
  const resolved = await resolveConfig({
    config: definition.config ?? NOTHING,
    inputs: definition.inputs ?? NOTHING,
    step: definition.name,
    input,
    ...(definition.item === undefined ? {} : { item: definition.item }),
    resultOf: (name) => resultByName(state, scopeOf(definition.name), name, unpack),
    secrets: needs.secrets,
    othersSecrets: hearsOthers(handler) ? secretsOfTask(state) : [],
    fields: handler.capability.fields,
    expressions: needs.expressions,
  })
  try {
    const config = decodeConfig(handler, resolved.config)
    if (definition.type === 'planning') {
      await needs.plan(claimed, config, stop.signal, span)
      return { outcome: { kind: 'completed', result: inline(null) }, payloads: [], settled: true }
    }
    const handling = handlerSpan(needs.traces, span, definition.handler)
    const context: HandlerContext = {
      task: { id: taskOf(stream), namespace: state.template.namespace, input, correlation: state.correlation },
      step: { name: definition.name, attempt: claimed.attempt },
      idempotencyKey: `${taskOf(stream)}:${node.id}:${node.generation}`,
      get signal() {
        return stop.signal
      },
      dependencies: await dependencyViews(state, node, unpack),
      ...(definition.item === undefined ? {} : { item: definition.item }),
      ...(definition.batch === undefined ? {} : { batch: definition.batch }),
      ...(node.checkpoint === undefined ? {} : { checkpoint: node.checkpoint }),
      saveCheckpoint: (checkpoint) => needs.saveCheckpoint(claimed, checkedCheckpoint(resolved.maskJson(checkpoint))),
      network: networkPolicy(state, definition.name, needs.privateHosts, resolved.secretHosts),
      mask: resolved.mask,
      maskJson: resolved.maskJson,
      ...(handling.trace === undefined ? {} : { trace: handling.trace }),
    }
    const method = methodOf(handler, definition)
    const returned = await handling.around(() => handler.run({ config, inputs: resolved.inputs, context, method }))
    const { attempted, result } = attemptedOf(claimed, handler, returned, resolved.maskJson)
    return await heldToPromises(needs.expressions, definition, attempted, result)
  } catch (error) {
    throw masked(error, resolved)
  }
}

/** Who asks nobody hears only what was masked before. */
const hearsOthers = ({ capability: { callable, hints } }: Handler): boolean =>
  hints.network || !isCatalogHandler(callable)

const secretsOfTask = ({ bounds, secretNames }: TaskState): ReadonlyArray<string> => [
  ...new Set([...(bounds.allowed_secrets ?? []), ...secretNames]),
]

/** A step that names no method calls the handler's one entry. */
const methodOf = ({ capability }: Handler, { method = DEFAULT_METHOD }: StepDefinition): string => {
  if (method === DEFAULT_METHOD || capability.methods?.includes(method) === true) return method
  const message = `this worker's ${capability.callable} has no method ${method}`
  throw new StepFailure('method_unknown', message, { retryable: false })
}

const decodeConfig = (handler: Handler, config: JsonObject): JsonObject => {
  const decoded = decode(handler.capability.config, config)
  if (E.isRight(decoded)) return config
  const said = decoded.left.map(({ path, message }) => `${path === '' ? 'the configuration' : path} ${message}`)
  throw new StepFailure('invalid_config', said.join('; '), {
    retryable: false,
    details: decoded.left.map((p) => ({ ...p })),
  })
}

const attemptedOf = (
  { node }: Claimed,
  { capability }: Handler,
  returned: Awaited<ReturnType<Handler['run']>>,
  mask: (value: Json) => Json,
): { readonly attempted: Attempted; readonly result?: Json } => {
  const special = specialOutcomeOf(returned)
  if (special === undefined) {
    const result = mask(returned as Json)
    const packed = pack(result)
    if (packed.bytes > MAX_RESULT_BYTES) throw tooLarge(packed.bytes)
    const outcome = interpret(node.definition, result, packed.content)
    if (outcome.kind === 'yielded') checkedCheckpoint(outcome.checkpoint)
    else if (outcome.kind !== 'batched') heldToContract(capability, node.definition.name, returned as Json)
    return { attempted: { outcome, payloads: packed.payload === undefined ? [] : [packed.payload] }, result }
  }
  switch (special.kind) {
    case 'gate-opened': {
      const shown = packedContent(special.context, mask)
      const question = String(mask(special.question))
      // An approval is bound to exactly what is shown: the question and its context, as they are stored.
      const digest = digestOf(JSON.stringify({ question, context: shown.content }))
      return {
        attempted: { outcome: { ...special, question, context: shown.content }, payloads: shown.payloads, digest },
      }
    }
    case 'decided': {
      if ('value' in special.result) heldToContract(capability, node.definition.name, special.result.value)
      const { content, payloads, value } = packedContent(special.result, mask)
      const attempted = { outcome: { ...special, result: content }, payloads }
      return value === undefined ? { attempted } : { attempted, result: value }
    }
    case 'fanned-out':
      return { attempted: { outcome: { ...special, items: special.items.map(mask) }, payloads: [] } }
    case 'child-requested': {
      const { content, payloads } = packedContent(special.input, mask)
      return { attempted: { outcome: { ...special, input: content }, payloads } }
    }
    default:
      return { attempted: { outcome: special, payloads: [] } }
  }
}

const packedContent = (content: Content, mask: (value: Json) => Json) => {
  if (!('value' in content)) return { content, payloads: [] }
  const value = mask(content.value)
  const packed = pack(value)
  return { content: packed.content, payloads: packed.payload === undefined ? [] : [packed.payload], value }
}

const checkedCheckpoint = (checkpoint: Json): Json => {
  const bytes = Buffer.byteLength(JSON.stringify(checkpoint))
  if (bytes <= MAX_CHECKPOINT_BYTES) return checkpoint
  const message = `the checkpoint has ${bytes} bytes; ${MAX_CHECKPOINT_BYTES} are allowed`
  throw new StepFailure('checkpoint_too_large', message, { retryable: false })
}

const tooLarge = (bytes: number): StepFailure =>
  new StepFailure('result_too_large', `the result has ${bytes} bytes; ${MAX_RESULT_BYTES} are allowed`, {
    retryable: false,
  })

/** What an exception means: a `StepFailure` says it itself, anything else may go better the next time. */
const failureOf = (error: unknown): Failed => {
  if (error instanceof StepFailure) {
    const { code, message, retryable, retryAfterMs, details } = error
    const said = details === undefined ? { code, message } : { code, message, details }
    return { kind: 'failed', error: said, retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { kind: 'failed', error: { code: 'handler_error', message }, retryable: true }
}

const masked = (error: unknown, { mask, maskJson }: Masker): unknown => {
  if (!(error instanceof StepFailure)) return new Error(mask(error instanceof Error ? error.message : String(error)))
  const { code, retryable, retryAfterMs } = error
  const details = error.details === undefined ? undefined : maskJson(error.details)
  return new StepFailure(mask(code), mask(error.message), { retryable, retryAfterMs, details })
}

interface TimeLimit {
  /** Rejects when the time is over or the attempt was stopped, whatever the handler does. */
  readonly passed: Promise<never>
  clear(): void
}

const timeLimit = (ms: number, stop: StopSignal): TimeLimit => {
  const timer = setTimeout(
    () => stop.stop(new StepFailure('timeout', `the attempt took longer than ${ms} ms`, { retryable: true })),
    ms,
  )
  const passed = new Promise<never>((_, reject) => {
    stop.onStop((reason) =>
      reject(reason instanceof StepFailure ? reason : new StepFailure('aborted', reason.message, { retryable: true })),
    )
  })
  // Nobody may be listening any more when it rejects.
  passed.catch(() => undefined)
  return { passed, clear: () => clearTimeout(timer) }
}
