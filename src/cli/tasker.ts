/**
 * A command's connection to a running installation: opened for one use and closed whatever comes. What is refused there
 * becomes a `UserError`: exit code 2 where the question itself was wrong, 1 where the task would not have it.
 */
import { isJsonObject, type Json } from '../core/json.js'
import type { By } from '../engine/change.js'
import { TaskRefused } from '../engine/task-refused.js'
import type { Handler } from '../ports/handler.js'
import { TemplateInvalid, TemplateRefused } from '../templates/registry.js'
import type { Invocation, Options } from './command.js'
import { EXIT, type ExitCode } from './exit-code.js'
import { nearTask } from './near-task.js'
import type { AskedServer, OpenTasker, Work } from './system.js'
import { detailOf } from './templates.js'
import { type Detail, UserError } from './user-error.js'

type Asking = Pick<Invocation, 'config' | 'logger' | 'system'> & Partial<Pick<Invocation, 'arguments'>>

const isUnknownTask = (error: unknown): boolean => error instanceof TaskRefused && error.code === 'task_unknown'

export const withTasker = async <A>(
  { config, logger, system, arguments: written = [] }: Asking,
  use: (tasker: OpenTasker) => Promise<A>,
  handlers: ReadonlyArray<Handler> = [],
  work?: Work,
): Promise<A> => {
  const tasker = await system.openTasker(config(), logger, handlers, work)
  try {
    return await use(tasker)
  } catch (error) {
    throw asUserError(error, isUnknownTask(error) ? await nearTask(tasker.log, written[0] ?? '') : '')
  } finally {
    // What came of the use is told, also where the database goes meanwhile and cannot be left in order.
    await tasker.close().catch((error) => logger.warn('it could not be closed in order', { error: String(error) }))
  }
}

/** For what only a Tasker that is asked over HTTP does. */
export const withServer = <A>(invocation: Asking, use: (server: AskedServer) => Promise<A>): Promise<A> =>
  withTasker(invocation, async ({ server }) => {
    if (server === undefined) throw new Error('a server was configured, and none was opened')
    return use(server)
  })

/** Who somebody is. */
export const WHO_OPTION: Options = {
  as: {
    type: 'string',
    value: 'NAME',
    summary: 'who does it, as the log records it (TASKER_ACTOR, or your login name)',
  },
}

/** What whoever changes something says of themselves. */
export const BY_OPTIONS: Options = {
  ...WHO_OPTION,
  reason: { type: 'string', value: 'TEXT', summary: 'why, as the log records it' },
}

/** Nobody on a command line has proved who they are. */
export const byOf = (invocation: Pick<Invocation, 'option' | 'config'>): By => {
  const reason = invocation.option('reason')
  return {
    actor: invocation.option('as') ?? invocation.config().actor,
    authenticated: false,
    ...(reason === undefined ? {} : { reason }),
  }
}

/** Refusals of a question that no task could answer otherwise. */
const OF_THE_QUESTION: ReadonlyArray<string> = [
  'task_unknown',
  'step_unknown',
  'filter_invalid',
  'filter_empty',
  'invalid_priority',
  'invalid_run_at',
  'invalid_input',
  'template_unknown',
  'template_version_invalid',
  'schedule_unknown',
  'invalid_schedule_name',
  'invalid_cron',
  'invalid_timezone',
  'version_unknown',
  'inside_decision',
  'nothing_planned',
  'unknown_step',
  'no_planning_step',
  'key_unknown',
  'invalid_key_name',
  'invalid_scope',
  'invalid_namespace',
  'invalid_expiry',
]

const REMEDIES: Readonly<Record<string, string>> = {
  task_unknown: 'see tasker task list',
  gate_not_open: 'see tasker gate list',
  not_in_group: 'see groups in tasker.yaml, and --as',
  step_unknown: 'see tasker task show',
  template_unknown: 'see tasker template list',
  key_unknown: 'see tasker keys list',
  invalid_scope: 'see tasker keys create --help',
  schedule_unknown: 'see tasker schedule list',
  no_dead_letter: 'see tasker dlq list',
  not_waiting: 'tasker step reset starts a step that has failed anew; tasker step skip and resolve go on without it',
  invalid_cron: 'such as "0 3 * * *", every night at three',
}

export const exitCodeOf = (code: string): ExitCode => (OF_THE_QUESTION.includes(code) ? EXIT.usage : EXIT.failed)

/** What the library, or a server, refuses as a `UserError`; any other error as it is. */
export const asUserError = (error: unknown, guess = ''): unknown => {
  if (error instanceof TemplateInvalid) {
    const [first] = error.problems
    return new UserError({
      code: first?.code ?? error.code,
      message: error.problems.length === 1 ? error.message : `the template has ${error.problems.length} problems`,
      details: error.problems.map(detailOf),
    })
  }
  if (!(error instanceof TaskRefused) && !(error instanceof TemplateRefused)) return error
  const { code, message } = error
  const details = error instanceof TaskRefused && code === 'invalid_input' ? faultsIn(error.details) : []
  const remedy = REMEDIES[code]
  return new UserError({
    code,
    message: message + guess,
    exitCode: exitCodeOf(code),
    details,
    cause: error,
    ...(remedy === undefined ? {} : { remedy }),
  })
}

/** What a schema has against an input, each with its path. */
const faultsIn = (details: Json | undefined): ReadonlyArray<Detail> =>
  (isList(details) ? details : [])
    .filter(isJsonObject)
    .map(({ path, message }) => ({ message: String(message), path: String(path) }))

const isList = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)
