/** Tasks as a user of the library handles them: created, looked at, waited for, and moved by people. */
import * as E from 'fp-ts/lib/Either.js'
import type { Bounds, Usage } from '../core/bounds.js'
import type { Command } from '../core/decide/command.js'
import type { Actor } from '../core/event.js'
import type { Json } from '../core/json.js'
import type { TaskState } from '../core/state.js'
import type { TaskStatus } from '../core/status.js'
import type { Template } from '../core/template.js'
import { type StepView, type TaskView, viewOf } from '../core/view.js'
import type { Log, Payload } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import { unpack } from './contents.js'
import { askedBy, type CreateOptions, creationOf, type NamedTemplate, PERSON_UNKNOWN } from './creation.js'
import type { Engine } from './engine.js'
import { ForeignEnds } from './foreign-ends.js'
import { type ForkOptions, forkTask } from './fork.js'
import { createHands, type Hands, type HandsNeeds } from './hands.js'
import { newId, streamOf, taskOf } from './ids.js'
import { type InboxTasks, type InboxTasksNeeds, inboxTasks } from './inbox-tasks.js'
import { createSelection, type Selection } from './selection.js'
import { standstill, type WaitOptions } from './standstill.js'
import { refusedBy, taskUnknown } from './task-refused.js'

export type { By, Change } from './change.js'
export type { CreateOptions, Identity } from './creation.js'
export { TaskRefused } from './task-refused.js'

export interface TaskHandle {
  readonly id: string
  /** True where the task existed already. */
  readonly duplicate: boolean
  /** The task as it stands; results by value. */
  view(): Promise<TaskResult>
  /** Resolves when the task is closed, or blocked: what `TaskResult.status` says. */
  result(options?: WaitOptions): Promise<TaskResult>
}

export interface TaskResult {
  readonly taskId: string
  readonly status: TaskStatus
  readonly steps: Readonly<Record<string, StepResult>>
  readonly error: TaskView['error']
}

export interface TaskUsage {
  readonly used: Usage
  readonly reserved: Usage
  readonly bounds: Bounds
}

export type StepResult = Omit<StepView, 'result'> & { readonly result: Json }

export interface Tasks extends InboxTasks<TaskHandle>, Hands, Selection {
  /** From a template, or from a registered one by its name: the latest release where no version is said. */
  create(template: Template | NamedTemplate, input: Json, options?: CreateOptions): Promise<TaskHandle>
  /** A task that exists; throws `TaskRefused` (`task_unknown`) where it does not. */
  get(taskId: string): Promise<TaskHandle>
  /**
   * A new task that goes on from a version of an old one, with all results before it; with `replan` from before the plan
   * that stands there. Throws `TaskRefused`: `version_unknown`, `inside_decision` (with the versions around it),
   * `task_closed`, `nothing_planned`, `fork_too_large`, `unreadable_task`.
   */
  fork(taskId: string, options: ForkOptions): Promise<TaskHandle>
  /** What `see` makes of the task's state as it stands; it may keep nothing of it. Throws `TaskRefused` (`task_unknown`). */
  look<A>(taskId: string, see: (state: TaskState) => A): Promise<A>
  /** What the task has used of its bounds, what is promised, and the bounds. */
  usage(taskId: string): Promise<TaskUsage>
  /** Asks a task for something in somebody's name. Throws `TaskRefused` with the reason. */
  ask(taskId: string, command: Command, actor: Actor, payloads?: ReadonlyArray<Payload>): Promise<void>
}

export interface TasksNeeds extends InboxTasksNeeds, HandsNeeds {
  readonly log: Log
  readonly engine: Engine
  readonly logger: Logger
}

export const createTasks = (needs: TasksNeeds): Tasks => {
  const { engine, clock } = needs
  const ends = new ForeignEnds(needs.log, needs.logger)
  const handle = (id: string, duplicate: boolean): TaskHandle => ({
    id,
    duplicate,
    view: () => view(needs, id),
    result: async (options = {}) => {
      if (!(await standstill({ ...needs, ends }, streamOf(id), options))) throw taskUnknown(id)
      return view(needs, id, 'as-known')
    },
  })
  return {
    create: async (template, input, options = {}) => {
      const creation = await creationOf(needs, template, input, { traceparent: needs.traces.active(), ...options })
      const reply = await engine.ask(streamOf(creation.id), askedBy(creation))
      if (E.isLeft(reply)) throw refusedBy(reply.left)
      const { duplicate } = reply.right
      return duplicate === undefined ? handle(creation.id, false) : handle(taskOf(duplicate), true)
    },
    fork: async (id, options) => {
      const newest = newId(clock)
      await forkTask(needs, id, newest, { ...options, actor: options.actor ?? PERSON_UNKNOWN })
      return handle(newest, false)
    },
    ...inboxTasks(needs, handle),
    ...createHands(needs),
    ...createSelection(needs),
    get: async (id) => {
      if ((await needs.log.head(streamOf(id))) === undefined) throw taskUnknown(id)
      return handle(id, false)
    },
    look: (id, see) => look(needs, id, see),
    usage: (id) => look(needs, id, ({ used, reserved, bounds }) => ({ used, reserved, bounds })),
    ask: async (id, command, actor, payloads) => {
      const reply = await engine.ask(streamOf(id), { command, actor, payloads })
      if (E.isLeft(reply)) throw refusedBy(reply.left)
    },
  }
}

const look = async <A>({ engine }: TasksNeeds, id: string, see: (state: TaskState) => A): Promise<A> => {
  const seen: { answer?: { readonly value: A } } = {}
  await engine.look(streamOf(id), (state) => {
    seen.answer = { value: see(state) }
  })
  if (seen.answer === undefined) throw taskUnknown(id)
  return seen.answer.value
}

const view = async ({ engine, log }: TasksNeeds, id: string, how?: 'as-known'): Promise<TaskResult> => {
  let seen: TaskView | undefined
  const see = (state: TaskState): void => {
    seen = viewOf(state)
  }
  await engine.look(streamOf(id), see, how)
  if (seen === undefined) throw taskUnknown(id)
  const steps: Record<string, StepResult> = {}
  for (const [name, step] of Object.entries(seen.steps)) {
    steps[name] = { ...step, result: step.result === null ? null : await unpack(log, streamOf(id), step.result) }
  }
  return { taskId: id, status: seen.status, steps, error: seen.error }
}
