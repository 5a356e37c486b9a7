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

export const mortalLog = (world: World, process: Mortal, log: Log): Log => {
  const methods = Object.entries<Method>({ ...log })
  const wrapped = methods.map(([name, method]) => [name, name === 'close' ? method : mortal(world, process, method)])
  // Every method of the port is there, each of its own type.
  return Object.fromEntries(wrapped) as Log
}

export const mortalQueue = (world: World, process: Mortal, queue: Queue): Queue => ({
  send: mortal(world, process, queue.send),
  resend: mortal(world, process, queue.resend),
  depth: mortal(world, process, queue.depth),
  wasReset: mortal(world, process, queue.wasReset),
  // A hint that a dead process holds is lost with it: the sweeper sends another.
  consume: async (name, concurrency, handle) => {
    const died = process.death.then(() => undefined)
    const consumer = await queue.consume(name, concurrency, (hint: Hint) => Promise.race([handle(hint), died]))
    process.death.then(() => consumer.close())
    return consumer
  },
  close: async () => undefined,
})
