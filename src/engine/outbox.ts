/**
 * Commands from one task to another: a child is started, cancelled, or tells its parent of its end. Each is a `due` row
 * of the task that sends it, delivered at least once; the receiver ignores what it has seen, and the sender's row goes
 * when it records the delivery. Whoever dies in between, the leader delivers again.
 */
import { type DueData, END_CHILD_KEY } from '../core/due-row.js'
import type { Json } from '../core/json.js'
import { nodeAt, type TaskState } from '../core/state.js'
import type { Template } from '../core/template.js'
import { viewOf } from '../core/view.js'
import type { Log, Payload } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Asking } from './asking.js'
import { ENGINE } from './chain.js'
import { pack, unpack, unpackAll } from './contents.js'
import { partitioned } from './creation.js'
import { streamOf, taskOf } from './ids.js'

export interface OutboxNeeds {
  readonly engine: Asking
  readonly log: Pick<Log, 'payloads'>
  readonly logger: Logger
  /** Reminds people of a gate; true when nothing more is to be done about it. Absent where nothing can be sent. */
  remind?(stream: string, step: number, number: number): Promise<boolean>
}

/** Never throws: what could not be delivered stays due. */
export const deliver = async (needs: OutboxNeeds, stream: string, key: string, data: DueData): Promise<void> => {
  try {
    const [, kind, child = ''] = key.split('/')
    if (kind === 'start') return await startChild(needs, stream, key, child, data.step)
    if (kind === 'cancel') await cancelChild(needs, child)
    // Whoever delivers has more to do than to wait for somebody's server.
    if (kind === 'remind') return void sendReminder(needs, stream, key, data.step, Number(key.split('/')[3]))
    if (key === END_CHILD_KEY) await tellParent(needs, stream)
    await confirm(needs, stream, key)
  } catch (error) {
    needs.logger.warn('a command to another task was not delivered; trying again', {
      stream,
      key,
      error: String(error),
    })
  }
}

const sendReminder = async (
  needs: OutboxNeeds,
  stream: string,
  key: string,
  step: number,
  number: number,
): Promise<void> => {
  try {
    if ((await needs.remind?.(stream, step, number)) === true) await confirm(needs, stream, key)
  } catch (error) {
    needs.logger.debug('the delivery of a reminder was not recorded', { stream, error: String(error) })
  }
}

const startChild = async (
  needs: OutboxNeeds,
  stream: string,
  key: string,
  child: string,
  step: number,
): Promise<void> => {
  const request = await requestOf(needs, stream, child, step)
  // Nobody waits for it any more: the step was cancelled or settled by hand before the child could be started.
  if (request === undefined) return confirm(needs, stream, key)
  const [recorded, input = null] = await unpackAll(needs.log, stream, [request.template, request.input])
  // It was a template in its normal form when it was recorded.
  const template = recorded as Json as unknown as Template
  const packed = pack(input)
  await needs.engine.ask(streamOf(child), {
    command: {
      type: 'create-task',
      ...partitioned(template, input),
      template,
      input: packed.content,
      priority: request.priority,
      vocabulary: request.vocabulary,
      correlation: child,
      parentCorrelation: request.correlation,
      parent: { task: taskOf(stream), step: request.name },
    },
    actor: ENGINE,
    trace: request.trace,
    payloads: present(packed.payload),
  })
  await needs.engine.ask(stream, { command: { type: 'confirm-child', child, step }, actor: ENGINE })
}

const requestOf = async (needs: OutboxNeeds, stream: string, child: string, step: number) => {
  const seen: { request?: ReturnType<typeof readRequest> } = {}
  await needs.engine.look(stream, (state) => {
    seen.request = readRequest(state, child, step)
  })
  return seen.request
}

const readRequest = (state: TaskState, child: string, step: number) => {
  const node = nodeAt(state, step)
  if (node.state.kind !== 'waiting' || node.state.wait.child?.task !== child) return undefined
  const { template, input } = node.state.wait.child
  const { priority, vocabulary, correlation } = state
  const trace = node.trace ?? state.trace
  return { template, input, priority, vocabulary, correlation, trace, name: node.definition.name }
}

const cancelChild = async ({ engine }: OutboxNeeds, child: string): Promise<void> => {
  // A child that has ended, or that was never started, has nothing to cancel.
  const command = { type: 'cancel-task', reason: 'the task that started it was cancelled' } as const
  await engine.ask(streamOf(child), { command, actor: ENGINE })
}

const tellParent = async (needs: OutboxNeeds, stream: string): Promise<void> => {
  const seen: { parent?: TaskState['parent']; view?: ReturnType<typeof viewOf> } = {}
  await needs.engine.look(stream, (state) => {
    seen.parent = state.parent
    seen.view = viewOf(state)
  })
  if (seen.parent === undefined || seen.view === undefined) return
  const { status, steps } = seen.view
  const results: Record<string, Json> = {}
  for (const [name, { result }] of Object.entries(steps)) {
    if (result !== null) results[name] = await unpack(needs.log, stream, result)
  }
  const packed = pack({ task: taskOf(stream), status, results })
  await needs.engine.ask(streamOf(seen.parent.task), {
    command: { type: 'end-child', step: seen.parent.step, child: taskOf(stream), status, result: packed.content },
    actor: ENGINE,
    payloads: present(packed.payload),
  })
}

const confirm = async ({ engine }: OutboxNeeds, stream: string, key: string): Promise<void> => {
  await engine.ask(stream, { command: { type: 'confirm-delivery', key }, actor: ENGINE })
}

const present = (payload: Payload | undefined): ReadonlyArray<Payload> => (payload === undefined ? [] : [payload])
