/** A command's look at the log and its subscriptions: opened for one use and closed whatever comes. */
import type { Invocation } from './command.js'
import type { OpenLog } from './system.js'
import { asUserError } from './tasker.js'
import { UserError } from './user-error.js'

export const withLog = async <A>(
  { config, logger, system }: Pick<Invocation, 'config' | 'logger' | 'system'>,
  use: (log: OpenLog) => Promise<A>,
): Promise<A> => {
  const log = await system.openLog(config(), logger)
  try {
    return await use(log)
  } catch (error) {
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
