/** A command's look at the log and its subscriptions: opened for one use and closed whatever comes. */
import type { Invocation } from './command.js'
import { nearTask } from './near-task.js'
import type { OpenLog } from './system.js'
import { unknownTask } from './task-argument.js'
import { asUserError } from './tasker.js'
import { UserError } from './user-error.js'

type Asking = Pick<Invocation, 'config' | 'logger' | 'system'> & Partial<Pick<Invocation, 'arguments'>>

export const withLog = async <A>(
  { config, logger, system, arguments: written = [] }: Asking,
  use: (log: OpenLog) => Promise<A>,
): Promise<A> => {
  const log = await system.openLog(config(), logger)
  try {
    return await use(log)
  } catch (error) {
    // `--task TASK` is no argument: there the error stands as it is.
    if (error instanceof UserError && error.code === 'task_unknown' && written[0] !== undefined) {
      const [task] = written
      throw unknownTask(task, await nearTask(log.record, task))
    }
    throw isUnknownName(error)
      ? new UserError({
          code: error.code,
          message: error.message,
          remedy: 'see tasker subscriptions list',
          cause: error,
        })
      : asUserError(error)
  } finally {
    await log.close()
  }
}

const isUnknownName = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && error.code === 'subscription_unknown'
