/** A template in a file of this machine, for a server that reads it with its own handlers. */
import { isJsonObject, type JsonObject } from '../core/json.js'
import type { Invocation } from './command.js'
import type { AskedServer } from './system.js'
import { withServer } from './tasker.js'
import { writtenTemplate } from './template-name.js'
import { templateRefused, textFor } from './templates.js'
import { UserError, usageError } from './user-error.js'

/** A server found it to be no template. It saw no file: where its faults stand, it says of the text. */
export class RefusedThere extends UserError {}

/** Throws a `UserError` with all problems and their places, as `templateFor` does of one that is read here. */
export const withSent = async <A>(
  file: string,
  invocation: Invocation,
  use: (server: AskedServer, definition: JsonObject) => Promise<A>,
): Promise<A> => {
  const definition = await writtenTemplate(file, invocation)
  if (!isJsonObject(definition)) throw usageError(`${file} is no template`, 'see tasker template validate')
  return withServer(invocation, async (server) => {
    try {
      return await use(server, definition)
    } catch (error) {
      const problems =
        error instanceof RefusedThere ? await server.validate(await textFor(file, 'template', invocation.system)) : []
      throw problems.length === 0
        ? error
        : templateRefused(
            file,
            problems.map((problem) => ({ ...problem, file })),
          )
    }
  })
}
