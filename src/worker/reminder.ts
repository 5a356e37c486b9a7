/**
 * Reminds people of a gate that waits for them, in the way that the gate's own configuration says: one run of the handler
 * `catalog:notify`, secrets and all. What cannot be sent now is tried again until the next reminder takes its place; what
 * will never be sent is told to the operator, and the gate goes on waiting.
 */
import * as E from 'fp-ts/lib/Either.js'
import { decode } from '../core/closed.js'
import type { Content } from '../core/content.js'
import { scopeOf } from '../core/frame.js'
import type { Node } from '../core/graph/node.js'
import { isJsonObject, type JsonObject } from '../core/json.js'
import { REMINDER_RETRY_MS } from '../core/limits.js'
import { nodeAt, type TaskState } from '../core/state.js'
import { unpackAll } from '../engine/contents.js'
import type { Engine } from '../engine/engine.js'
import { taskOf } from '../engine/ids.js'
import type { Clock } from '../ports/clock.js'
import { type Handler, type HandlerContext, StepFailure } from '../ports/handler.js'
import type { Logger } from '../ports/logger.js'
import type { AttemptNeeds } from './attempt.js'
import { resultByName } from './inputs.js'
import { networkPolicy } from './network.js'
import { resolveConfig } from './resolve.js'

const NOTIFY = 'catalog:notify'

export interface ReminderNeeds
  extends Pick<AttemptNeeds, 'log' | 'expressions' | 'secrets' | 'privateHosts' | 'handlerOf'> {
  readonly engine: Pick<Engine, 'look'>
  readonly clock: Clock
  readonly logger: Logger
}

/** True when nothing more is to be done about this reminder of the gate at `step`; false where it is to be tried again. */
export type Remind = (stream: string, step: number, number: number) => Promise<boolean>

export const createReminder = (needs: ReminderNeeds): Remind => {
  const { clock, logger } = needs
  /** When each may be tried again; those that are being sent right now, never. */
  const notBefore = new Map<string, number>()
  return async (stream, step, number) => {
    const key = `${stream}/${step}/${number}`
    if ((notBefore.get(key) ?? 0) > clock.now()) return false
    notBefore.set(key, Number.POSITIVE_INFINITY)
    try {
      await remind(needs, stream, step, number)
      notBefore.delete(key)
      return true
    } catch (error) {
      const isFinal = error instanceof StepFailure && !error.retryable
      const said = { task: taskOf(stream), code: error instanceof StepFailure ? error.code : 'handler_error' }
      logger.warn('people could not be reminded of a gate', { ...said, error: messageOf(error), again: !isFinal })
      if (isFinal) notBefore.delete(key)
      else notBefore.set(key, clock.now() + REMINDER_RETRY_MS)
      return isFinal
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

interface Open {
  readonly state: TaskState
  readonly node: Node
  readonly channel: JsonObject
  readonly message: JsonObject
  readonly number: number
}

const remind = async (needs: ReminderNeeds, stream: string, step: number, number: number): Promise<void> => {
  const open = await openGate(needs, stream, step, number)
  // Somebody has decided meanwhile.
  if (open === undefined) return
  const handler = needs.handlerOf(NOTIFY)
  if (handler === undefined)
    throw new StepFailure('handler_unknown', `there is no ${NOTIFY} here`, { retryable: false })
  await send(needs, stream, open, handler)
}

const openGate = async (
  { engine }: ReminderNeeds,
  stream: string,
  step: number,
  number: number,
): Promise<Open | undefined> => {
  const seen: { open?: Open } = {}
  await engine.look(stream, (state) => {
    const node = nodeAt(state, step)
    if (node.state.kind !== 'waiting_for_approval' || node.state.gate.reminders === undefined) return
    const { question, groups, required, approvals, timeoutAtMs } = node.state.gate
    const message: JsonObject = {
      question,
      template: state.template.name,
      step: node.definition.name,
      groups: [...groups],
      required,
      approved_by: approvals.map(({ actor }) => actor),
      reminder: number,
      timeout_at: timeoutAtMs === undefined ? null : new Date(timeoutAtMs).toISOString(),
    }
    // The node goes on changing; what is read of it later does not.
    seen.open = { state, node: { ...node }, channel: channelOf(node), message, number }
  })
  return seen.open
}

/** As it was written, references and all: a gate's own, or that of a plan that waits for its approval. */
const channelOf = ({ definition: { config } }: Node): JsonObject => {
  const asked = isJsonObject(config?.approve_plan) ? config.approve_plan : config
  return isJsonObject(asked?.remind) ? asked.remind : {}
}

const send = async (
  needs: ReminderNeeds,
  stream: string,
  { state, node, channel, message, number }: Open,
  handler: Handler,
): Promise<void> => {
  const { name } = node.definition
  const unpack = (contents: ReadonlyArray<Content>) => unpackAll(needs.log, stream, contents)
  const [input = null] = await unpack([state.input])
  const resolved = await resolveConfig({
    config: channel,
    inputs: {},
    step: name,
    input,
    ...(node.definition.item === undefined ? {} : { item: node.definition.item }),
    resultOf: (other) => resultByName(state, scopeOf(name), other, unpack),
    secrets: needs.secrets,
    fields: handler.capability.fields,
    expressions: needs.expressions,
  })
  const context: HandlerContext = {
    task: { id: taskOf(stream), namespace: state.template.namespace, input, correlation: state.correlation },
    step: { name, attempt: node.attempt },
    idempotencyKey: `${taskOf(stream)}:${node.id}:${node.generation}:reminder:${number}`,
    signal: new AbortController().signal,
    dependencies: {},
    saveCheckpoint: async () => undefined,
    network: networkPolicy(state, name, needs.privateHosts, resolved.secretHosts),
    mask: resolved.mask,
    maskJson: resolved.maskJson,
  }
  try {
    const config = { ...resolved.config, message }
    const decoded = decode(handler.capability.config, config)
    if (E.isLeft(decoded)) {
      const [problem] = decoded.left
      throw new StepFailure('invalid_config', `${problem?.path} ${problem?.message}`, { retryable: false })
    }
    await handler.run({ config, inputs: {}, context, method: 'call' })
  } catch (error) {
    if (!(error instanceof StepFailure)) throw new Error(resolved.mask(messageOf(error)))
    throw new StepFailure(error.code, resolved.mask(error.message), { retryable: error.retryable })
  }
}
