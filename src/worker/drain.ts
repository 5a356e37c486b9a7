/** How a process leaves: nothing is lost by it, and nobody has to notice that it is gone. */
import type { Engine } from '../engine/engine.js'
import { workerActor } from '../engine/engine.js'
import type { Leader } from '../engine/leader.js'
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { Consumer } from '../ports/queue.js'
import type { Worker } from './worker.js'

export interface Draining {
  readonly engine: Engine
  readonly worker: Worker
  readonly workerName: string
  readonly leader: Leader
  readonly consumers: ReadonlyArray<Consumer>
  readonly clock: Clock
  readonly graceMs: number
  readonly ended: Ended
}

/** Waits for the end of one part; that it failed keeps no other part from ending. */
export type Ended = (part: string, end: Promise<unknown>) => Promise<void>

/** A process leaves also when what it works with has gone: its session expires, and others take over. */
export const leaving =
  (logger: Logger): Ended =>
  async (part, end) => {
    try {
      await end
    } catch (error) {
      logger.warn('a part did not end as it should', { part, error: String(error) })
    }
  }

/** Nothing new is claimed, running attempts may end for a while, and what is left is given back. */
export const drain = async (draining: Draining): Promise<void> => {
  const { engine, worker, workerName, leader, consumers, clock, graceMs, ended } = draining
  const each = (end: (consumer: Consumer) => Promise<void>) =>
    Promise.all(consumers.map((consumer) => ended('a consumer', end(consumer))))
  engine.stopClaiming()
  await each((consumer) => consumer.pause())
  await ended('running attempts', within(clock, graceMs, worker.idle()))
  await ended('attempts given back', giveBack(engine, worker, workerName))
  engine.dispatcher.stop()
  await ended('the leader', leader.stop())
  await each((consumer) => consumer.close())
  await ended('the engine', engine.idle())
  await ended('hints', engine.dispatcher.sent())
  await ended('the session', engine.lease.end())
}

/** A drained worker's attempts are nobody's loss: they are given back at once. */
const giveBack = async (engine: Engine, worker: Worker, workerName: string): Promise<void> => {
  const session = engine.lease.current()?.id
  if (session === undefined) return
  worker.abortAll()
  const command = { type: 'lose-attempts', session, drained: true } as const
  await Promise.all(worker.streams().map((stream) => engine.ask(stream, { command, actor: workerActor(workerName) })))
}

const within = (clock: Clock, ms: number, work: Promise<void>): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = clock.after(ms, resolve)
    work.then(resolve, reject).finally(() => timer.cancel())
  })
