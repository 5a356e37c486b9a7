/** The log and the queue as a mortal process sees them: every call waits for its turn before and after. */
import type { Log } from '../../src/ports/log.js'
import type { Hint, Queue } from '../../src/ports/queue.js'
import type { Mortal, World } from './world.js'

type Method = (...args: never[]) => Promise<unknown>

/** Between the turn before and the turn after, the call happens or not, whole: that is where a process may die. */
const mortal = <M extends Method>(world: World, process: Mortal, method: M): M =>
  // The wrapper takes and gives what the method does; the compiler cannot see through the spread.
  (async (...args: never[]) => {
    await world.turn(process)
    const result = await method(...args)
    await world.turn(process)
    return result
  }) as M

export const mortalLog = (world: World, process: Mortal, log: Log): Log => ({
  append: mortal(world, process, log.append),
  readStream: mortal(world, process, log.readStream),
  readAll: mortal(world, process, log.readAll),
  waitFor: mortal(world, process, log.waitFor),
  position: mortal(world, process, log.position),
  head: mortal(world, process, log.head),
  heads: mortal(world, process, log.heads),
  payloads: mortal(world, process, log.payloads),
  findByIdentity: mortal(world, process, log.findByIdentity),
  dueBefore: mortal(world, process, log.dueBefore),
  nextDue: mortal(world, process, log.nextDue),
  openSession: mortal(world, process, log.openSession),
  renewSession: mortal(world, process, log.renewSession),
  endSession: mortal(world, process, log.endSession),
  expiredSessions: mortal(world, process, log.expiredSessions),
  inbox: mortal(world, process, log.inbox),
  saveSnapshot: mortal(world, process, log.saveSnapshot),
  loadSnapshot: mortal(world, process, log.loadSnapshot),
  lead: mortal(world, process, log.lead),
  close: log.close,
})

export const mortalQueue = (world: World, process: Mortal, queue: Queue): Queue => ({
  send: mortal(world, process, queue.send),
  depth: mortal(world, process, queue.depth),
  wasReset: mortal(world, process, queue.wasReset),
  // A hint that a dead process holds is lost with it: the sweeper sends another.
  consume: async (name, concurrency, handle) => {
    const consumer = await queue.consume(name, concurrency, (hint: Hint) => Promise.race([handle(hint), process.death]))
    process.death.then(() => consumer.close())
    return consumer
  },
  close: async () => undefined,
})
