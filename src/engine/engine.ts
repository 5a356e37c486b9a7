/**
 * The engine: takes commands, decides them by the core, appends what was decided, and acts on what has landed. It runs
 * no handler itself: claimed attempts are handed to the worker. Without a worker it decides, and claims nothing.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Due } from '../core/due.js'
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
  /** Callables that this process has, told to whoever asks why nobody runs a step. */
  readonly handlers?: ReadonlyArray<string>
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

export const createEngine = (needs: EngineNeeds): Engine => new TaskEngine(needs)

class TaskEngine implements Engine {
  readonly slots: Slots
  readonly dispatcher: Dispatcher
  readonly lease: Lease
  readonly #needs: EngineNeeds
  readonly #cache: TaskCache
  readonly #mailboxes: Mailboxes
  readonly #watchers: Watchers = new Map()
  #claiming: boolean

  constructor(needs: EngineNeeds) {
    const { log, clock, logger, worker } = needs
    this.#needs = needs
    this.#cache = createTaskCache(log, needs.evolveDigest, (error) =>
      logger.warn('a snapshot could not be written', { error: String(error) }),
    )
    this.slots = createSlots(needs.capacities, (queue) => this.dispatcher.drawFor(queue))
    this.#claiming = this.slots.queues.length > 0
    const { queues } = this.slots
    this.lease = createLease(
      log,
      clock,
      logger,
      { worker, queues, handlers: needs.handlers ?? [] },
      {
        abort: needs.abort,
        lost: needs.abortAll,
        joined: () => this.dispatcher.share(),
      },
    )
    this.dispatcher = createDispatcher({
      slots: this.slots,
      queue: needs.queue,
      logger,
      shared: (queue) => this.lease.sharedWithOthers(queue),
      mayBeEnqueued: (hint) => mayBeEnqueued(this.#cache, hint),
      claim: (hint) => this.#claimByHint(hint),
    })
    this.#mailboxes = createMailboxes(log, this.#cache, clock, {
      beforeAppend: (task, chain) => this.#beforeAppend(task, chain),
      onSessionExpired: () => this.lease.lose(),
    })
  }

  ask(stream: string, asked: Asked, minVersion?: number): Promise<Reply> {
    return new Promise((answer, fail) => this.#mailboxes.post(stream, { ...asked, minVersion, answer, fail }))
  }

  /** Through the mailbox, so that nobody sees what a chain under way has decided and not landed. */
  look(stream: string, see: (state: TaskState) => void, how?: 'as-known'): Promise<boolean> {
    return new Promise((resolve, fail) =>
      this.#mailboxes.post(stream, {
        command: { type: 'advance' },
        actor: ENGINE,
        asKnown: how === 'as-known',
        look: (state) => {
          if (state.phase.kind !== 'new') see(state)
        },
        answer: (reply) => resolve(E.isRight(reply)),
        fail,
      }),
    )
  }

  watch(stream: string, listener: (state: TaskState) => void): () => void {
    return watchIn(this.#watchers, stream, listener)
  }

  async openLease(): Promise<void> {
    if (this.slots.queues.length > 0) await this.lease.open()
  }

  stopClaiming(): void {
    this.#claiming = false
  }

  idle(): Promise<void> {
    return this.#mailboxes.idle()
  }

  /** The claim of one place in a queue, or undefined while this process may not claim. */
  #claim(place: Pick<Hint, 'step' | 'attempt' | 'enqueue'>, handler: string | undefined): Asked | undefined {
    const { worker, handlerVersion } = this.#needs
    const session = this.lease.current()
    if (session === undefined || !this.#claiming) return undefined
    const { step, attempt, enqueue } = place
    const version = handler === undefined ? undefined : handlerVersion(handler)
    const of = version === undefined ? {} : { handlerVersion: version }
    return {
      command: { type: 'start-step', step, attempt, enqueue, session: session.id, worker, ...of },
      actor: workerActor(worker),
      guard: { kind: 'session-alive', session: session.id },
    }
  }

  async #claimByHint(hint: Hint): Promise<boolean> {
    const handler = await handlerBehind(this, hint)
    // Another process may have it; this one must not use up an attempt on a step that it cannot run.
    if (handler !== undefined && !this.#needs.canRun(handler)) return false
    const asked = this.#claim(hint, handler)
    return asked !== undefined && E.isRight(await this.ask(hint.stream, asked, hint.version))
  }

  #beforeAppend({ state }: CachedTask, chain: Chain): ChainEnd {
    const taken = claimEagerly(state, chain, {
      slots: this.slots,
      canRun: this.#needs.canRun,
      claimCommand: ({ id, definition, state: step }) =>
        step.kind === 'enqueued' ? this.#claim({ ...step, step: id }, definition.handler) : undefined,
    })
    return {
      landed: (task, landed) => this.#afterLanding(task, landed),
      dropped: () => {
        for (const queue of taken) this.slots.release(queue)
      },
    }
  }

  #afterLanding(task: CachedTask, chain: Chain): void {
    const session = this.lease.current()?.id
    for (const event of chain.events) {
      if (event.type === 'step-started' && event.data.session === session) this.#start(task, event)
    }
    for (const [queue, hints] of hintsOf(task, chain)) this.dispatcher.offer(queue, hints)
    for (const { key, row } of chain.due()) this.#schedule(task.stream, key, row)
    for (const listener of this.#watchers.get(task.stream) ?? []) listener(task.state)
  }

  #start({ stream, state }: CachedTask, event: EventOf<'step-started'>): void {
    const node = findNode(state, event.data.step)
    if (node === undefined) return
    const queue = queueOf(node.definition.handler, state.template.namespace)
    this.#needs.run({ stream, node, state, attempt: event.data.attempt, queue })
  }

  /** What is due soon, or at once, is this process's to do; the leader comes by later, should it fail. */
  #schedule(stream: string, key: string, { kind, dueAtMs, data }: Due): void {
    const { clock, logger, log } = this.#needs
    if (kind === 'command') void deliver({ engine: this, log, logger }, stream, key, data)
    const command = timerCommand(kind, key, data)
    const waitMs = dueAtMs - clock.now()
    if (command === undefined || waitMs > LOCAL_TIMER_HORIZON_MS) return
    clock.after(Math.max(0, waitMs), () => {
      this.ask(stream, { command, actor: ENGINE }).catch((error) =>
        logger.debug('a timer was not decided', { error: String(error) }),
      )
    })
  }
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
