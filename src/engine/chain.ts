/**
 * A chain: the commands that wait for one task, decided and folded one after the other, with all that follows from
 * them, into one append. The state is changed as the chain grows; if the append does not land, it must be thrown away.
 */
import * as E from 'fp-ts/lib/Either.js'
import { type ClaimLimits, limitsOf, type NamedLimit } from '../core/claim-limits.js'
import type { Command } from '../core/decide/command.js'
import { decide } from '../core/decide/decide.js'
import type { Refusal } from '../core/decide/decision.js'
import type { Envelope } from '../core/decide/envelope.js'
import { dueChanges } from '../core/due.js'
import type { Due } from '../core/due-row.js'
import { type Actor, SCHEMA_VERSION, type TaskEvent } from '../core/event.js'
import { evolve } from '../core/evolve/evolve.js'
import { stalenessChange } from '../core/staleness.js'
import { isOver, nodeAt, type TaskState } from '../core/state.js'
import { statusOf } from '../core/status.js'
import type { Clock } from '../ports/clock.js'
import type { EventToAppend, Guard, Payload, StreamAppend } from '../ports/log.js'
import { DueGathering } from './due-gathering.js'
import { newId } from './ids.js'
import { runningBefore, SlotGathering } from './slot-gathering.js'

export const ENGINE: Actor = { kind: 'engine' }

/** What a chain needs to know of a command beside the command. */
export interface Asked {
  readonly command: Command
  readonly actor: Actor
  readonly causation?: string | undefined
  readonly trace?: string | undefined
  /** Of the state on which it is decided. */
  readonly traceIn?: ((state: TaskState) => string | undefined) | undefined
  readonly payloads?: ReadonlyArray<Payload> | undefined
  readonly guard?: Guard | undefined
  readonly identity?: string | undefined
  readonly inbox?: ReadonlyArray<number> | undefined
}

/** A claim that a limit holds back: nothing was decided. */
export interface Throttled {
  readonly code: 'throttled'
  readonly message: string
  readonly limit: string
}

/** What a chain has to know of limits, where a process has some. */
export interface ClaimRules {
  readonly limits: ClaimLimits
  heldBy(limits: ReadonlyArray<NamedLimit>, net: ReadonlyMap<string, number>): string | undefined
}

export interface Chain {
  readonly events: ReadonlyArray<TaskEvent>
  /** Decides one command and folds its events. A claim takes the slots of the limits that hold for it. */
  ask(asked: Asked): Refusal | Throttled | undefined
  /** The limits of which slots were taken and given back, one a slot. */
  readonly taken: ReadonlyArray<string>
  readonly freed: ReadonlyArray<string>
  /** By limit, what was taken less what was given back. */
  readonly net: ReadonlyMap<string, number>
  /** Folds in all that follows from the state, until nothing does. */
  advance(): void
  /** Nothing more is asked of it. */
  seal(): void
  /** What this chain leaves to be done at a time: queue entries that nobody has claimed, retries, timers. */
  due(): ReadonlyArray<{ readonly key: string; readonly row: Due }>
  toAppend(stream: string, expected: { readonly version: number; readonly hash: string }): StreamAppend
}

export const startChain = (state: TaskState, clock: Clock, rules?: ClaimRules): Chain =>
  new TaskChain(state, clock, rules)

class TaskChain implements Chain {
  readonly events: TaskEvent[] = []
  readonly #startVersion: number
  readonly #due = new DueGathering()
  readonly #payloads = new Map<string, Payload>()
  readonly #guards: Guard[] = []
  readonly #inbox: number[] = []
  readonly #slots = new SlotGathering()
  #identity: string | undefined

  constructor(
    private readonly state: TaskState,
    private readonly clock: Clock,
    private readonly rules: ClaimRules | undefined,
  ) {
    this.#startVersion = state.version
  }

  get taken(): ReadonlyArray<string> {
    return this.#slots.taken
  }

  get freed(): ReadonlyArray<string> {
    return this.#slots.freed
  }

  get net(): ReadonlyMap<string, number> {
    return this.#slots.net
  }

  ask(asked: Asked): Refusal | Throttled | undefined {
    const limits = this.#limitsFor(asked.command)
    const held = this.rules?.heldBy(limits, this.#slots.net)
    if (held !== undefined) return { code: 'throttled', message: `the limit ${held} has no room`, limit: held }
    const trace = asked.traceIn === undefined ? asked.trace : asked.traceIn(this.state)
    const envelope = this.#envelopeOf(asked.actor, asked.causation, trace)
    const decision = decide(this.state, under(limits, asked.command), envelope)
    if (E.isLeft(decision)) return decision.left
    if (asked.command.type === 'start-step') this.#slots.take(asked.command, limits)
    this.#fold(decision.right, envelope.nowMs)
    for (const payload of asked.payloads ?? []) this.#payloads.set(payload.digest, payload)
    if (asked.guard !== undefined) this.#guards.push(asked.guard)
    if (asked.identity !== undefined) this.#identity = asked.identity
    this.#inbox.push(...(asked.inbox ?? []))
    return undefined
  }

  advance(): void {
    for (;;) {
      const envelope = this.#envelopeOf(ENGINE)
      const decision = decide(this.state, { type: 'advance' }, envelope)
      if (E.isLeft(decision) || decision.right.length === 0) return
      this.#fold(decision.right, envelope.nowMs)
    }
  }

  seal(): void {
    if (this.state.progress <= this.#startVersion) return
    const change = stalenessChange(this.state, this.clock.now())
    if (change !== undefined) this.#due.note(change)
  }

  due(): ReadonlyArray<{ readonly key: string; readonly row: Due }> {
    return this.#due.rows()
  }

  toAppend(stream: string, expected: { readonly version: number; readonly hash: string }): StreamAppend {
    const { state } = this
    return {
      stream,
      expectedVersion: expected.version,
      expectedHash: expected.hash,
      events: this.events.map(encode),
      head: {
        status: statusOf(state),
        namespace: state.template.namespace,
        template: state.template.name,
        open: !isOver(state),
        holders: holdersOf(state),
      },
      due: this.#due.toAppend(state.priority),
      payloads: [...this.#payloads.values()],
      ...(this.#identity === undefined ? {} : { identity: this.#identity }),
      ...(this.#inbox.length === 0 ? {} : { inbox: this.#inbox }),
      ...(this.#guards.length === 0 ? {} : { guards: this.#guards }),
      ...this.#slots.toAppend(),
    }
  }

  #limitsFor(command: Command): ReadonlyArray<NamedLimit> {
    const node = command.type === 'start-step' ? this.state.nodes[command.step] : undefined
    return this.rules === undefined || node === undefined ? [] : limitsOf(this.rules.limits, this.state, node)
  }

  #fold(decided: ReadonlyArray<TaskEvent>, nowMs: number): void {
    for (const event of decided) {
      for (const change of dueChanges(this.state, event, nowMs)) this.#due.note(change)
      const running = runningBefore(this.state, event)
      evolve(this.state, event)
      if (running !== undefined) this.#slots.leave(running)
      this.events.push(event)
    }
  }

  #envelopeOf(actor: Actor, causation?: string, trace?: string): Envelope {
    const { clock } = this
    const nowMs = clock.now()
    let id: string | undefined
    return {
      // Most envelopes of `advance` carry nothing: an id is made when the first event needs one.
      get id() {
        id ??= newId(clock)
        return id
      },
      nowMs,
      random: clock.random(),
      actor,
      ...(causation === undefined ? {} : { causation }),
      ...(trace === undefined ? {} : { trace }),
    }
  }
}

const under = (limits: ReadonlyArray<NamedLimit>, command: Command): Command =>
  command.type !== 'start-step' || limits.length === 0
    ? command
    : { ...command, limits: limits.map(({ limit }) => limit) }

const encode = (event: TaskEvent): EventToAppend => ({
  id: event.id,
  type: event.type,
  schemaVersion: SCHEMA_VERSION,
  data: JSON.stringify(event.data),
  metadata: JSON.stringify(event.metadata),
})

/** Sessions that hold a running attempt of the task. */
const holdersOf = (state: TaskState): ReadonlyArray<number> => {
  const holders = new Set<number>()
  for (const id of state.running) {
    const { state: step } = nodeAt(state, id)
    if (step.kind === 'in_progress') holders.add(step.session)
  }
  return [...holders]
}
