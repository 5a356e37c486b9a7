/**
 * What a user asks for when they create a task, checked and made whole: its id, its identity, its times. The same
 * whether it is created at once or left in the inbox by a transaction of the user's own.
 */
import { partitionsOf } from '../core/claim-limits.js'
import type { CreateTask } from '../core/decide/create.js'
import type { Actor } from '../core/event.js'
import type { Json } from '../core/json.js'
import { MAX_PRIORITY } from '../core/limits.js'
import type { Template } from '../core/template.js'
import type { Clock } from '../ports/clock.js'
import type { Asked } from './chain.js'
import { digestOf, pack } from './contents.js'
import { newId } from './ids.js'
import { TaskRefused } from './task-refused.js'

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
  /** A whole number, 0 where absent; of two tasks that wait, the one with the higher number goes first. */
  readonly priority?: number
  /** The task exists at once, and nothing of it runs before. A time that has passed delays nothing. */
  readonly runAt?: Date
  readonly correlation?: string
  readonly actor?: Actor
  /** The trace that the task belongs to, a W3C `traceparent`; absent, that of the caller's active span, if there is one. */
  readonly traceparent?: string | undefined
}

/** A registered template by its name; the latest release where no version is said. */
export interface NamedTemplate {
  readonly name: string
  readonly namespace?: string
  readonly version?: string
}

export interface CreationNeeds {
  readonly clock: Clock
  readonly vocabularyDigest: string
  /** A registered template; throws where there is none of that name. */
  templateNamed?(name: NamedTemplate): Promise<Template>
  /** Throws `TaskRefused` (`invalid_input`) where the template's schema has something against the input. */
  checkInput(template: Template, input: Json): Promise<void>
}

export interface Creation {
  readonly id: string
  /** All of the command but the input, which is stored according to its size. */
  readonly command: Omit<CreateTask, 'input'>
  readonly input: Json
  readonly identity: string | undefined
  readonly actor: Actor
  readonly trace: string | undefined
}

export const PERSON_UNKNOWN: Actor = { kind: 'person', id: 'library', authenticated: false }

/** Throws `TaskRefused`: `invalid_input`, `invalid_run_at`, `invalid_priority`, `idempotency_key_missing`. */
export const creationOf = async (
  needs: CreationNeeds,
  given: Template | NamedTemplate,
  input: Json,
  options: CreateOptions,
): Promise<Creation> => {
  const template = await templateOf(needs, given)
  await needs.checkInput(template, input)
  const id = newId(needs.clock)
  const identity = identityKey(template, input, options)
  return {
    id,
    command: {
      type: 'create-task',
      ...partitioned(template, input),
      template,
      priority: checkedPriority(options.priority ?? 0),
      vocabulary: needs.vocabularyDigest,
      correlation: options.correlation ?? id,
      ...(identity === undefined ? {} : { identity }),
      ...(options.runAt === undefined ? {} : { runAtMs: timeOf(options.runAt) }),
    },
    input,
    identity,
    actor: options.actor ?? PERSON_UNKNOWN,
    trace: options.traceparent,
  }
}

const templateOf = async (needs: CreationNeeds, given: Template | NamedTemplate): Promise<Template> => {
  if ('steps' in given) return given
  if (needs.templateNamed === undefined) throw new TaskRefused('template_unknown', 'there is no registry of templates')
  return needs.templateNamed(given)
}

/** The creation as the engine is asked for it. */
export const askedBy = ({ command, input, identity, actor, trace }: Creation): Asked => {
  const { content, payload } = pack(input)
  const payloads = payload === undefined ? [] : [payload]
  return { command: { ...command, input: content }, actor, payloads, identity, trace }
}

/** For most templates nothing: none of their steps counts by a value. */
export const partitioned = ({ steps }: Template, input: Json): Pick<CreateTask, 'partitions'> =>
  steps.some(({ limitPer }) => limitPer !== undefined) ? { partitions: partitionsOf(steps, input) } : {}

const identityKey = (template: Template, input: Json, options: CreateOptions): string | undefined => {
  const { idempotencyKey } = options
  const identity = options.identity ?? (idempotencyKey === undefined ? 'always_unique' : 'caller_provided')
  if (identity === 'always_unique') return undefined
  if (identity === 'strict') return `strict:${named(template)}:${digestOf(JSON.stringify(input))}`
  if (idempotencyKey === undefined) {
    throw new TaskRefused('idempotency_key_missing', 'the identity caller_provided needs an idempotencyKey')
  }
  return keyedIdentity(template, idempotencyKey)
}

/** By which the log knows the task that was created by a key (`findByIdentity`). */
export const keyedIdentity = (template: Template, idempotencyKey: string): string =>
  `key:${named(template)}:${idempotencyKey}`

const named = ({ namespace, name, version }: Template): string => `${namespace}/${name}/${version}`

const timeOf = (runAt: Date): number => {
  const ms = runAt.getTime()
  if (!Number.isFinite(ms)) throw new TaskRefused('invalid_run_at', 'runAt is no time')
  return ms
}

/** Throws `TaskRefused` (`invalid_priority`). */
export const checkedPriority = (priority: number): number => {
  if (Number.isInteger(priority) && Math.abs(priority) <= MAX_PRIORITY) return priority
  throw new TaskRefused('invalid_priority', `a priority is a whole number from -${MAX_PRIORITY} to ${MAX_PRIORITY}`)
}
