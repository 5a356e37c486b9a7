/**
 * A fork as the engine makes it: the old task's record and payloads are read, decided upon by the core, and appended to
 * a stream of its own in one append, which also enqueues what is ready in it. The old task is only read.
 */
import * as E from 'fp-ts/lib/Either.js'
import { contentReferencesIn } from '../core/content.js'
import type { RecordedEvent } from '../core/decide/fork.js'
import { type Actor, decodeEvent } from '../core/event.js'
import { MAX_FORKED_BYTES } from '../core/limits.js'
import type { Log, Payload } from '../ports/log.js'
import type { Engine } from './engine.js'
import { streamOf } from './ids.js'
import { TaskRefused } from './task-refused.js'

export interface ForkOptions {
  /** The last version of the old task that is taken over. */
  readonly at: number
  /** Ask again for the plan that stands at that version, instead of taking it over. */
  readonly replan?: boolean
  /** Absent: the fork's own id. The old one's correlation is its parent correlation in any case. */
  readonly correlation?: string
  readonly actor?: Actor
}

interface ForkNeeds {
  readonly log: Pick<Log, 'readStream' | 'payloads'>
  readonly engine: Pick<Engine, 'ask'>
}

export const forkTask = async (
  { log, engine }: ForkNeeds,
  task: string,
  fork: string,
  options: ForkOptions & { readonly actor: Actor },
): Promise<void> => {
  const record = await recordOf(log, task)
  if (record.length === 0) throw new TaskRefused('task_unknown', `there is no task ${task}`)
  const { at, replan = false, correlation = fork, actor } = options
  const payloads = await payloadsOf(log, task, record.slice(0, at))
  const command = { type: 'fork-task', task, record, at, replan, correlation } as const
  const reply = await engine.ask(streamOf(fork), { command, actor, payloads })
  if (E.isRight(reply)) return
  const details = 'details' in reply.left ? reply.left.details : undefined
  throw new TaskRefused(reply.left.code, reply.left.message, details)
}

const recordOf = async (log: ForkNeeds['log'], task: string): Promise<ReadonlyArray<RecordedEvent>> =>
  (await log.readStream(streamOf(task), 0)).map((stored) => {
    const event = decodeEvent(stored)
    if (E.isLeft(event)) throw new TaskRefused('unreadable_task', event.left.message)
    return { event: event.right, atMs: Date.parse(stored.time) }
  })

const payloadsOf = async (
  log: ForkNeeds['log'],
  task: string,
  taken: ReadonlyArray<RecordedEvent>,
): Promise<ReadonlyArray<Payload>> => {
  const sizes = new Map(
    taken.flatMap(({ event }) => contentReferencesIn(event)).map(({ digest, bytes }) => [digest, bytes]),
  )
  const size = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  if (size > MAX_FORKED_BYTES) {
    const message = `${size} bytes of results and prompts are more than a fork may take over: ${MAX_FORKED_BYTES}`
    throw new TaskRefused('fork_too_large', message)
  }
  return log.payloads(streamOf(task), [...sizes.keys()])
}
