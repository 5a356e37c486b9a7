/**
 * The port over BullMQ, the same for both of its back ends. A producer is opened for each queue when it is first
 * needed and forgotten when it fails, because BullMQ remembers a failed start for ever. Nothing here waits for a store
 * that is down: `send` fails at once, and the sweeper sends again.
 */

import { randomUUID } from 'node:crypto'
import type { IQueueBackend } from 'bullmq'
import { MAX_HINTS_PER_SEND } from '../core/limits.js'
import type { Hint, Queue } from '../ports/queue.js'
import { type OpenedWorker, type Processor, startConsumer, type WorkerSettings } from './bull-consumer.js'
import { type HintJob, jobOf, queueName } from './hint-job.js'
import { inTime } from './in-time.js'
import { type FaultListener, unreachable } from './queue-fault.js'

/** What differs between Redis and Postgres. */
export interface BullBackend {
  /** Where the store is, as a person may see it. */
  readonly address: string
  openProducer(name: string): BullProducer
  openWorker(name: string, processor: Processor, settings: WorkerSettings): OpenedWorker
  /** False when it is known that nobody answers; true is no promise. */
  isUp(): boolean
  /** Calls back when the store goes away; the returned function ends that. */
  onLost(listener: () => void): () => void
  close(): Promise<void>
}

/** The part of BullMQ's `Queue` that is used. */
export interface BullProducer {
  readonly backend: Pick<IQueueBackend, 'getQueueMetaField' | 'setQueueMeta' | 'changePriority'>
  addBulk(jobs: HintJob[]): Promise<unknown>
  count(): Promise<number>
  waitUntilReady(): Promise<unknown>
  close(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
}

const EPOCH = 'tasker-epoch'

export const createBullQueue = (backend: BullBackend, onFault: FaultListener): Queue => {
  const producers = new Map<string, Promise<BullProducer>>()
  const epochs = new Map<string, string>()

  const open = async (name: string): Promise<BullProducer> => {
    const producer = backend.openProducer(queueName(name))
    producer.on('error', onFault)
    try {
      await whileUp(backend, producer.waitUntilReady())
      return producer
    } catch (error) {
      producers.delete(name)
      // It never came up, so there is nothing to close in order; its sockets go when its promise settles.
      producer.close().catch(onFault)
      throw error
    }
  }

  const withProducer = async <A>(name: string, use: (producer: BullProducer) => Promise<A>): Promise<A> => {
    if (!backend.isUp()) throw unreachable(backend.address, undefined)
    let opening = producers.get(name)
    if (opening === undefined) {
      opening = open(name)
      producers.set(name, opening)
    }
    return inTime(opening.then(use), backend.address)
  }

  return {
    async send(name, hints) {
      for (const jobs of portionsOf(hints)) await withProducer(name, (producer) => producer.addBulk(jobs))
    },
    async resend(name, hints) {
      for (const jobs of portionsOf(hints)) await withProducer(name, (producer) => addAgain(producer, jobs))
    },

    async consume(name, concurrency, handle) {
      if (!backend.isUp()) throw unreachable(backend.address, undefined)
      return startConsumer(
        (processor, settings) => backend.openWorker(queueName(name), processor, settings),
        { concurrency, address: backend.address, whileUp: (promise) => whileUp(backend, promise) },
        handle,
        onFault,
      )
    },

    depth: (name) => withProducer(name, (producer) => producer.count()),
    own: (name) => withProducer(name, async (producer) => producer),

    async wasReset(name) {
      const stored = await withProducer(name, async ({ backend: store }) => {
        const found = await store.getQueueMetaField(EPOCH)
        if (found !== null && found !== undefined) return { epoch: found, found: true }
        const epoch = randomUUID()
        await store.setQueueMeta({ [EPOCH]: epoch })
        return { epoch, found: false }
      })
      const known = epochs.get(name)
      epochs.set(name, stored.epoch)
      return !stored.found || (known !== undefined && known !== stored.epoch)
    },

    async close() {
      const opened = [...producers.values()]
      producers.clear()
      for (const opening of opened) await opening.then((one) => closeInTime(one, backend)).catch(onFault)
      await backend.close()
    },
  }
}

const closeInTime = (producer: BullProducer, { address }: BullBackend): Promise<void> =>
  inTime(producer.close(), address)

const portionsOf = (hints: ReadonlyArray<Hint>): ReadonlyArray<HintJob[]> =>
  Array.from({ length: Math.ceil(hints.length / MAX_HINTS_PER_SEND) }, (_, index) =>
    hints.slice(index * MAX_HINTS_PER_SEND, (index + 1) * MAX_HINTS_PER_SEND).map(jobOf),
  )

const addAgain = async (producer: BullProducer, jobs: HintJob[]): Promise<void> => {
  await producer.addBulk(jobs)
  await Promise.all(jobs.map((job) => move(producer, job)))
}

const MISSING_JOB = -1

/** A job that was there already keeps the priority that it came with, unless it is told. */
const move = async ({ backend }: BullProducer, { opts }: HintJob): Promise<void> => {
  if (opts.jobId === undefined) return
  try {
    await backend.changePriority(opts.jobId, opts.priority)
  } catch (error) {
    // Somebody has taken it in the meantime, which is all that was wanted.
    if (!(error instanceof Error) || Reflect.get(error, 'code') !== MISSING_JOB) throw error
  }
}

/** The promise, unless the store goes away: BullMQ would wait, silently, until it comes back. */
const whileUp = async <A>(backend: BullBackend, promise: Promise<A>): Promise<A> => {
  let stop = (): void => undefined
  const lost = new Promise<never>((_, reject) => {
    stop = backend.onLost(() => reject(unreachable(backend.address, undefined)))
  })
  lost.catch(() => undefined)
  return inTime(Promise.race([promise, lost]), backend.address).finally(stop)
}
