/**
 * A chain: the commands that wait for one task, decided and folded one after the other, with all that follows from
 * them, into one append. The state is changed as the chain grows; if the append does not land, it must be thrown away.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Command } from '../core/decide/command.js'
import { decide } from '../core/decide/decide.js'
import type { Refusal } from '../core/decide/decision.js'
import type { Envelope } from '../core/decide/envelope.js'
import { type Due, dueChanges } from '../core/due.js'
import { type Actor, SCHEMA_VERSION, type TaskEvent } from '../core/event.js'
import { evolve } from '../core/evolve/evolve.js'
import { isOver, nodeAt, type TaskState } from '../core/state.js'
import { statusOf } from '../core/status.js'
import type { Clock } from '../ports/clock.js'
import type { DueRow, EventToAppend, Guard, Payload, StreamAppend } from '../ports/log.js'
import { newId } from './ids.js'

export const ENGINE: Actor = { kind: 'engine' }

/** What a chain needs to know of a command beside the command. */
export interface Asked {
  readonly command: Command
  readonly actor: Actor
  readonly causation?: string | undefined
  readonly trace?: string | undefined
  readonly payloads?: ReadonlyArray<Payload> | undefined
  readonly guard?: Guard | undefined
  readonly identity?: string | undefined
  readonly inbox?: ReadonlyArray<number> | undefined
}

export interface Chain {
  readonly events: ReadonlyArray<TaskEvent>
  /** Decides one command and folds its events. */
  ask(asked: Asked): Refusal | undefined
  /** Folds in all that follows from the state, until nothing does. */
  advance(): void
  /** What this chain leaves to be done at a time: queue entries that nobody has claimed, retries, timers. */
  due(): ReadonlyArray<{ readonly key: string; readonly row: Due }>
  toAppend(stream: string, expected: { readonly version: number; readonly hash: string }): StreamAppend
}

export const startChain = (state: TaskState, clock: Clock): Chain => {
  const events: TaskEvent[] = []
  const due = new Map<string, { readonly born: boolean; row: Due | undefined }>()
  const payloads = new Map<string, Payload>()
  const guards: Guard[] = []
  const inbox: number[] = []
  let identity: string | undefined

  const fold = (decided: ReadonlyArray<TaskEvent>, nowMs: number): void => {
    for (const event of decided) {
      for (const change of dueChanges(state, event, nowMs)) {
        const known = due.get(change.key)
        // A row that this chain itself made and settled need never be written.
        if (known === undefined) due.set(change.key, { born: change.row !== undefined, row: change.row })
        else known.row = change.row
      }
      evolve(state, event)
      events.push(event)
    }
  }

  const envelopeOf = (actor: Actor, causation?: string, trace?: string): Envelope => {
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

  return {
    events,
    ask: (asked) => {
      const envelope = envelopeOf(asked.actor, asked.causation, asked.trace)
      const decision = decide(state, asked.command, envelope)
      if (E.isLeft(decision)) return decision.left
      fold(decision.right, envelope.nowMs)
      for (const payload of asked.payloads ?? []) payloads.set(payload.digest, payload)
      if (asked.guard !== undefined) guards.push(asked.guard)
      if (asked.identity !== undefined) identity = asked.identity
      inbox.push(...(asked.inbox ?? []))
      return undefined
    },
    advance: () => {
      for (;;) {
        const envelope = envelopeOf(ENGINE)
        const decision = decide(state, { type: 'advance' }, envelope)
        if (E.isLeft(decision) || decision.right.length === 0) return
        fold(decision.right, envelope.nowMs)
      }
    },
    due: () => {
      const rows: { readonly key: string; readonly row: Due }[] = []
      for (const [key, { row }] of due) if (row !== undefined) rows.push({ key, row })
      return rows
    },
    toAppend: (stream, expected) => ({
      stream,
      expectedVersion: expected.version,
      expectedHash: expected.hash,
      events: events.map(encode),
      head: {
        status: statusOf(state),
        namespace: state.template.namespace,
        template: state.template.name,
        open: !isOver(state),
        holders: holdersOf(state),
      },
      due: dueOf(due, state.priority),
      payloads: [...payloads.values()],
      ...(identity === undefined ? {} : { identity }),
      ...(inbox.length === 0 ? {} : { inbox }),
      ...(guards.length === 0 ? {} : { guards }),
    }),
  }
}

const encode = (event: TaskEvent): EventToAppend => ({
  id: event.id,
  type: event.type,
  schemaVersion: SCHEMA_VERSION,
  data: JSON.stringify(event.data),
  metadata: JSON.stringify(event.metadata),
})

const dueOf = (
  changes: ReadonlyMap<string, { readonly born: boolean; readonly row: Due | undefined }>,
  priority: number,
): StreamAppend['due'] => {
  const put: DueRow[] = []
  const remove: string[] = []
  for (const [key, { born, row }] of changes) {
    if (row !== undefined) {
      const { kind, dueAtMs, target, data } = row
      put.push({ key, kind, dueAt: dueAtMs, target, priority, data: JSON.stringify(data) })
    } else if (!born) remove.push(key)
  }
  return { put, remove }
}

/** Sessions that hold a running attempt of the task. */
const holdersOf = (state: TaskState): ReadonlyArray<number> => {
  const holders = new Set<number>()
  for (const id of state.running) {
    const { state: step } = nodeAt(state, id)
    if (step.kind === 'in_progress') holders.add(step.session)
  }
  return [...holders]
}
