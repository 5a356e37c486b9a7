/**
 * A fork: a new task that goes on from any point of an old one, with all results before it. Its stream begins with a
 * copy of every event of the old one up to that point, version by version, with ids of its own; what follows says what
 * cannot be shared. What the old task told the world is not told again, attempts that were running are given back, gates are opened anew (an approval of one task is none
 * of another), and a step that waited for another task starts one of its own. The old task is not touched.
 */
import * as E from 'fp-ts/lib/Either.js'
import { dueChanges } from '../due.js'
import type { Actor, EventData, EventOf, TaskEvent } from '../event.js'
import { evolve } from '../evolve/evolve.js'
import type { Node } from '../graph/node.js'
import { MAX_FORKED_EVENTS } from '../limits.js'
import { emptyState, isClosed, nodeAt, type TaskState } from '../state.js'
import { accept, type Decision, type Refusal, refuse } from './decision.js'
import { decisionOf, type Emitter, emitter } from './emit.js'
import type { Envelope } from './envelope.js'

export interface ForkTask {
  readonly type: 'fork-task'
  /** The old task and its record, from its first event on. */
  readonly task: string
  readonly record: ReadonlyArray<RecordedEvent>
  /** The last version that is taken over. */
  readonly at: number
  /** Instead: everything before the plan that stands at that version was asked for, so that it is asked for again. */
  readonly replan: boolean
  readonly correlation: string
}

export interface RecordedEvent {
  readonly event: TaskEvent
  readonly atMs: number
}

export const forkTask = (state: TaskState, command: ForkTask, envelope: Envelope): Decision => {
  if (state.phase.kind !== 'new') return refuse('task_exists', 'the task exists')
  const cut = lastTaken(command)
  if (E.isLeft(cut)) return cut
  const taken = command.record.slice(0, cut.right)
  const first = taken[0]?.event
  if (first?.type !== 'task-created') return refuse('version_unknown', `the record of ${command.task} has no beginning`)
  const { correlation } = command
  const to = emitter(state, envelope, { correlation, parentCorrelation: first.metadata.correlation })
  const last = taken.at(-1)?.atMs ?? envelope.nowMs
  const copied = copy(to, taken, {
    forkedFrom: { task: command.task, version: cut.right },
    laterMs: envelope.nowMs - last,
    actor: envelope.actor,
  })
  if (isClosed(copied.state.phase)) {
    const message = `at version ${cut.right} the task is ${copied.state.phase.kind}: nothing goes on from there`
    return refuse('task_closed', message)
  }
  keepToOneself(to, copied.state, command.task)
  settleWhatIsUnderWay(to, copied, envelope.nowMs)
  return accept(to.events)
}

/** The version after which the copy ends. */
const lastTaken = ({ task, record, at, replan }: ForkTask): E.Either<Refusal, number> => {
  if (!Number.isInteger(at) || at < 1 || at > record.length) {
    return refuse('version_unknown', `${task} has the versions 1 to ${record.length}; ${at} is none of them`)
  }
  const last = replan ? beforePlan(record, at) : at
  if (last === undefined) return refuse('nothing_planned', `nothing of ${task} was planned up to version ${at}`)
  if (last > MAX_FORKED_EVENTS) {
    return refuse('fork_too_large', `${last} events are more than a fork may take over: ${MAX_FORKED_EVENTS}`)
  }
  const decision = decisionAt(record, last)
  if (decision === undefined || decision !== decisionAt(record, last + 1)) return E.right(last)
  let [before, after] = [last - 1, last + 1]
  while (decisionAt(record, before) === decision) before -= 1
  while (decisionAt(record, after + 1) === decision) after += 1
  const message = `version ${last} stands inside of a decision, which happened as a whole; fork at ${before === 0 ? '' : `${before} or `}${after}`
  return refuse('inside_decision', message, { before, after })
}

const decisionAt = (record: ReadonlyArray<RecordedEvent>, version: number): string | undefined => {
  const event = record[version - 1]?.event
  return event === undefined ? undefined : decisionOf(event.metadata.copyOf ?? event.id)
}

/** Before the first call of the planning step whose plan stands at a version, since the step was reset last. */
const beforePlan = (record: ReadonlyArray<RecordedEvent>, at: number): number | undefined => {
  const upTo = record.slice(0, at).map(({ event }) => event)
  const step = upTo.findLast(isOfPlanning)?.data.step
  const reset = upTo.findLastIndex((event) => event.type === 'step-reset' && event.data.step === step)
  const call = upTo.findIndex(
    (event, index) => index > reset && event.type === 'plan-requested' && event.data.step === step,
  )
  return call === -1 ? undefined : call
}

type OfPlanning = EventOf<'plan-requested' | 'fragment-proposed' | 'fragment-validated' | 'plan-failed'>

const isOfPlanning = (event: TaskEvent): event is OfPlanning =>
  event.type === 'plan-requested' ||
  event.type === 'fragment-proposed' ||
  event.type === 'fragment-validated' ||
  event.type === 'plan-failed'

interface Copied {
  readonly state: TaskState
  /** Commands to other tasks and to workers that the old task had not seen delivered. */
  readonly undelivered: ReadonlyMap<
    string,
    { readonly kind: 'command' | 'abort'; readonly step: number; readonly attempt: number }
  >
  /** How each gate was opened last, and when it got its time-out. */
  readonly gates: ReadonlyMap<string, OpenedGate>
}

interface OpenedGate {
  readonly opened: EventData<'gate-opened'>
  readonly timedAtMs: number
}

interface Difference {
  readonly forkedFrom: { readonly task: string; readonly version: number }
  /** By how much the fork is later than what it takes over: its deadline leaves it the time that the old task had left. */
  readonly laterMs: number
  readonly actor: Actor
}

/** Copies each event, and folds the copies aside: `decide` leaves the state alone. */
const copy = (to: Emitter, taken: ReadonlyArray<RecordedEvent>, difference: Difference): Copied => {
  const ids = new Map<string, string>()
  const idOf = (old: string): string => ids.get(old) ?? old
  const state = emptyState()
  const undelivered = new Map<string, { kind: 'command' | 'abort'; step: number; attempt: number }>()
  const gates = new Map<string, OpenedGate>()
  for (const { event, atMs } of taken) {
    // The fork is the deed of whoever forks; everything else was done by whom it was done.
    const metadata = event.type === 'task-created' ? { ...event.metadata, actor: difference.actor } : event.metadata
    const causation = metadata.causation === null ? null : idOf(metadata.causation)
    const copyOf = metadata.copyOf ?? event.id
    const id = to.emitAs({ ...metadata, causation, copyOf }, event.type, dataOf(event, idOf, difference))
    ids.set(event.id, id)
    const copied = to.events.at(-1)
    if (copied === undefined) throw new Error('a copy was made and is not there')
    for (const { key, row } of dueChanges(state, copied, atMs)) {
      if (row === undefined) undelivered.delete(key)
      else if (row.kind === 'command' || row.kind === 'abort') undelivered.set(key, { kind: row.kind, ...row.data })
    }
    if (copied.type === 'gate-opened') gates.set(copied.data.step, { opened: copied.data, timedAtMs: atMs })
    if (copied.type === 'gate-escalated') {
      const { step } = copied.data
      const gate = gates.get(step)
      if (gate !== undefined) gates.set(step, { ...gate, timedAtMs: atMs })
    }
    evolve(state, copied)
  }
  return { state, undelivered, gates }
}

/** No session has this number: what a copy says is running runs in the old task, under its limits. */
const NOBODY = 0

/** What names an event of the old task names its copy; and the fork is neither anybody's child nor the same task. */
const dataOf = (event: TaskEvent, idOf: (old: string) => string, difference: Difference): TaskEvent['data'] => {
  const { forkedFrom, laterMs } = difference
  switch (event.type) {
    case 'task-created': {
      const { parent: _, identity: __, deadline, ...data } = event.data
      const later = deadline === undefined ? {} : { deadline: { ...deadline, atMs: deadline.atMs + laterMs } }
      return { ...data, ...later, forkedFrom }
    }
    case 'task-paused':
    case 'phase-deadline-passed': {
      const { atMs } = event.data
      return atMs === undefined ? event.data : { ...event.data, atMs: atMs + laterMs }
    }
    case 'task-resumed': {
      const { deadlineAtMs } = event.data
      return deadlineAtMs === undefined ? event.data : { ...event.data, deadlineAtMs: deadlineAtMs + laterMs }
    }
    case 'plan-requested': {
      const { endsAtMs } = event.data
      return endsAtMs === undefined ? event.data : { ...event.data, endsAtMs: endsAtMs + laterMs }
    }
    case 'phase-released': {
      const { endsAtMs, taskEndsAtMs } = event.data
      return {
        ...event.data,
        ...(endsAtMs === undefined ? {} : { endsAtMs: endsAtMs + laterMs }),
        ...(taskEndsAtMs === undefined ? {} : { taskEndsAtMs: taskEndsAtMs + laterMs }),
      }
    }
    case 'step-started': {
      const { limits: _, ...data } = event.data
      return { ...data, session: NOBODY }
    }
    case 'step-lost':
      return { ...event.data, session: NOBODY }
    case 'steps-materialized':
      return { ...event.data, decidedBy: event.data.decidedBy === null ? null : idOf(event.data.decidedBy) }
    case 'fragment-validated':
      return {
        ...event.data,
        proposal: idOf(event.data.proposal),
        ...(event.data.endsAtMs === undefined ? {} : { endsAtMs: event.data.endsAtMs + laterMs }),
      }
    case 'gate-opened':
    case 'gate-voted':
      // What a planner may not go on with is shown by the event that said so.
      return { ...event.data, digest: idOf(event.data.digest) }
    default:
      return event.data
  }
}

/** What a step that was taken over means to the world the old task has told it, in the decision after its end. */
const keepToOneself = (to: Emitter, state: TaskState, task: string): void => {
  for (const { step, attempt, name, condition } of state.toPublish) {
    const node = nodeAt(state, step)
    const message = `it was published by task ${task}, of which this one is a fork`
    const data = { step: node.definition.name, attempt: attempt ?? node.attempt, name, condition, message }
    to.emit('domain-event-withheld', data, node.lastEvent)
  }
}

const settleWhatIsUnderWay = (to: Emitter, copied: Copied, nowMs: number): void => {
  const { state, undelivered } = copied
  for (const node of state.nodes) {
    const { name: step } = node.definition
    if (node.state.kind === 'in_progress') {
      const { attempt, session } = node.state
      to.emit('step-lost', { step, attempt, session, drained: true }, node.lastEvent)
    } else if (node.state.kind === 'waiting_for_approval') {
      openAgain(to, node, copied, nowMs)
    } else if (node.state.kind === 'waiting' && node.state.wait.child !== undefined) {
      const { attempt, wait } = node.state
      const { template, input, onFailure } = wait.child ?? {}
      if (template === undefined || input === undefined || onFailure === undefined) continue
      // The event's own id is as good as any, and nobody else's.
      const child = to.nextId()
      const requested = to.emit('child-requested', { step, attempt, child, template, input, onFailure }, node.lastEvent)
      to.emit('step-waiting', { step, attempt, child }, requested)
    }
  }
  for (const [key, { kind, step, attempt }] of undelivered) {
    if (kind === 'command') to.emit('command-delivered', { key })
    else to.emit('late-result-recorded', { step: nodeAt(state, step).definition.name, attempt, outcome: 'forked' })
  }
}

/** People are asked anew, with as much time as they had; whom an escalation asked is asked again. */
const openAgain = (to: Emitter, node: Node, { gates }: Copied, nowMs: number): void => {
  const { name: step } = node.definition
  const before = gates.get(step)
  if (node.state.kind !== 'waiting_for_approval' || before === undefined) return
  const { groups, timeoutAtMs, onTimeout } = node.state.gate
  const { timeoutAtMs: _, onTimeout: __, remindAtMs: ___, ...opened } = before.opened
  const { remindEveryMs } = opened
  to.emit(
    'gate-opened',
    {
      ...opened,
      groups: [...groups],
      ...(timeoutAtMs === undefined ? {} : { timeoutAtMs: nowMs + timeoutAtMs - before.timedAtMs }),
      ...(onTimeout === undefined ? {} : { onTimeout }),
      ...(remindEveryMs === undefined ? {} : { remindAtMs: nowMs + remindEveryMs }),
    },
    node.lastEvent,
  )
}
