/**
 * One simulated run: a few processes over one log and one queue, random tasks, random deaths. After the deaths have
 * stopped, every task must end, and what the log says must hold at every version.
 */

import { isClosed } from '../../src/core/state.js'
import { streamOf } from '../../src/engine/ids.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createMemoryStore, type MemoryStore, putInInbox } from '../../src/log/memory-store.js'
import type { Clock } from '../../src/ports/clock.js'
import type { InboxClient, Log, StoredEvent } from '../../src/ports/log.js'
import type { Queue } from '../../src/ports/queue.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { type SmallEngine, startSmallEngine } from '../support/small-engine.js'
import { dueFaultIn } from './due-invariant.js'
import { Hands } from './hands.js'
import { faultIn, foldStored, replayEquals } from './invariants.js'
import { mortalLog, mortalQueue } from './mortal-ports.js'
import { type RandomTask, randomTask } from './random-task.js'
import { limitsOfSeed, slotFaultIn } from './slot-invariant.js'
import { born, createWorld, type Mortal } from './world.js'

export interface SeedReport {
  readonly seed: number
  readonly tasks: number
  readonly events: number
  readonly deaths: number
  /** How the tasks ended, by status. */
  readonly ends: Readonly<Record<string, number>>
}

export interface SeedOptions {
  readonly processes?: number
  readonly tasks?: number
  readonly deaths?: number
  /** Where the log is kept, for whoever wants to look at it afterwards. */
  readonly store?: MemoryStore
}

interface Running {
  readonly mortal: Mortal
  small: SmallEngine | undefined
}

/** Throws with what went wrong; the same seed goes wrong in the same way. */
export const runSeed = async (seed: number, options: SeedOptions = {}): Promise<SeedReport> => {
  const { processes = 2, tasks = 3, deaths = 4 } = options
  const world = createWorld(seed)
  const limits = limitsOfSeed(seed)
  const { store = createMemoryStore() } = options
  const log = createMemoryLog(world.clock, store)
  const queue = createMemoryQueue()
  const tasksByStream = new Map<string, RandomTask>()
  const plans = Array.from({ length: tasks }, () => randomTask(world))
  const faults: string[] = []
  let [started, died] = [0, 0]

  const start = (): Running => {
    started += 1
    const mortal = born(`process-${started}`)
    const running: Running = { mortal, small: undefined }
    startSmallEngine({
      name: mortal.name,
      log: mortalLog(world, mortal, checkedLog(log, store, faults)),
      queue: mortalQueue(world, mortal, queue),
      clock: world.clockOf(mortal),
      concurrency: 2,
      limits,
      run: async ({ stream, node, attempt }) => {
        await world.turn(mortal)
        const plan = tasksByStream.get(stream) ?? planFor(stream, store, plans, tasksByStream)
        return plan.act(node.definition, attempt)
      },
    })
      .then((small) => {
        running.small = small
        for (const stream of store.streams.keys()) watchLive(small, stream, store, faults)
        small.leader.start()
      })
      .catch((error) => faults.push(String(error)))
    return running
  }

  const alive = Array.from({ length: processes }, start)
  // A creator that never dies: what a user's own program does is not what is tested here.
  const creator = await startCreator(log, queue, world.clock, store)
  for (const [index, plan] of plans.entries()) {
    const id = await createTask(creator, plan, index)
    for (const { small } of alive) if (small !== undefined) watchLive(small, streamOf(id), store, faults)
  }

  const hands = new Hands(world, store, creator.tasks, faults)

  const kill = (): void => {
    if (died >= deaths || world.random() > 0.01) return
    const at = world.pick(alive.length)
    const victim = alive[at]
    if (victim?.small === undefined) return
    victim.mortal.die()
    died += 1
    store.leaders.clear()
    alive[at] = start()
  }
  const ended = (): boolean => faults.length > 0 || allEnded(store)
  const finished = await world.run(ended, () => {
    kill()
    hands.meddle()
  })
  const fault = faults[0] ?? (finished ? ((await slotFaultIn(store, limits)) ?? dueFaultIn(store)) : unfinished(store))
  if (fault !== undefined) throw new Error(`seed ${seed}: ${fault}`)
  return report(seed, store, died)
}

const startCreator = (log: Log, queue: Queue, clock: Clock, store: MemoryStore): Promise<SmallEngine> =>
  startSmallEngine({
    log,
    queue: silentQueue(queue),
    clock,
    concurrency: 0,
    run: () => null,
    putInInbox: async (_, row) => putInInbox(store, row),
  })

/** Some are left by a transaction of the user's own, which whoever leads has to take up. */
const createTask = async ({ tasks }: SmallEngine, { template }: RandomTask, plan: number): Promise<string> => {
  const { id } = await (plan % 2 === 0
    ? tasks.create(template, { plan })
    : tasks.createIn(NO_CLIENT, template, { plan }))
  return id
}

/** After each append of a process, what it holds of the task is the fold of the log. */
const watchLive = (small: SmallEngine, stream: string, store: MemoryStore, faults: string[]): void => {
  small.engine.watch(stream, (state) => {
    try {
      replayEquals(state, store.streams.get(stream) ?? [])
    } catch (error) {
      faults.push(`${stream}: ${error instanceof Error ? error.message : String(error)}`)
    }
  })
}

const planFor = (
  stream: string,
  store: MemoryStore,
  plans: ReadonlyArray<RandomTask>,
  known: Map<string, RandomTask>,
): RandomTask => {
  const { input } = foldStored(store.streams.get(stream) ?? [])
  const index = 'value' in input && typeof input.value === 'object' ? Number(Reflect.get(input.value ?? {}, 'plan')) : 0
  const plan = plans[index]
  if (plan === undefined) throw new Error(`${stream} is of no plan`)
  known.set(stream, plan)
  return plan
}

/** Every append is followed by a look at the whole stream: what must never happen has not happened. */
const checkedLog = (log: Log, store: MemoryStore, faults: string[]): Log => ({
  ...log,
  append: async (batch) => {
    const outcomes = await log.append(batch)
    for (const { stream } of batch) {
      const fault = faultIn(store.streams.get(stream) ?? [])
      if (fault !== undefined) faults.push(`${stream}: ${fault}\n${tell(store.streams.get(stream) ?? [])}`)
    }
    return outcomes
  },
})

const allEnded = (store: MemoryStore): boolean =>
  store.inbox.size === 0 &&
  [...store.heads.values()].every((head) => !head.open || head.status === 'blocked_by_failures')

const report = (seed: number, store: MemoryStore, deaths: number): SeedReport => {
  const ends: Record<string, number> = {}
  let events = 0
  for (const stored of store.streams.values()) {
    const state = foldStored(stored)
    replayEquals(state, stored)
    const end = isClosed(state.phase) ? state.phase.kind : 'blocked'
    ends[end] = (ends[end] ?? 0) + 1
    events += stored.length
  }
  return { seed, tasks: store.streams.size, events, deaths, ends }
}

const unfinished = (store: MemoryStore): string =>
  `nothing more can happen, and not every task has ended\n${story(store)}`

const story = (store: MemoryStore): string =>
  [...store.streams.values()]
    .filter((stored) => !isClosed(foldStored(stored).phase))
    .map(tell)
    .join('\n\n')

const tell = (stored: ReadonlyArray<StoredEvent>): string =>
  stored.map((event) => `${event.version} ${event.type} ${event.data}`).join('\n')

const silentQueue = (queue: Queue): Queue => ({ ...queue, consume: async () => SILENT })

const NO_CLIENT: InboxClient = { query: () => Promise.reject(new Error('there is no client')) }

const SILENT = {
  pause: async () => undefined,
  resume: async () => undefined,
  close: async () => undefined,
}
