/** One call of a handler, as the worker makes it once references are resolved. */
import * as E from 'fp-ts/lib/Either.js'
import { decode } from '../core/closed.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Outcome } from '../core/outcome.js'
import { type Handler, type HandlerContext, StepFailure, specialOutcomeOf } from '../ports/handler.js'

export interface HandlerCallOptions {
  readonly config?: JsonObject
  readonly inputs?: JsonObject
  /** What the handler is told of its step and task, where it matters to the test. */
  readonly context?: Partial<HandlerContext>
  readonly method?: string
}

/**
 * Runs a handler by itself. Resolves with its result, or with the special outcome that it returned (`{kind: …}`); rejects
 * with the `StepFailure` that it threw, or with `invalid_config` where its codec has something against the configuration.
 */
export const runHandler = async (
  handler: Handler,
  { config = {}, inputs = {}, context = {}, method = 'call' }: HandlerCallOptions = {},
): Promise<Json | Exclude<Outcome, { kind: 'completed' | 'failed' }>> => {
  const decoded = decode(handler.capability.config, config)
  if (E.isLeft(decoded)) {
    const said = decoded.left.map(({ path, message }) => `${path === '' ? 'the configuration' : path} ${message}`)
    throw new StepFailure('invalid_config', said.join('; '), { retryable: false })
  }
  const returned = await handler.run({ config, inputs, context: { ...CONTEXT, ...context }, method })
  const special = specialOutcomeOf(returned)
  return special ?? JSON.parse(JSON.stringify(returned ?? null))
}

const CONTEXT: HandlerContext = {
  task: { id: 'test-task', namespace: 'default', input: null, correlation: 'test-task' },
  step: { name: 'step', attempt: 1 },
  idempotencyKey: 'test-task:0:0',
  signal: new AbortController().signal,
  dependencies: {},
  saveCheckpoint: async () => undefined,
  network: { allowedHosts: undefined, privateHosts: [], secretHosts: [] },
  mask: (text) => text,
  maskJson: (value) => value,
}
