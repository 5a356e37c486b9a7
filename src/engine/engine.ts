/**
 * The engine: takes commands, decides them by the core, appends what was decided, and acts on what has landed. It runs
 * no handler itself: claimed attempts are handed to the worker. Without a worker it decides, and claims nothing.
 */
import * as E from 'fp-ts/lib/Either.js'
import { type ClaimLimits, limitsOf, type NamedLimit } from '../core/claim-limits.js'
import type { Due } from '../core/due-row.js'
import type { Actor, EventOf } from '../core/event.js'
import type { Node } from '../core/graph/node.js'
import { LOCAL_TIMER_HORIZON_MS } from '../core/limits.js'
import { findNode, type TaskState } from '../core/state.js'
import { queueOf } from '../core/step.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Measures } from '../ports/measures.js'
import type { Hint, Queue } from '../ports/queue.js'
import type { Span, Traces } from '../ports/traces.js'
import type { Asking } from './asking.js'
import { type Asked, type Chain, type ClaimRules, ENGINE } from './chain.js'
import { claimEagerly } from './claims.js'
import { type ClaimResult, Dispatcher } from './dispatcher.js'
import { createLease, type Lease } from './leases.js'
import { type ChainEnd, createMailboxes, type Mailboxes, type Reply } from './mailbox.js'
import { deliver } from './outbox.js'
import { areHintsOld, handlerBehind, hintsOf, knownIn } from './places.js'
import { createSlots, type Slots } from './slots.js'
import { createStepSpans, type StepSpans } from './step-spans.js'
import { type CachedTask, createTaskCache, type TaskCache } from './task-cache.js'
import { rulesOf, Throttle } from './throttle.js'
import { timerCommand } from './timers.js'
import { tracedClaim, tracedCreation } from './traced.js'
import { type Watchers, watchIn } from './watchers.js'

/** An attempt that this process has claimed. The state is read when it starts; results in it never change. */
export interface Claimed {
  readonly stream: string
  readonly node: Node
  readonly state: TaskState
  readonly attempt: number
  readonly queue: string
  /** The step's part of the task's trace, where somebody collects traces. */
  readonly trace?: string | undefined
  readonly stepSpan?: Span // of the process that has begun it
}

export interface EngineNeeds {
  readonly log: Log
  readonly queue: Queue
  readonly clock: Clock
  readonly logger: Logger
  readonly measures: Measures
  readonly traces: Traces
  readonly evolveDigest: string
  readonly worker: string
  /** Queues that this process serves, and how many attempts of each it runs at a time; empty for none. */
  readonly capacities: Readonly<Record<string, number>>
  /** Callables that this process has, told to whoever asks why nobody runs a step. */
  readonly handlers?: ReadonlyArray<string>
  /** The operator's limits, the same in every process; absent, there are none. */
  readonly limits?: ClaimLimits
  /** Does this process have the handler? */
  canRun(handler: string): boolean
  handlerVersion(handler: string): string | undefined
  run(claimed: Claimed): void
  abort(stream: string, step: number, attempt: number): void
  /** The session was lost: every attempt that it held. */
  abortAll(): void
  /** Reminds people of a gate (`outbox.ts`). */
  readonly remind?: (stream: string, step: number, number: number) => Promise<boolean>
}

export interface Engine extends Asking {
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
  readonly #rules: ClaimRules | undefined
  readonly #throttle: Throttle
  readonly #stepSpans: StepSpans
  #claiming: boolean

  constructor(needs: EngineNeeds) {
    const { log, clock, logger, measures, worker } = needs
    this.#needs = needs
    this.#stepSpans = createStepSpans(needs.traces)
    this.#cache = createTaskCache(log, needs.evolveDigest, (error) =>
      logger.warn('a snapshot could not be written', { error: String(error) }),
    )
    this.slots = createSlots(needs.capacities, {
      waits: (queue) => this.dispatcher.waits(queue),
      onFree: (queue) => this.dispatcher.drawFor(queue),
    })
    this.#throttle = new Throttle(clock, (limit) => this.dispatcher.release(limit))
    this.#rules = rulesOf(needs.limits, this.#throttle)
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
    this.dispatcher = new Dispatcher({
      slots: this.slots,
      queue: needs.queue,
      clock,
      logger,
      measures,
      shared: (queue) => this.lease.sharedWithOthers(queue),
      runsHere: ({ handler }) => handler === undefined || needs.canRun(handler),
      runsElsewhere: (queue, { handler }) => this.lease.servedElsewhere(queue, handler),
      known: knownIn(this.#cache),
      heldBy: (hint) => this.#heldBy(hint),
      claim: (hint) => tracedClaim(needs.traces, hint, () => this.#claimByHint(hint)),
    })
    this.#mailboxes = createMailboxes(log, this.#cache, clock, {
      rules: this.#rules,
      beforeAppend: (task, chain) => this.#beforeAppend(task, chain),
      onSessionExpired: () => this.lease.lose(),
      onThrottled: (throttle, { freed }) =>
        this.#throttle.hold(throttle, freed.filter((limit) => limit === throttle.limit).length),
    })
  }

  ask(stream: string, asked: Asked, minVersion?: number): Promise<Reply> {
    const post = (one: Asked): Promise<Reply> =>
      new Promise((answer, fail) => this.#mailboxes.post(stream, { ...one, minVersion, answer, fail }))
    return asked.command.type === 'create-task' ? tracedCreation(this.#needs.traces, stream, asked, post) : post(asked)
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
    this.dispatcher.stop()
  }

  idle(): Promise<void> {
    return this.#mailboxes.idle()
  }

  /** The claim of one place in a queue, or undefined while this process may not claim. */
  #claim(place: Pick<Hint, 'stream' | 'step' | 'attempt' | 'enqueue'>, handler: string | undefined): Asked | undefined {
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
      ...this.#stepSpans.of(place),
    }
  }

  async #claimByHint(hint: Hint): Promise<ClaimResult> {
    const handler = hint.handler ?? (await handlerBehind(this, hint))
    // Another process may have it; this one must not use up an attempt on a step that it cannot run.
    if (handler !== undefined && !this.#needs.canRun(handler)) return 'unserved'
    const asked = this.#claim(hint, handler)
    if (asked === undefined) return 'not-now'
    const reply = await this.ask(hint.stream, asked, hint.version)
    if (E.isRight(reply)) return 'claimed'
    this.#stepSpans.forget(hint)
    return reply.left.code === 'throttled' ? { throttledBy: reply.left.limit } : 'refused'
  }

  #limitsOf(state: TaskState, node: Node | undefined): ReadonlyArray<NamedLimit> {
    return this.#rules === undefined || node === undefined ? [] : limitsOf(this.#rules.limits, state, node)
  }

  #heldBy({ stream, step }: Hint): string | undefined {
    const state = this.#rules === undefined ? undefined : this.#cache.get(stream)?.state
    return state === undefined ? undefined : this.#throttle.heldBy(this.#limitsOf(state, state.nodes[step]), NOTHING)
  }

  #beforeAppend(task: CachedTask, chain: Chain): ChainEnd {
    const { state } = task
    const claims = claimEagerly(task, chain, {
      slots: this.slots,
      canRun: this.#needs.canRun,
      mayClaim: (node, queue) => {
        const limits = this.#limitsOf(state, node)
        if (this.#throttle.heldBy(limits, chain.net) !== undefined) return false
        const names = limits.map(({ limit }) => limit)
        return this.dispatcher.mayOvertake(queue, names, state.priority)
      },
      claimCommand: ({ id, definition, state: step }) =>
        step.kind === 'enqueued'
          ? this.#claim({ ...step, stream: task.stream, step: id }, definition.handler)
          : undefined,
      nowMs: this.#needs.clock.now(),
    })
    return {
      landed: (landed, of) => {
        for (const { queue } of claims) this.#needs.measures.claimed(queue, 0)
        this.#afterLanding(landed, of)
      },
      dropped: () => {
        for (const { queue, hint } of claims) {
          this.slots.release(queue)
          this.#stepSpans.forget(hint)
          // A hint to it may have been let go while it looked claimed.
          this.dispatcher.offer(queue, [hint])
        }
      },
    }
  }

  #afterLanding(task: CachedTask, chain: Chain): void {
    const { measures, clock } = this.#needs
    measures.landed(task.stream, task.state, chain.events, clock.now())
    const session = this.lease.current()?.id
    for (const event of chain.events) {
      if (event.type === 'step-started' && event.data.session === session) this.#start(task, event)
    }
    this.#throttle.landed(chain.taken, chain.freed)
    const again = areHintsOld(chain)
    for (const [queue, hints] of hintsOf(task, chain, clock.now())) {
      this.dispatcher.offer(queue, hints, again)
    }
    for (const { key, row } of chain.due()) this.#schedule(task.stream, key, row)
    for (const listener of this.#watchers.get(task.stream) ?? []) listener(task.state)
  }

  #start({ stream, state }: CachedTask, event: EventOf<'step-started'>): void {
    const node = findNode(state, event.data.step)
    if (node === undefined) return
    const queue = queueOf(node.definition.handler, state.template.namespace)
    const of = { stream, attempt: event.data.attempt }
    this.#needs.run({ ...of, node, state, queue, ...this.#stepSpans.take({ ...of, step: node.id }) })
  }

  /** What is due soon, or at once, is this process's to do; the leader comes by later, should it fail. */
  #schedule(stream: string, key: string, { kind, dueAtMs, data }: Due): void {
    const { clock, logger, log, remind } = this.#needs
    const outbox = { engine: this, log, logger, ...(remind === undefined ? {} : { remind }) }
    if (kind === 'command') void deliver(outbox, stream, key, data)
    const command = timerCommand(kind, key, data)
    const waitMs = dueAtMs - clock.now()
    if (command === undefined || waitMs > LOCAL_TIMER_HORIZON_MS) return
    clock.after(Math.max(0, waitMs), () => {
      this.ask(stream, { command, actor: ENGINE }).catch((error) =>
        logger.debug('a timer was not decided', { stream, error: String(error) }),
      )
    })
  }
}

export const workerActor = (worker: string): Actor => ({ kind: 'worker', id: worker })

const NOTHING: ReadonlyMap<string, number> = new Map()
