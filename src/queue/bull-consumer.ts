/**
 * One BullMQ worker as a consumer of hints. A job is acknowledged whatever its handler did, because the log knows what
 * became of the step: a handler that throws is reported, and its hint is sent again if the step still waits.
 *
 * A hint that is for another process goes back after a moment, longer each time, so that nobody is handed it over and over
 * in a loop; after some times it is let go, and the sweeper sends it again.
 *
 * consuming → paused → consuming → … → closed. BullMQ may still hand over a job or two that it was fetching when it was
 * paused or closed; such a job goes back to the queue and is not handled.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { DelayedError, WaitingError } from 'bullmq'
import {
  HANDED_ON_MAX_MS,
  HANDED_ON_MS,
  MAX_HANDED_ON,
  MAX_STALLED_COUNT,
  QUEUE_CLOSE_MS,
  QUEUE_LOCK_MS,
  QUEUE_POLL_SECONDS,
  QUEUE_RETRY_MS,
  QUEUE_STALLED_MS,
} from '../core/limits.js'
import type { Consumer, HintEnd, HintHandler } from '../ports/queue.js'
import { isHint } from './hint-job.js'
import { inTime } from './in-time.js'
import type { FaultListener } from './queue-fault.js'

export interface WorkerSettings {
  readonly concurrency: number
  readonly lockDuration: number
  readonly stalledInterval: number
  readonly maxStalledCount: number
  readonly drainDelay: number
  readonly runRetryDelay: number
}

/** The part of a BullMQ job that is used. */
export interface BullJob {
  readonly data: unknown
  /** How often it was handed out, this time included. */
  readonly attemptsStarted: number
  moveToDelayed(timestampMs: number, token?: string): Promise<unknown>
  moveToWait(token?: string): Promise<unknown>
}

export type Processor = (job: BullJob, token?: string) => Promise<void>

/** The part of BullMQ's `Worker` that is used. */
export interface BullWorker {
  waitUntilReady(): Promise<unknown>
  pause(doNotWaitActive?: boolean): Promise<void>
  resume(): void | Promise<void>
  close(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface OpenedWorker {
  readonly worker: BullWorker
  /** Where the store is down: stops reconnecting, and resolves when nothing waits for it any more. */
  giveUp(): Promise<void>
  /** Cuts connections that are open and silent. */
  cut(): Promise<void>
}

export const startConsumer = async (
  openWorker: (processor: Processor, settings: WorkerSettings) => OpenedWorker,
  options: {
    readonly concurrency: number
    readonly address: string
    readonly whileUp: (ready: Promise<unknown>) => Promise<unknown>
  },
  handle: HintHandler,
  onFault: FaultListener,
): Promise<Consumer> => {
  let taking = true
  const underWay = new Set<Promise<HintEnd | undefined>>()

  const opened = openWorker(
    async (job, token) => {
      if (!taking) {
        await job.moveToWait(token)
        throw new WaitingError()
      }
      if (!isHint(job.data)) return onFault(new Error('a job in the queue is no hint; it was dropped'))
      const call = settle(handle(job.data), onFault)
      underWay.add(call)
      const end = await call
      underWay.delete(call)
      if (end === 'elsewhere') await handOn(job, token)
    },
    { concurrency: options.concurrency, ...SETTINGS },
  )
  const { worker } = opened
  worker.on('error', onFault)

  try {
    await options.whileUp(worker.waitUntilReady())
  } catch (error) {
    closeInTime(opened, options.address, onFault).catch(onFault)
    throw error
  }

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    taking = false
    // A handler may take its time; the store may not. So the first is awaited without a limit and the second with one.
    const stopped = worker.pause(true)
    await Promise.all(underWay)
    await inTime(stopped, options.address).catch(onFault)
    await closeInTime(opened, options.address, onFault)
  }
  return {
    async pause() {
      taking = false
      await worker.pause(true)
    },
    async resume() {
      taking = true
      await worker.resume()
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

const settle = async (call: Promise<HintEnd | undefined>, onFault: FaultListener): Promise<HintEnd | undefined> => {
  try {
    return await call
  } catch (error) {
    onFault(error instanceof Error ? error : new Error(String(error)))
    return 'done'
  }
}

/**
 * Throws what tells BullMQ that the job is not over. Put straight back, a job goes to whoever has waited longest for one,
 * which is anybody idle but this process, as long as this one does not ask for the next job before they have woken up.
 * Where it comes back nevertheless, the others are busy, and it rests a while.
 */
const handOn = async (job: BullJob, token: string | undefined): Promise<void> => {
  if (job.attemptsStarted > MAX_HANDED_ON) return
  if (job.attemptsStarted % 2 === 1) {
    await job.moveToWait(token)
    await delay(HANDED_ON_MS)
    throw new WaitingError()
  }
  const waitMs = Math.min(HANDED_ON_MS * 2 ** (job.attemptsStarted / 2 - 1), HANDED_ON_MAX_MS)
  await job.moveToDelayed(Date.now() + waitMs, token)
  throw new DelayedError()
}

/**
 * The truth is the claim, so a job whose worker vanished may be handed out again without care, several times. Until it
 * is, the same hint cannot be sent again, so a lock is no longer than the lease of a worker's session.
 */
const SETTINGS: Omit<WorkerSettings, 'concurrency'> = {
  lockDuration: QUEUE_LOCK_MS,
  stalledInterval: QUEUE_STALLED_MS,
  maxStalledCount: MAX_STALLED_COUNT,
  drainDelay: QUEUE_POLL_SECONDS,
  runRetryDelay: QUEUE_RETRY_MS,
}

/**
 * A client that is reconnecting holds commands back, and BullMQ's `close` waits for them without end. What they would
 * have said is not needed, so such a client is made to give up first.
 */
const closeInTime = async (opened: OpenedWorker, address: string, onFault: FaultListener): Promise<void> => {
  await inTime(opened.giveUp(), address, QUEUE_CLOSE_MS).catch(() => undefined)
  const closed = opened.worker.close()
  try {
    await inTime(closed, address, QUEUE_CLOSE_MS)
  } catch (error) {
    onFault(error instanceof Error ? error : new Error(String(error)))
    opened.cut().catch(onFault)
    await stopRenewing(opened.worker)
  }
}

/**
 * BullMQ stops renewing its locks only when every job has ended, and so a call that never ends would keep the process
 * alive for ever. Its lock manager is not public; without one there is nothing to stop.
 */
const stopRenewing = async (worker: object): Promise<void> => {
  const manager: unknown = Reflect.get(worker, 'lockManager')
  if (typeof manager !== 'object' || manager === null) return
  const close: unknown = Reflect.get(manager, 'close')
  if (typeof close === 'function') await close.call(manager)
}
