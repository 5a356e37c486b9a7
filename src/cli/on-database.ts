/** What only the database itself can answer: a server that is asked for it is told so, with a code that stays. */
import type { Invocation } from './command.js'
import { UserError } from './user-error.js'

/** Throws a `UserError` (`not_over_http`) where the configuration names a server. */
export const onlyOnDatabase = (what: string, { config }: Pick<Invocation, 'config'>): void => {
  if (config().server !== undefined) throw notOverHttp(what)
}

export const notOverHttp = (what: string): UserError =>
  new UserError({
    code: 'not_over_http',
    message: `${what} needs the database itself, and no server does it`,
    remedy: 'leave --server (TASKER_SERVER, server in tasker.yaml) away, and set DATABASE_URL',
  })
