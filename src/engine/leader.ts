/**
 * The leader: one process at a time looks for what nobody else will do. Timers whose process is gone, queue entries
 * that nobody claims, sessions that have expired, rows of the inbox. Another process takes over when it dies. It only
 * asks; whether anything happens is decided by the tasks themselves, so two leaders at once would do no harm.
 */
import type { DueData } from '../core/due-row.js'
import {
  HINT_AGE_MS,
  INBOX_POLL_MS,
  LEADER_RETRY_MS,
  SWEEP_BATCH,
  SWEEP_INTERVAL_MS,
  TIMER_GRACE_MS,
} from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { DueKind, Leadership, Log } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Measures } from '../ports/measures.js'
import type { Queue } from '../ports/queue.js'
import { ENGINE } from './chain.js'
import type { Engine } from './engine.js'
import { HintSweep } from './hint-sweep.js'
import { createInbox } from './inbox.js'
import { deliver } from './outbox.js'
import { timerCommand } from './timers.js'

const TIMERS: ReadonlyArray<DueKind> = ['retry', 'timer', 'gate', 'deadline']

export interface LeaderNeeds {
  readonly log: Log
  readonly queue: Queue
  readonly engine: Pick<Engine, 'ask' | 'look' | 'slots'>
  readonly clock: Clock
  readonly logger: Logger
  readonly measures: Measures
  /** Reminds people of a gate (`outbox.ts`). */
  readonly remind?: (stream: string, step: number, number: number) => Promise<boolean>
  /** Decides about the ticks of schedules that have come. */
  runSchedules?(): Promise<void>
}

export interface Leader {
  /** Looks at everything once, whoever leads: for tests and for the simulation. */
  sweep(): Promise<void>
  start(): void
  stop(): Promise<void>
}

export const createLeader = (needs: LeaderNeeds): Leader => {
  const { log, clock, logger, measures } = needs
  let leadership: Leadership | undefined
  let timer: { cancel(): void } | undefined
  let stopped = false
  let turn: Promise<void> = Promise.resolve()
  let nextSweepMs = 0
  let nextHintSweepMs = 0
  const inbox = createInbox(needs)
  const hints = new HintSweep(needs)

  const sweep = async (): Promise<void> => {
    await fireTimers(needs)
    await deliverCommands(needs)
    await needs.runSchedules?.()
    await loseExpired(needs)
    await inbox.drain()
    const emptied = await someQueueWasReset(needs)
    if (!emptied && !hints.isRefilling && clock.now() < nextHintSweepMs) return
    nextHintSweepMs = clock.now() + HINT_AGE_MS / 2
    await hints.sweep(emptied)
  }

  const round = async (): Promise<void> => {
    try {
      if (leadership === undefined || leadership.lost.aborted) leadership = await log.lead('sweeper')
      measures.leads(leadership !== undefined)
      if (leadership !== undefined) await look()
    } catch (error) {
      logger.warn('a sweep failed; trying again', { error: String(error) })
    }
    if (!stopped) schedule(leadership === undefined ? LEADER_RETRY_MS : INBOX_POLL_MS)
  }

  /** Somebody waits for what a transaction left; everything else has a little more time. */
  const look = async (): Promise<void> => {
    if (clock.now() < nextSweepMs) return inbox.drain()
    nextSweepMs = clock.now() + SWEEP_INTERVAL_MS
    await sweep()
    measures.swept(clock.now())
  }

  const schedule = (ms: number): void => {
    timer = clock.after(ms, () => {
      turn = round()
    })
  }

  return {
    sweep,
    start: () => schedule(0),
    stop: async () => {
      stopped = true
      timer?.cancel()
      await turn
      await leadership?.resign()
    },
  }
}

const fireTimers = async ({ log, engine, clock, logger }: LeaderNeeds): Promise<void> => {
  const due = await log.dueBefore(clock.now() - TIMER_GRACE_MS, TIMERS, SWEEP_BATCH)
  await Promise.all(
    due.map(async (row) => {
      const data: DueData = JSON.parse(row.data)
      const command = timerCommand(row.kind, row.key, data)
      if (command === undefined) return
      // A refusal is no fault: the process that set the timer came first, or the task is paused.
      await engine
        .ask(row.stream, { command, actor: ENGINE })
        .catch((error) => logger.warn('a timer could not be fired', { stream: row.stream, error: String(error) }))
    }),
  )
}

const deliverCommands = async (needs: LeaderNeeds): Promise<void> => {
  const due = await needs.log.dueBefore(needs.clock.now() - TIMER_GRACE_MS, ['command'], SWEEP_BATCH)
  await Promise.all(due.map(({ stream, key, data }) => deliver(needs, stream, key, JSON.parse(data))))
}

const loseExpired = async ({ log, engine, logger }: LeaderNeeds): Promise<void> => {
  for (const { session, streams } of await log.expiredSessions()) {
    logger.warn('a session has expired; its attempts are lost', { session, tasks: streams.length })
    await Promise.all(
      streams.map((stream) =>
        engine
          .ask(stream, {
            command: { type: 'lose-attempts', session, drained: false },
            actor: ENGINE,
            guard: { kind: 'session-expired', session },
          })
          .catch((error) => logger.warn('attempts could not be taken back', { stream, error: String(error) })),
      ),
    )
  }
}

const someQueueWasReset = async ({ queue, engine }: LeaderNeeds): Promise<boolean> => {
  const resets = await Promise.all(engine.slots.queues.map((name) => queue.wasReset(name)))
  return resets.includes(true)
}
