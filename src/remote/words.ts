/** Words of a server, which are those of this version, or it is another one. */
import { UserError } from '../cli/user-error.js'

/** Throws a `UserError` (`server_of_another_version`). */
export const wordOf = <Word extends string>(words: ReadonlyArray<Word>, said: string): Word => {
  const found = words.find((word) => word === said)
  if (found !== undefined) return found
  throw new UserError({
    code: 'server_of_another_version',
    message: `the server says "${said}", which this Tasker does not know`,
    remedy: 'use the version that the server has: see tasker --version and /health',
  })
}
