/**
 * The state of one task: what the fold of its events knows. `evolve` owns it linearly and changes it in place, so that
 * one event costs the same in a task of ten steps and in one of ten thousand; nobody else may change it.
 */
import { type Bounds, NOTHING_USED, type Usage } from './bounds.js'
import type { Content } from './content.js'
import type { DeadLetter } from './dead-letter.js'
import type { Group, Node } from './graph/node.js'
import type { Json, JsonObject } from './json.js'
import type { Publication, PublicationCondition } from './step.js'
import type { OnTimeout } from './template.js'
import type { StalenessLimits, TimeLimit } from './time-limits.js'

/** Where a task as a whole stands. What its steps are doing is derived (`status.ts`). */
export type Phase =
  | { readonly kind: 'new' }
  | { readonly kind: 'open' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'blocked'; readonly failed: ReadonlyArray<string> }
  | { readonly kind: 'complete' }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly step: string | null }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'resolved_manually' }

/** When the task must have ended; while it is paused, how much time it has left. */
export interface Deadline {
  readonly limit: TimeLimit
  readonly atMs: number
  readonly leftMs?: number
}

export interface TemplateRef {
  readonly name: string
  readonly namespace: string
  readonly version: string
  readonly digest: string
}

export interface TaskState {
  version: number
  phase: Phase
  template: TemplateRef
  input: Content
  priority: number
  bounds: Bounds
  vocabulary: string
  correlation: string
  parentCorrelation: string | undefined
  /** The trace that the task belongs to, as a W3C `traceparent`. */
  trace: string | undefined
  onBlocked: { readonly errorAfterMs: number } | undefined
  maxDurationMs: number | undefined
  /** The time for which the task was created, until it has come. */
  startsAtMs: number | undefined
  deadline: Deadline | undefined
  /** The time of the task was up, and its planning steps say what follows: those of whose phases that is still to be decided. */
  outOfTime: ReadonlyArray<number> | undefined
  pausedAtMs: number | undefined
  staleness: StalenessLimits | undefined
  onTimeout: OnTimeout | undefined
  /** What the input held at the paths by which keys of limits count. */
  partitions: Readonly<Record<string, string>>
  /** The version at which something moved last. */
  progress: number
  /** Id of the last event: what the next one follows from, where nothing nearer caused it. */
  lastEvent: string

  /** Every step that was declared, created or not, by its number. Dependencies come before their dependants. */
  readonly nodes: Node[]
  readonly byName: Map<string, number>

  /** Steps whose dependencies have settled in their favour and that stand in no queue yet, in order. */
  readonly ready: ReadyList
  /** Steps that stand in a queue and are not claimed. */
  readonly enqueued: Set<number>
  readonly running: Set<number>
  /** Some step has been claimed. */
  started: boolean
  /** Steps that exist, settled or not. */
  created: number
  /** Those of them that have not settled. */
  live: number
  waitingForRetry: number
  waitingForApproval: number
  /** Steps that wait for a time, a signal or a child. */
  waiting: number
  /** Convergence steps that are to be skipped, and withheld ones that a failure above brought into being. */
  readonly toSkip: number[]
  /** Batches in which one failure ends the others (`fail_fast`). */
  readonly toStop: number[]
  readonly toRevive: number[]
  /** Domain events that follow from the steps that just ended. */
  readonly toPublish: Outgoing[]

  /** Completed steps that can be undone, in the order in which they completed. */
  readonly undoable: number[]
  /** Compensations were planned; those that have not settled. */
  compensated: boolean
  compensating: number

  /** The way back, while a chain of commands is under way; no part of what is known of the task. */
  journal: Journal | undefined
  used: Usage
  reserved: Usage
  /** Planning steps whose phase has, or had, a time by which it must have ended; and those whose phase stands still. */
  readonly timed: number[]
  readonly heldPhases: number[]
  /** The first signal of each name, and the ids of all that came. */
  readonly signals: Map<string, Json>
  readonly signalIds: Set<string>
  /** Why somebody has to look into the task, as long as somebody has. */
  deadLetter: DeadLetter | undefined
  /** The step of another task that waits for this one. */
  parent: { readonly task: string; readonly step: string } | undefined
  /** Secrets that the template's own steps name; fragments name those that the bounds allow. */
  secretNames: ReadonlyArray<string>
  /** What the template of a task that plans says of its input. */
  inputSchema: JsonObject | undefined
}

/** A domain event that is due: what a step came to, and under which name it is told. */
export interface Outgoing {
  readonly step: number
  /** Null where no attempt came to it, but a person. */
  readonly attempt: number | null
  readonly name: string
  readonly condition: PublicationCondition
  readonly deliveryMode: Publication['deliveryMode']
  readonly payload: Content
}

/** A first-in first-out list of step numbers; taking from the front does not move the rest. */
export interface ReadyList {
  items: number[]
  head: number
}

/** How the state was before a chain changed it (`journal.ts`). */
export interface Journal {
  /** Nodes as they were before the chain changed them. */
  readonly nodes: Map<Node, Changed>
  readonly state: TaskState
  readonly readyLength: number
  readonly toSkip: ReadonlyArray<number>
  readonly toStop: ReadonlyArray<number>
  readonly toRevive: ReadonlyArray<number>
  readonly toPublish: ReadonlyArray<Outgoing>
  readonly undoable: number
  complete: boolean
}

export interface Changed {
  readonly node: Node
  /** The group's counts; its lists only ever grow at the end. */
  readonly group: Group | undefined
  readonly backlog: number
}

export const emptyState = (): TaskState => ({
  version: 0,
  phase: { kind: 'new' },
  template: { name: '', namespace: '', version: '', digest: '' },
  input: { value: null },
  priority: 0,
  bounds: {},
  vocabulary: '',
  correlation: '',
  parentCorrelation: undefined,
  trace: undefined,
  onBlocked: undefined,
  maxDurationMs: undefined,
  startsAtMs: undefined,
  deadline: undefined,
  outOfTime: undefined,
  pausedAtMs: undefined,
  staleness: undefined,
  onTimeout: undefined,
  partitions: {},
  progress: 0,
  lastEvent: '',
  nodes: [],
  byName: new Map(),
  ready: { items: [], head: 0 },
  enqueued: new Set(),
  running: new Set(),
  started: false,
  created: 0,
  live: 0,
  waitingForRetry: 0,
  waitingForApproval: 0,
  waiting: 0,
  toSkip: [],
  toStop: [],
  toRevive: [],
  toPublish: [],
  undoable: [],
  compensated: false,
  compensating: 0,
  journal: undefined,
  used: NOTHING_USED,
  reserved: NOTHING_USED,
  timed: [],
  heldPhases: [],
  signals: new Map(),
  signalIds: new Set(),
  deadLetter: undefined,
  parent: undefined,
  secretNames: [],
  inputSchema: undefined,
})

export const findNode = (state: TaskState, name: string): Node | undefined => {
  const id = state.byName.get(name)
  return id === undefined ? undefined : state.nodes[id]
}

/** A number that the fold itself handed out; a hole would be a fault of the fold. */
export const nodeAt = (state: TaskState, id: number): Node => {
  const node = state.nodes[id]
  if (node === undefined) throw new Error(`the fold has no step number ${id}`)
  return node
}

/** Nothing can happen to the task any more, unless a person opens it again. */
export const isOver = (state: TaskState): boolean => isClosed(state.phase) && state.compensating === 0

export const isClosed = (phase: Phase): boolean =>
  phase.kind === 'complete' ||
  phase.kind === 'error' ||
  phase.kind === 'cancelled' ||
  phase.kind === 'resolved_manually'

/** Takes a number out of a short list. */
export const takeFrom = (list: number[], id: number): void => {
  const at = list.indexOf(id)
  if (at >= 0) list.splice(at, 1)
}
