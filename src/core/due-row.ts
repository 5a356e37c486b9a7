/** Rows of what has to happen at a time: their keys, and how each is written. When they come and go is `due.ts`. */
import type { Node, TimedLevel } from './graph/node.js'
import type { TaskState } from './state.js'
import { queueOf } from './step.js'

export interface DueChange {
  readonly key: string
  /** Undefined removes the row. */
  readonly row: Due | undefined
}

export interface Due {
  readonly kind: 'queue' | 'retry' | 'timer' | 'gate' | 'deadline' | 'abort' | 'command'
  readonly dueAtMs: number
  /** The queue of an entry, or the session of an abort. */
  readonly target: string | null
  readonly data: DueData
}

/** What a reader needs in order to act without reading the stream. */
export interface DueData {
  readonly step: number
  readonly attempt: number
  readonly enqueue?: number
  readonly version?: number
  /** Of a queue entry: the task's trace. */
  readonly trace?: string
}

export const DEADLINE_KEY = 'deadline'
export const STALE_KEY = 'stale'
export const START_KEY = 'start'
export const BLOCKED_KEY = 'blocked'
export const queueKey = (step: number): string => `queue/${step}`
export const retryKey = (step: number): string => `retry/${step}`
export const gateKey = (step: number): string => `gate/${step}`
export const reminderKey = (step: number): string => `remind/${step}`
export const phaseKey = (level: TimedLevel, step: number): string => `${level}/${step}`
export const waitKey = (step: number): string => `wait/${step}`
/** Commands to other streams; their keys are unique in the stream that sends them. */
export const startChildKey = (child: string): string => `command/start/${child}`
export const cancelChildKey = (child: string): string => `command/cancel/${child}`
/** A reminder of a gate that is to be sent; a later one takes the place of one that nobody could send. */
export const sendReminderKey = (step: number, number: number): string => `command/remind/${step}/${number}`
export const END_CHILD_KEY = 'command/ended'
export const abortKey = (step: number, attempt: number): string => `abort/${step}/${attempt}`

const NONE: ReadonlyArray<DueChange> = []

export const gone = (key: string): DueChange => ({ key, row: undefined })

/** In place of a row that exists; whoever gathers changes must know that there is one. */
export const anew = (change: DueChange): ReadonlyArray<DueChange> => [gone(change.key), change]

export const timer = (key: string, kind: 'deadline' | 'timer', dueAtMs: number): DueChange => ({
  key,
  row: { kind, dueAtMs, target: null, data: { step: -1, attempt: 0 } },
})

export const stepTimer = (key: string, kind: Due['kind'], dueAtMs: number, node: Node, attempt: number): DueChange => ({
  key,
  row: { kind, dueAtMs, target: null, data: { step: node.id, attempt } },
})

export const command = (key: string, step: number, dueAtMs: number): DueChange => ({
  key,
  row: { kind: 'command', dueAtMs, target: null, data: { step, attempt: 0 } },
})

/** A step as it stands in its queue; `before` is the state before the event that says so again. */
export const queueEntry = (before: TaskState, node: Node, nowMs: number): ReadonlyArray<DueChange> => {
  if (node.state.kind !== 'enqueued') return NONE
  const { attempt, enqueue } = node.state
  return [inQueue(before, node, attempt, enqueue, nowMs)]
}

export const inQueue = (before: TaskState, node: Node, attempt: number, enqueue: number, nowMs: number): DueChange => {
  const { trace } = before
  const entry = { step: node.id, attempt, enqueue, version: before.version + 1 }
  const data = trace === undefined ? entry : { ...entry, trace }
  const target = queueOf(node.definition.handler, before.template.namespace)
  return { key: queueKey(node.id), row: { kind: 'queue', dueAtMs: nowMs, target, data } }
}

export const timerOf = (node: Node): ReadonlyArray<DueChange> => {
  const { state } = node
  switch (state.kind) {
    case 'waiting_for_retry':
      return [stepTimer(retryKey(node.id), 'retry', state.dueAtMs, node, state.attempt)]
    case 'waiting_for_approval':
      return [
        { key: gateKey(node.id), atMs: state.gate.timeoutAtMs },
        { key: reminderKey(node.id), atMs: state.gate.reminders?.nextAtMs },
      ].flatMap(({ key, atMs }) => (atMs === undefined ? [] : [stepTimer(key, 'gate', atMs, node, state.attempt)]))
    case 'waiting':
      return state.wait.untilMs === undefined
        ? NONE
        : [stepTimer(waitKey(node.id), 'timer', state.wait.untilMs, node, state.attempt)]
    default:
      return NONE
  }
}
