/**
 * The engine: takes commands, decides them by the core, appends what was decided, and acts on what has landed. It runs
 * no handler itself: claimed attempts are handed to the worker. Without a worker it decides, and claims nothing.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Command } from '../core/decide/command.js'
import type { Actor, EventOf } from '../core/event.js'
import type { Node } from '../core/graph/node.js'
import { LOCAL_TIMER_HORIZON_MS } from '../core/limits.js'
import { findNode, nodeAt, type TaskState } from '../core/state.js'
import { queueOf } from '../core/step.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Hint, Queue } from '../ports/queue.js'
import { type Asked, type Chain, ENGINE } from './chain.js'
import { claimEagerly } from './claims.js'
import { createDispatcher, type Dispatcher } from './dispatcher.js'
import { createLease, type Lease } from './leases.js'
import { type ChainEnd, createMailboxes, type Mailboxes, type Reply } from './mailbox.js'
import { deliver } from './outbox.js'
import { createSlots, type Slots } from './slots.js'
import { type CachedTask, createTaskCache, type TaskCache } from './task-cache.js'
import { timerCommand } from './timers.js'

/** An attempt that this process has claimed. The state is read when it starts; results in it never change. */
export interface Claimed {
  readonly stream: string
  readonly node: Node
  readonly state: TaskState
  readonly attempt: number
  readonly queue: string
}

export interface EngineNeeds {
  readonly log: Log
  readonly queue: Queue
  readonly clock: Clock
  readonly logger: Logger
  readonly evolveDigest: string
  readonly worker: string
  /** Queues that this process serves, and how many attempts of each it runs at a time; empty for none. */
  readonly capacities: Readonly<Record<string, number>>
  /** Does this process have the handler? */
  canRun(handler: string): boolean
  handlerVersion(handler: string): string | undefined
  run(claimed: Claimed): void
  abort(stream: string, step: number, attempt: number): void
  /** The session was lost: every attempt that it held. */
  abortAll(): void
}

export interface Engine {
  /** Asks a task for something and answers once it has landed, or was refused. */
  ask(stream: string, asked: Asked, minVersion?: number): Promise<Reply>
  /**
   * Looks at the state at the head of the log, or, `as-known`, at what this process knows of it; false where there is no
   * such task. The state goes on changing: read it within the call.
   */
  look(stream: string, see: (state: TaskState) => void, how?: 'as-known'): Promise<boolean>
  /** Calls back with the state after each append of this process to a task. */
  watch(stream: string, listener: (state: TaskState) => void): () => void
  readonly slots: Slots
  readonly dispatcher: Dispatcher
  readonly lease: Lease
  openLease(): Promise<void>
  /** No claim from now on. */
  stopClaiming(): void
  idle(): Promise<void>
}

export const createEngine = (needs: EngineNeeds): Engine => {
  const { log, clock, logger } = needs
  const cache = createTaskCache(log, needs.evolveDigest, (error) =>
    logger.warn('a snapshot could not be written', { error: String(error) }),
  )
  const slots = createSlots(needs.capacities, (queue) => dispatcher.drawFor(queue))
  const watchers: Watchers = new Map()
  let claiming = slots.queues.length > 0

  const lease = createLease(
    log,
    clock,
    logger,
    { worker: needs.worker, queues: slots.queues },
    {
      abort: needs.abort,
      lost: needs.abortAll,
    },
  )

  const ask = (stream: string, asked: Asked, minVersion?: number): Promise<Reply> =>
    new Promise((answer, fail) => mailboxes.post(stream, { ...asked, minVersion, answer, fail }))

  const claimCommand = (node: Node): Asked | undefined => {
    const session = lease.current()
    if (session === undefined || !claiming || node.state.kind !== 'enqueued') return undefined
    const { attempt, enqueue } = node.state
    const version = needs.handlerVersion(node.definition.handler)
    const command: Command = {
      type: 'start-step',
      step: node.id,
      attempt,
      enqueue,
      session: session.id,
      worker: needs.worker,
      ...(version === undefined ? {} : { handlerVersion: version }),
    }
    return { command, actor: workerActor(needs.worker), guard: { kind: 'session-alive', session: session.id } }
  }

  const dispatcher = createDispatcher({
    slots,
    queue: needs.queue,
    clock,
    logger,
    shared: (queue) => lease.sharedWithOthers(queue),
    mayBeEnqueued: (hint) => mayBeEnqueued(cache, hint),
    claim: async (hint) => {
      const handler = await handlerBehind(engine, hint)
      // Another process may have it; this one must not use up an attempt on a step that it cannot run.
      if (handler !== undefined && !needs.canRun(handler)) return false
      const asked = claimByHint(hint, lease, needs, claiming, handler)
      if (asked === undefined) return false
      return E.isRight(await ask(hint.stream, asked, hint.version))
    },
  })

  const beforeAppend = (task: CachedTask, chain: Chain): ChainEnd => {
    const taken = claimEagerly(task.state, chain, { slots, canRun: needs.canRun, claimCommand })
    return {
      landed: (landed, done) => afterLanding(landed, done),
      dropped: () => {
        for (const queue of taken) slots.release(queue)
      },
    }
  }

  const afterLanding = (task: CachedTask, chain: Chain): void => {
    const session = lease.current()?.id
    for (const event of chain.events) {
      if (event.type === 'step-started' && event.data.session === session) start(task, event)
    }
    offer(hintsOf(task, chain))
    schedule(task.stream, chain)
    for (const listener of watchers.get(task.stream) ?? []) listener(task.state)
  }

  const start = (task: CachedTask, event: EventOf<'step-started'>): void => {
    const node = findNode(task.state, event.data.step)
    if (node === undefined) return
    const queue = queueOf(node.definition.handler, task.state.template.namespace)
    needs.run({ stream: task.stream, node, state: task.state, attempt: event.data.attempt, queue })
  }

  const offer = (hints: ReadonlyMap<string, ReadonlyArray<Hint>>): void => {
    for (const [queue, list] of hints) dispatcher.offer(queue, list)
  }

  const schedule = (stream: string, chain: Chain): void => {
    for (const { key, row } of chain.due()) {
      if (row.kind === 'command') void deliver({ engine, log, logger }, stream, key, row.data)
      const command = timerCommand(row.kind, key, row.data)
      const waitMs = row.dueAtMs - clock.now()
      if (command === undefined || waitMs > LOCAL_TIMER_HORIZON_MS) continue
      clock.after(Math.max(0, waitMs), () => {
        // The leader comes by later, should this fail.
        ask(stream, { command, actor: ENGINE }).catch((error) =>
          logger.debug('a timer was not decided', { error: String(error) }),
        )
      })
    }
  }

  const mailboxes: Mailboxes = createMailboxes(log, cache, clock, {
    beforeAppend,
    onSessionExpired: () => lease.lose(),
  })

  const engine: Engine = {
    ask,
    // Through the mailbox, so that nobody sees what a chain under way has decided and not landed.
    look: (stream, see, how) =>
      new Promise((resolve, fail) =>
        mailboxes.post(stream, {
          command: { type: 'advance' },
          actor: ENGINE,
          asKnown: how === 'as-known',
          look: (state) => {
            if (state.phase.kind !== 'new') see(state)
          },
          answer: (reply) => resolve(E.isRight(reply)),
          fail,
        }),
      ),
    watch: (stream, listener) => watchIn(watchers, stream, listener),
    slots,
    dispatcher,
    lease,
    openLease: async () => {
      if (slots.queues.length > 0) await lease.open()
    },
    stopClaiming: () => {
      claiming = false
    },
    idle: () => mailboxes.idle(),
  }
  return engine
}

/** Steps that the chain left in queues; all that stand there where it resumed the task, since hints were refused. */
const hintsOf = ({ stream, state, version }: CachedTask, chain: Chain): ReadonlyMap<string, ReadonlyArray<Hint>> => {
  const hints = new Map<string, Hint[]>()
  const add = (node: Node): void => {
    if (node.state.kind !== 'enqueued') return
    const { attempt, enqueue } = node.state
    const queue = queueOf(node.definition.handler, state.template.namespace)
    const hint = { stream, step: node.id, attempt, enqueue, version, priority: state.priority }
    const known = hints.get(queue)
    if (known === undefined) hints.set(queue, [hint])
    else known.push(hint)
  }
  if (chain.events.some((event) => event.type === 'task-resumed'))
    for (const id of state.enqueued) add(nodeAt(state, id))
  else for (const { row } of chain.due()) if (row.kind === 'queue') add(nodeAt(state, row.data.step))
  return hints
}

export const workerActor = (worker: string): Actor => ({ kind: 'worker', id: worker })

/** As far as this process knows; undefined where its state is older than the hint. */
const handlerBehind = async (engine: Pick<Engine, 'look'>, hint: Hint): Promise<string | undefined> => {
  let handler: string | undefined
  await engine.look(
    hint.stream,
    (state) => {
      handler = state.nodes[hint.step]?.definition.handler
    },
    'as-known',
  )
  return handler
}

const claimByHint = (
  hint: Hint,
  lease: Lease,
  needs: EngineNeeds,
  claiming: boolean,
  handler: string | undefined,
): Asked | undefined => {
  const session = lease.current()
  if (session === undefined || !claiming) return undefined
  const { step, attempt, enqueue } = hint
  const version = handler === undefined ? undefined : needs.handlerVersion(handler)
  const command: Command = {
    type: 'start-step',
    step,
    attempt,
    enqueue,
    session: session.id,
    worker: needs.worker,
    ...(version === undefined ? {} : { handlerVersion: version }),
  }
  return { command, actor: workerActor(needs.worker), guard: { kind: 'session-alive', session: session.id } }
}

/** A state that is at least as new as the hint knows whether the step still stands in that place in the queue. */
const mayBeEnqueued = (cache: TaskCache, hint: Hint): boolean => {
  const task = cache.get(hint.stream)
  if (task === undefined || task.version < hint.version) return true
  const { state } = nodeAt(task.state, hint.step)
  return state.kind === 'enqueued' && state.attempt === hint.attempt && state.enqueue === hint.enqueue
}

type Watchers = Map<string, Set<(state: TaskState) => void>>

const watchIn = (watchers: Watchers, stream: string, listener: (state: TaskState) => void): (() => void) => {
  const known = watchers.get(stream) ?? new Set<(state: TaskState) => void>()
  known.add(listener)
  watchers.set(stream, known)
  return () => {
    known.delete(listener)
    if (known.size === 0) watchers.delete(stream)
  }
}
