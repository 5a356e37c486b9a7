/** Tasks as a user of the library handles them: created, looked at, waited for, and moved by people. */
import * as E from 'fp-ts/lib/Either.js'
import type { Bounds, Usage } from '../core/bounds.js'
import type { Command } from '../core/decide/command.js'
import type { Refusal } from '../core/decide/decision.js'
import type { Actor } from '../core/event.js'
import type { Json } from '../core/json.js'
import type { TaskState } from '../core/state.js'
import type { TaskStatus } from '../core/status.js'
import type { Template } from '../core/template.js'
import { type StepView, type TaskView, viewOf } from '../core/view.js'
import type { Clock } from '../ports/clock.js'
import type { Log, Payload } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import { digestOf, pack, unpack } from './contents.js'
import type { Engine } from './engine.js'
import { ForeignEnds } from './foreign-ends.js'
import { type ForkOptions, forkTask } from './fork.js'
import { newId, streamOf, taskOf } from './ids.js'
import { standstill, type WaitOptions } from './standstill.js'
import { TaskRefused } from './task-refused.js'

export { TaskRefused } from './task-refused.js'

/**
 * What makes a task the same task: `strict`, the template and the input; `caller_provided`, the caller's key;
 * `always_unique`, nothing. A second creation of the same task returns the first one and says so.
 */
export type Identity = 'strict' | 'caller_provided' | 'always_unique'

export interface CreateOptions {
  /** Required by, and means, `caller_provided`. */
  readonly idempotencyKey?: string
  /** Absent: `caller_provided` where a key is given, else `always_unique`. */
  readonly identity?: Identity
  readonly priority?: number
  /** The task exists at once, and nothing of it runs before. A time that has passed delays nothing. */
  readonly runAt?: Date
  readonly correlation?: string
  readonly actor?: Actor
}

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

export interface Tasks {
  create(template: Template, input: Json, options?: CreateOptions): Promise<TaskHandle>
  /** A task that exists; throws `TaskRefused` (`task_unknown`) where it does not. */
  get(taskId: string): Promise<TaskHandle>
  /**
   * A new task that goes on from a version of an old one, with all results before it; with `replan` from before the plan
   * that stands there. Throws `TaskRefused`: `version_unknown`, `inside_decision` (with the versions around it),
   * `task_closed`, `nothing_planned`, `fork_too_large`, `unreadable_task`.
   */
  fork(taskId: string, options: ForkOptions): Promise<TaskHandle>
  /** What the task has used of its bounds, what is promised, and the bounds. */
  usage(taskId: string): Promise<TaskUsage>
  /** Asks a task for something in somebody's name. Throws `TaskRefused` with the reason. */
  ask(taskId: string, command: Command, actor: Actor, payloads?: ReadonlyArray<Payload>): Promise<void>
}

export interface TasksNeeds {
  readonly log: Log
  readonly engine: Engine
  readonly clock: Clock
  readonly logger: Logger
  readonly vocabularyDigest: string
  /** Throws `TaskRefused` (`invalid_input`) where the template's schema has something against the input. */
  checkInput(template: Template, input: Json): Promise<void>
}

const PERSON_UNKNOWN: Actor = { kind: 'person', id: 'library', authenticated: false }

export const createTasks = (needs: TasksNeeds): Tasks => {
  const { engine, clock } = needs
  const ends = new ForeignEnds(needs.log, needs.logger)
  const handle = (id: string, duplicate: boolean): TaskHandle => ({
    id,
    duplicate,
    view: () => view(needs, id),
    result: async (options = {}) => {
      if (!(await standstill({ ...needs, ends }, streamOf(id), options))) throw unknown(id)
      return view(needs, id, 'as-known')
    },
  })
  return {
    create: async (template, input, options = {}) => {
      await needs.checkInput(template, input)
      const id = newId(clock)
      const identity = identityKey(template, input, options)
      const packed = pack(input)
      const command: Command = {
        type: 'create-task',
        template,
        input: packed.content,
        priority: options.priority ?? 0,
        vocabulary: needs.vocabularyDigest,
        correlation: options.correlation ?? id,
        ...(identity === undefined ? {} : { identity }),
        ...(options.runAt === undefined ? {} : { runAtMs: timeOf(options.runAt) }),
      }
      const payloads = packed.payload === undefined ? [] : [packed.payload]
      const actor = options.actor ?? PERSON_UNKNOWN
      const reply = await engine.ask(streamOf(id), { command, actor, payloads, identity })
      if (E.isLeft(reply)) throw refused(reply.left)
      const { duplicate } = reply.right
      return duplicate === undefined ? handle(id, false) : handle(taskOf(duplicate), true)
    },
    fork: async (id, options) => {
      const newest = newId(clock)
      await forkTask(needs, id, newest, { ...options, actor: options.actor ?? PERSON_UNKNOWN })
      return handle(newest, false)
    },
    get: async (id) => {
      if ((await needs.log.head(streamOf(id))) === undefined) throw unknown(id)
      return handle(id, false)
    },
    usage: async (id) => {
      const seen: { usage?: TaskUsage } = {}
      await engine.look(streamOf(id), ({ used, reserved, bounds }) => {
        seen.usage = { used, reserved, bounds }
      })
      if (seen.usage === undefined) throw unknown(id)
      return seen.usage
    },
    ask: async (id, command, actor, payloads) => {
      const reply = await engine.ask(streamOf(id), { command, actor, payloads })
      if (E.isLeft(reply)) throw refused(reply.left)
    },
  }
}

const unknown = (id: string): TaskRefused => new TaskRefused('task_unknown', `there is no task ${id}`)

const refused = (refusal: Refusal | { readonly code: string; readonly message: string }): TaskRefused =>
  new TaskRefused(refusal.code, refusal.message, 'details' in refusal ? refusal.details : undefined)

const timeOf = (runAt: Date): number => {
  const ms = runAt.getTime()
  if (!Number.isFinite(ms)) throw new TaskRefused('invalid_run_at', 'runAt is no time')
  return ms
}

const identityKey = (template: Template, input: Json, options: CreateOptions): string | undefined => {
  const { idempotencyKey } = options
  const identity = options.identity ?? (idempotencyKey === undefined ? 'always_unique' : 'caller_provided')
  const of = `${template.namespace}/${template.name}/${template.version}`
  if (identity === 'always_unique') return undefined
  if (identity === 'strict') return `strict:${of}:${digestOf(JSON.stringify(input))}`
  if (idempotencyKey === undefined) {
    throw new TaskRefused('idempotency_key_missing', 'the identity caller_provided needs an idempotencyKey')
  }
  return `key:${of}:${idempotencyKey}`
}

const view = async ({ engine, log }: TasksNeeds, id: string, how?: 'as-known'): Promise<TaskResult> => {
  let seen: TaskView | undefined
  const see = (state: TaskState): void => {
    seen = viewOf(state)
  }
  await engine.look(streamOf(id), see, how)
  if (seen === undefined) throw unknown(id)
  const steps: Record<string, StepResult> = {}
  for (const [name, step] of Object.entries(seen.steps)) {
    steps[name] = { ...step, result: step.result === null ? null : await unpack(log, streamOf(id), step.result) }
  }
  return { taskId: id, status: seen.status, steps, error: seen.error }
}
