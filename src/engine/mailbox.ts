/**
 * Mailboxes: one for each task that something is asked of. All commands that wait for a task are decided in one chain
 * and land in one append; nobody is answered before it has landed. One chain of a task is under way at a time.
 *
 * A refusal never comes from a stale state: where a chain has nothing to append, the state is brought to the head of
 * the log and what was refused is decided again. A conflict is caught by the log: the state is dropped, read anew, and
 * every command of the chain is decided again.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Refusal } from '../core/decide/decision.js'
import { closeJournal, openJournal, putBack } from '../core/journal.js'
import { MAX_COMMANDS_PER_CHAIN } from '../core/limits.js'
import type { TaskState } from '../core/state.js'
import type { Clock } from '../ports/clock.js'
import type { AppendOutcome, Log, Throttle } from '../ports/log.js'
import { type Asked, type Chain, type ClaimRules, startChain, type Throttled } from './chain.js'
import type { CachedTask, TaskCache } from './task-cache.js'

/** A command, and whom to answer. */
export interface Request extends Asked {
  /** A state older than this is refreshed before the command is decided. */
  readonly minVersion?: number | undefined
  /** Content with what this process knows: the log is not asked whether there is more. */
  readonly asKnown?: boolean | undefined
  /** Sees the state right before the answer, when it holds nothing that has not landed. */
  readonly look?: ((state: TaskState) => void) | undefined
  readonly answer: (reply: Reply) => void
  readonly fail: (error: unknown) => void
}

export type Reply = E.Either<Refusal | Throttled | LogRefusal, Landed>

export interface Landed {
  readonly version: number
  readonly position: number
  /** The task that exists already under the same identity. */
  readonly duplicate?: string
}

/** The log refused what the core had decided: a value that cannot be stored, a session that has ended. */
export interface LogRefusal {
  readonly code: 'log_refused'
  readonly constraint: string
  readonly message: string
}

/** What the engine adds to a chain before it is appended, and does once it has landed or not. */
export interface ChainHooks {
  /** Undefined where no limit is configured. */
  readonly rules: ClaimRules | undefined
  /** May claim what became ready; returns what to do with the claims. */
  beforeAppend(task: CachedTask, chain: Chain): ChainEnd
  onSessionExpired(): void
  /** The log has refused the chain, because a limit has no slot for it. */
  onThrottled(throttle: Throttle, chain: Chain): void
}

export interface ChainEnd {
  landed(task: CachedTask, chain: Chain, position: number): void
  dropped(): void
}

type Refused = Refusal | Throttled | undefined

interface Mailbox {
  readonly stream: string
  waiting: Request[]
  busy: boolean
}

export interface Mailboxes {
  post(stream: string, request: Request): void
  /** Resolves when no chain is under way. */
  idle(): Promise<void>
}

export const createMailboxes = (log: Log, cache: TaskCache, clock: Clock, hooks: ChainHooks): Mailboxes =>
  new TaskMailboxes(log, cache, clock, hooks)

class TaskMailboxes implements Mailboxes {
  readonly #boxes = new Map<string, Mailbox>()
  readonly #idlers: Array<() => void> = []

  constructor(
    private readonly log: Log,
    private readonly cache: TaskCache,
    private readonly clock: Clock,
    private readonly hooks: ChainHooks,
  ) {}

  post(stream: string, request: Request): void {
    const box = this.#boxes.get(stream) ?? { stream, waiting: [], busy: false }
    box.waiting.push(request)
    if (box.busy) return
    box.busy = true
    this.#boxes.set(stream, box)
    // Commands that are posted in the same turn of the loop belong to the same chain.
    queueMicrotask(() => void this.#drain(box))
  }

  idle(): Promise<void> {
    return this.#boxes.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#idlers.push(resolve))
  }

  async #drain(box: Mailbox): Promise<void> {
    while (box.waiting.length > 0) {
      const requests = box.waiting.splice(0, MAX_COMMANDS_PER_CHAIN)
      try {
        await this.#run(box.stream, requests)
      } catch (error) {
        this.cache.drop(box.stream)
        for (const request of requests) request.fail(error)
      }
    }
    box.busy = false
    this.#boxes.delete(box.stream)
    if (this.#boxes.size === 0) for (const idler of this.#idlers.splice(0)) idler()
  }

  /** Decides the requests in one chain, again and again until it has landed, or has nothing to append. */
  async #run(stream: string, asked: ReadonlyArray<Request>): Promise<void> {
    const requests = this.hooks.rules === undefined ? asked : claimsLast(asked)
    let fresh = false
    for (let first = true; ; first = false) {
      const isNew = first && requests[0]?.command.type === 'create-task'
      const task = isNew ? this.cache.begin(stream) : await this.cache.load(stream)
      if (requests.some((request) => (request.minVersion ?? 0) > task.version)) {
        await this.cache.refresh(task)
        fresh = true
      }
      openJournal(task.state)
      const chain = startChain(task.state, this.clock, this.hooks.rules)
      const refusals = requests.map((request) => chain.ask(request))
      if (chain.events.length > 0) {
        chain.advance()
        if (await this.#append(task, chain, requests, refusals)) return
        fresh = false
        continue
      }
      closeJournal(task.state)
      // Nothing landed, so nothing proves that the state was at the head: look before anybody is refused.
      const mustKnow = requests.some(
        (request, index) => request.asKnown !== true && refusals[index]?.code !== 'throttled',
      )
      if (!mustKnow || fresh || !(await this.cache.refresh(task))) {
        return answerAll(task.state, requests, refusals, { version: task.version, position: 0 })
      }
      fresh = true
    }
  }

  /** False where the chain is to be decided again. */
  async #append(
    task: CachedTask,
    chain: Chain,
    requests: ReadonlyArray<Request>,
    refusals: ReadonlyArray<Refused>,
  ): Promise<boolean> {
    const end = this.hooks.beforeAppend(task, chain)
    chain.seal()
    const outcome = await appendOne(this.log, chain, task).catch((error: unknown) => {
      // Nobody knows whether it has landed, and nothing here goes on with it: what it took goes back.
      this.cache.drop(task.stream)
      end.dropped()
      throw error
    })
    if (outcome.kind === 'landed') {
      closeJournal(task.state)
      task.version = outcome.version
      task.hash = outcome.hash
      this.cache.landed(task)
      answerAll(task.state, requests, refusals, { version: outcome.version, position: outcome.position })
      end.landed(task, chain, outcome.position)
      return true
    }
    // What was folded did not happen. Where it can be put back, only what was missed is read.
    if (!putBack(task.state)) this.cache.drop(task.stream)
    else if (outcome.kind === 'conflict') this.cache.catchUp(task, outcome.missed)
    end.dropped()
    if (outcome.kind === 'conflict') return false
    if (outcome.kind === 'refused' && outcome.throttle !== undefined) {
      // From now on the chain knows how much room there is: the rest of it lands without those claims.
      this.hooks.onThrottled(outcome.throttle, chain)
      return false
    }
    await this.#afterRefusal(task.stream, requests, outcome)
    return true
  }

  async #afterRefusal(
    stream: string,
    requests: ReadonlyArray<Request>,
    outcome: Exclude<AppendOutcome, { kind: 'landed' | 'conflict' }>,
  ): Promise<void> {
    if (outcome.kind === 'duplicate') {
      for (const request of requests) request.answer(E.right({ version: 0, position: 0, duplicate: outcome.stream }))
      return
    }
    if (outcome.constraint === 'session_expired') {
      this.hooks.onSessionExpired()
      const [claims, others] = split(requests, isClaim)
      refuseAll(claims, outcome)
      if (others.length > 0) await this.#run(stream, others)
      return
    }
    // One command of many may carry what the log refuses: each is tried by itself, so that it harms nobody else.
    if (requests.length > 1) for (const request of requests) await this.#run(stream, [request])
    else refuseAll(requests, outcome)
  }
}

const appendOne = async (log: Log, chain: Chain, task: CachedTask): Promise<AppendOutcome> => {
  const [outcome] = await log.append([chain.toAppend(task.stream, { version: task.version, hash: task.hash })])
  if (outcome === undefined) throw new Error('the log did not answer for the one stream that it was given')
  return outcome
}

const answerAll = (
  state: TaskState,
  requests: ReadonlyArray<Request>,
  refusals: ReadonlyArray<Refused>,
  landed: Landed,
): void => {
  for (const [index, request] of requests.entries()) {
    const refusal = refusals[index]
    request.look?.(state)
    request.answer(refusal === undefined ? E.right(landed) : E.left(refusal))
  }
}

const refuseAll = (
  requests: ReadonlyArray<Request>,
  outcome: { readonly constraint: string; readonly message: string },
): void => {
  const { constraint, message } = outcome
  for (const request of requests) request.answer(E.left({ code: 'log_refused', constraint, message }))
}

const isClaim = ({ command }: Request): boolean => command.type === 'start-step'

/** What ends gives its slot back before what begins takes one, also for whoever reads the log event by event. */
const claimsLast = (requests: ReadonlyArray<Request>): ReadonlyArray<Request> => {
  const [claims, others] = split(requests, isClaim)
  return [...others, ...claims]
}

const split = <A>(items: ReadonlyArray<A>, test: (item: A) => boolean): readonly [A[], A[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
]
