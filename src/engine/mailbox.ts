/**
 * Mailboxes: one for each task that something is asked of. All commands that wait for a task are decided in one chain
 * and land in one append; nobody is answered before it has landed. One chain of a task is under way at a time.
 *
 * A refusal never comes from a stale state: where a chain has nothing to append, the state is brought to the head of
 * the log and what was refused is decided again. A conflict is caught by the log: the state is dropped, read anew, and
 * every command of the chain is decided again.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Refusal } from '../core/decide/command.js'
import { closeJournal, openJournal, putBack } from '../core/journal.js'
import { MAX_COMMANDS_PER_CHAIN } from '../core/limits.js'
import type { TaskState } from '../core/state.js'
import type { Clock } from '../ports/clock.js'
import type { AppendOutcome, Log } from '../ports/log.js'
import { type Asked, type Chain, startChain } from './chain.js'
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

export type Reply = E.Either<Refusal | LogRefusal, Landed>

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
  /** May claim what became ready; returns what to do with the claims. */
  beforeAppend(task: CachedTask, chain: Chain): ChainEnd
  onSessionExpired(): void
}

export interface ChainEnd {
  landed(task: CachedTask, chain: Chain, position: number): void
  dropped(): void
}

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

export const createMailboxes = (log: Log, cache: TaskCache, clock: Clock, hooks: ChainHooks): Mailboxes => {
  const boxes = new Map<string, Mailbox>()
  const idlers: Array<() => void> = []

  const drain = async (box: Mailbox): Promise<void> => {
    while (box.waiting.length > 0) {
      const requests = box.waiting.splice(0, MAX_COMMANDS_PER_CHAIN)
      try {
        await runChain(box.stream, requests)
      } catch (error) {
        cache.drop(box.stream)
        for (const request of requests) request.fail(error)
      }
    }
    box.busy = false
    boxes.delete(box.stream)
    if (boxes.size === 0) for (const idler of idlers.splice(0)) idler()
  }

  const runChain = async (stream: string, requests: ReadonlyArray<Request>): Promise<void> => {
    let fresh = false
    for (;;) {
      const task = await cache.load(stream)
      if (requests.some((request) => (request.minVersion ?? 0) > task.version)) {
        await cache.refresh(task)
        fresh = true
      }
      openJournal(task.state)
      const chain = startChain(task.state, clock)
      const refusals = requests.map((request) => chain.ask(request))
      if (chain.events.length > 0) chain.advance()
      if (chain.events.length === 0) {
        // Nothing landed, so nothing proves that the state was at the head: look before anybody is refused.
        const asked = requests.some((request) => request.asKnown !== true)
        if (asked && !fresh && (await cache.refresh(task))) {
          fresh = true
          continue
        }
        return answerAll(task.state, requests, refusals, { version: task.version, position: 0 })
      }
      const end = hooks.beforeAppend(task, chain)
      const outcome = await appendOne(log, chain, task)
      if (outcome.kind === 'landed') {
        closeJournal(task.state)
        task.version = outcome.version
        task.hash = outcome.hash
        cache.landed(task)
        answerAll(task.state, requests, refusals, { version: outcome.version, position: outcome.position })
        end.landed(task, chain, outcome.position)
        return
      }
      // What was folded did not happen. Where it can be put back, only what was missed is read.
      if (!putBack(task.state)) cache.drop(stream)
      else if (outcome.kind === 'conflict') cache.catchUp(task, outcome.missed)
      end.dropped()
      const again = await afterFailure(stream, requests, outcome)
      if (!again) return
      fresh = false
    }
  }

  /** True where the chain is to be decided again. */
  const afterFailure = async (
    stream: string,
    requests: ReadonlyArray<Request>,
    outcome: Exclude<AppendOutcome, { kind: 'landed' }>,
  ): Promise<boolean> => {
    if (outcome.kind === 'conflict') return true
    if (outcome.kind === 'duplicate') {
      for (const request of requests) request.answer(E.right({ version: 0, position: 0, duplicate: outcome.stream }))
      return false
    }
    if (outcome.constraint === 'session_expired') {
      hooks.onSessionExpired()
      const [claims, others] = split(requests, (request) => request.command.type === 'start-step')
      refuseAll(claims, outcome)
      if (others.length > 0) await runChain(stream, others)
      return false
    }
    // One command of many may carry what the log refuses: each is tried by itself, so that it harms nobody else.
    if (requests.length > 1) for (const request of requests) await runChain(stream, [request])
    else refuseAll(requests, outcome)
    return false
  }

  return {
    post: (stream, request) => {
      const box = boxes.get(stream) ?? { stream, waiting: [], busy: false }
      box.waiting.push(request)
      if (box.busy) return
      box.busy = true
      boxes.set(stream, box)
      // Commands that are posted in the same turn of the loop belong to the same chain.
      queueMicrotask(() => void drain(box))
    },
    idle: () => (boxes.size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
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
  refusals: ReadonlyArray<Refusal | undefined>,
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

const split = <A>(items: ReadonlyArray<A>, test: (item: A) => boolean): readonly [A[], A[]] => [
  items.filter(test),
  items.filter((item) => !test(item)),
]
