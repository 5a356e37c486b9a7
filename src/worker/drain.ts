/** How a process leaves: nothing is lost by it, and nobody has to notice that it is gone. */
import type { Engine } from '../engine/engine.js'
import { workerActor } from '../engine/engine.js'
import type { Leader } from '../engine/leader.js'
import type { Clock } from '../ports/clock.js'
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
}

/** Nothing new is claimed, running attempts may end for a while, and what is left is given back. */
export const drain = async ({
  engine,
  worker,
  workerName,
  leader,
  consumers,
  clock,
  graceMs,
}: Draining): Promise<void> => {
  engine.stopClaiming()
  await Promise.all(consumers.map((consumer) => consumer.pause()))
  await within(clock, graceMs, worker.idle())
  await giveBack(engine, worker, workerName)
  engine.dispatcher.stop()
  await leader.stop()
  await Promise.all(consumers.map((consumer) => consumer.close()))
  await engine.idle()
  await engine.dispatcher.sent()
  await engine.lease.end()
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
