/**
 * The queue of tasks that somebody has to look into, read from the log: nothing of it is stored but the events that make
 * a task a dead letter and those that end that.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { DeadLetterReason } from '../core/dead-letter.js'
import type { Resolution } from '../core/decide/dead-letter.js'
import { decodeEvent, type TaskEvent } from '../core/event.js'
import { HEADS_PER_PAGE } from '../core/limits.js'
import type { TaskState } from '../core/state.js'
import { statusOf, type TaskStatus } from '../core/status.js'
import { viewOf } from '../core/view.js'
import type { Log, StoredEvent } from '../ports/log.js'
import type { Asking } from './asking.js'
import { type By, personOf } from './change.js'
import { streamOf, taskOf } from './ids.js'
import { refusedBy, TaskRefused, taskUnknown } from './task-refused.js'

export interface DeadLetterEntry {
  readonly taskId: string
  readonly namespace: string
  readonly template: string
  readonly version: string
  readonly status: TaskStatus
  readonly reason: DeadLetterReason
  /** When it became one: ISO 8601 in UTC. */
  readonly since: string
  readonly step: string | null
  readonly code: string
  readonly message: string
}

/** One thing that happened to a task as a dead letter. */
export interface DeadLetterHistory {
  readonly at: string
  readonly what: string
  readonly actor: string
  readonly reason: string | null
  readonly resolution: Resolution | null
}

export interface DeadLetters {
  /** Those that wait, in the order in which their tasks were made. */
  list(): AsyncGenerator<DeadLetterEntry, void, undefined>
  /** Throws `TaskRefused`: `task_unknown`; `entry` is null where the task is none, or none any more. */
  show(taskId: string): Promise<{
    readonly entry: DeadLetterEntry | null
    readonly history: ReadonlyArray<DeadLetterHistory>
  }>
  /** Throws `TaskRefused`: `no_dead_letter`, `task_closed` (one in error cannot be cancelled), `task_unknown`. */
  resolve(taskId: string, resolution: Resolution, by: By): Promise<void>
}

export interface DeadLettersNeeds {
  readonly engine: Asking
  readonly log: Pick<Log, 'readStream' | 'deadLetterStreams'>
}

export const createDeadLetters = (needs: DeadLettersNeeds): DeadLetters => ({
  list: () => list(needs),
  show: async (taskId) => {
    const stream = streamOf(taskId)
    const seen = await look(needs, stream)
    if (seen === undefined) throw taskUnknown(taskId)
    const entry = seen.entry === undefined ? null : await dated(needs, stream, seen.entry)
    return { entry, history: (await needs.log.readStream(stream, 0)).flatMap(historyOf) }
  },
  resolve: async (taskId, resolution, by) => {
    const command = { type: 'resolve-dead-letter', resolution, reason: by.reason ?? null } as const
    const reply = await needs.engine.ask(streamOf(taskId), { command, actor: personOf(by) })
    if (E.isLeft(reply)) throw refusedBy(reply.left)
  },
})

async function* list(needs: DeadLettersNeeds): AsyncGenerator<DeadLetterEntry, void, undefined> {
  for (let after: string | undefined; ; ) {
    const streams = await needs.log.deadLetterStreams(HEADS_PER_PAGE, after)
    for (const stream of streams) {
      const entry = (await look(needs, stream))?.entry
      if (entry !== undefined) yield await dated(needs, stream, entry)
    }
    after = streams.at(-1)
    if (streams.length < HEADS_PER_PAGE) return
  }
}

/** An entry that does not know yet when it began, but at which version. */
type Undated = Omit<DeadLetterEntry, 'since'> & { readonly openedAt: number }

const look = async (
  { engine }: DeadLettersNeeds,
  stream: string,
): Promise<{ readonly entry: Undated | undefined } | undefined> => {
  const seen: { entry?: Undated | undefined } = {}
  const exists = await engine.look(stream, (state) => {
    seen.entry = entryOf(stream, state)
  })
  return exists ? { entry: seen.entry } : undefined
}

const entryOf = (stream: string, state: TaskState): Undated | undefined => {
  const { deadLetter, template } = state
  if (deadLetter === undefined) return undefined
  const { error } = viewOf(state)
  return {
    taskId: taskOf(stream),
    namespace: template.namespace,
    template: template.name,
    version: template.version,
    status: statusOf(state),
    reason: deadLetter.reason,
    openedAt: deadLetter.version,
    step: error?.step ?? null,
    code: error?.code ?? deadLetter.reason,
    message: error?.message ?? SAID[deadLetter.reason],
  }
}

const SAID: Readonly<Record<DeadLetterReason, string>> = {
  blocked: 'a step failed for good',
  exhausted: 'a step used up its attempts',
  stale: 'nothing moved for as long as the template allows',
  late: 'the task did not end in time',
  failed: 'the task ended in error',
}

const dated = async (
  { log }: DeadLettersNeeds,
  stream: string,
  { openedAt, ...entry }: Undated,
): Promise<DeadLetterEntry> => {
  const [opened] = await log.readStream(stream, openedAt - 1, 1)
  return { ...entry, since: opened?.time ?? '' }
}

const TOLD: ReadonlyArray<TaskEvent['type']> = [
  'task-blocked',
  'deadline-passed',
  'task-failed',
  'task-reopened',
  'dead-letter-resolved',
  'task-resolved-manually',
  'task-cancelled',
  'task-completed',
]

const historyOf = (stored: StoredEvent): ReadonlyArray<DeadLetterHistory> => {
  if (!TOLD.some((type) => type === stored.type)) return []
  const event = decodeEvent(stored)
  if (E.isLeft(event)) throw new TaskRefused('unreadable_task', event.left.message)
  const { data, metadata, type } = event.right
  const { actor } = metadata
  return [
    {
      at: stored.time,
      what: type,
      actor: 'id' in actor ? actor.id : actor.kind,
      reason: 'reason' in data && typeof data.reason === 'string' ? data.reason : null,
      resolution: 'resolution' in data ? data.resolution : null,
    },
  ]
}
