/** A task on a server, watched from here: by its events, each of which is a reason to look again. */
import type { TaskResult as ShownResult, StreamOptions, Task } from '../client/client.js'
import type { TaskGlance } from '../core/view.js'
import type { StepResult, TaskHandle, TaskResult } from '../engine/tasks.js'
import { unshaped } from '../http/shape.js'
import { stepResult } from '../http/shapes/task.js'
import type { Connection } from './connection.js'
import { told } from './refusal.js'
import { wordOf } from './words.js'

/** A server that is away for longer than this while a task is followed has gone. */
const PATIENCE_MS = 30_000
const LONGEST_WAIT_SECONDS = 60

export const handleOn = ({ client }: Connection, id: string, duplicate: boolean): TaskHandle => ({
  id,
  duplicate,
  view: async () => resultOf(await told(client.tasks.result(id))),
  result: async ({ signal, until } = {}) => {
    const stop = new AbortController()
    const options: StreamOptions = {
      signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
      patienceMs: PATIENCE_MS,
    }
    try {
      const asked = signal === undefined ? {} : { signal }
      const first = await told(client.tasks.get(id, asked))
      const { items } = await told(client.tasks.events(id, { after_version: first.version - 1, limit: 1 }))
      const after = items[0]?.position ?? 0
      const news = changesOf(client.tasks.stream(id, { after }, options))
      for (let task = first; !stands(task, until); task = await told(client.tasks.get(id, asked))) {
        await told(news.next())
        signal?.throwIfAborted()
      }
      return await resultWhenOver(client, id, asked)
    } finally {
      stop.abort()
    }
  },
})

/** A blocked one stands still, and may yet go on. */
const STANDING: ReadonlyArray<Task['status']> = [
  'complete',
  'error',
  'cancelled',
  'resolved_manually',
  'blocked_by_failures',
]

const stands = (task: Task, until: ((glance: TaskGlance) => boolean) | undefined): boolean =>
  STANDING.includes(task.status) || (until?.(glanceOf(task)) ?? false)

/** A task that has ended may still undo what it did. */
const resultWhenOver = async (
  client: Connection['client'],
  id: string,
  asked: { readonly signal?: AbortSignal },
): Promise<TaskResult> => resultOf(await told(client.tasks.result(id, { wait_seconds: LONGEST_WAIT_SECONDS }, asked)))

const glanceOf = ({ status, steps, newest_step }: Task): TaskGlance => ({
  status,
  steps: { created: steps.created, settled: steps.settled, inFlight: steps.in_flight, waiting: steps.waiting },
  newest: newest_step,
  // Who follows from afar looks at the task as a whole.
  step: () => undefined,
})

/** Resolves when there was at least one more event; events that came together are one change. */
const changesOf = (events: AsyncGenerator<unknown, void, undefined>) => {
  let pending: Promise<IteratorResult<unknown, void>> | undefined
  const isThere = (next: Promise<unknown>): Promise<boolean> =>
    Promise.race([next.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))])
  return {
    next: async (): Promise<void> => {
      pending ??= events.next()
      await pending
      pending = events.next()
      // Whoever waits next looks at how it ended.
      pending.catch(() => undefined)
      while (await isThere(pending).catch(() => false)) {
        const { done } = await pending
        if (done === true) return
        pending = events.next()
        pending.catch(() => undefined)
      }
    },
  }
}

export const resultOf = ({ task, status, error, steps }: ShownResult): TaskResult => ({
  taskId: task,
  status,
  error,
  steps: Object.fromEntries(
    steps.map((step) => {
      const { name, ...result } = unshaped(stepResult, step)
      return [name, stepOf(result)]
    }),
  ),
})

const SETTLEMENTS = ['satisfied', 'absent', 'failed'] as const
const STATES = [
  'pending',
  'enqueued',
  'in_progress',
  'waiting_for_retry',
  'waiting_for_approval',
  'complete',
  'error',
  'cancelled',
  'skipped',
  'resolved_manually',
] as const

interface Shown {
  readonly state: string
  readonly settlement: string | null
  readonly attempts: number
  readonly result: unknown
  readonly error: { readonly code: string; readonly message: string; readonly details?: unknown } | null
  readonly createdBy: { readonly event: string; readonly origin: string; readonly step: string | null }
}

const stepOf = ({ state, settlement, error, result, ...step }: Shown): StepResult => ({
  ...step,
  state: wordOf(STATES, state),
  settlement: settlement === null ? null : wordOf(SETTLEMENTS, settlement),
  result: JSON.parse(JSON.stringify(result ?? null)),
  error: error === null ? null : JSON.parse(JSON.stringify(error)),
})
