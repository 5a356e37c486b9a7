/** `tasker template register`: a template under its name and version, for ever. */
import { resolve } from 'node:path'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { BY_OPTIONS, byOf, withTasker } from '../tasker.js'
import { handlersFor } from '../templates.js'

export const templateRegisterCommand: Command = {
  name: 'template register',
  summary: 'register a template, so that tasks can be created by its name and version',
  arguments: [{ name: 'TEMPLATE.yaml' }],
  options: BY_OPTIONS.as === undefined ? {} : { as: BY_OPTIONS.as },
  details:
    'It is checked in each of its environments first. A version means one thing for ever: registering another text under it\n' +
    'is refused (template_version_exists); the same again is no change. Tasks that run keep the version they began with.',
  examples: [
    { command: 'tasker template register order.yaml --handlers ./handlers.js', says: 'order 1.2.0, as the file says' },
  ],
  run: async (invocation) => {
    const [file = ''] = invocation.arguments
    const handlers = await handlersFor(invocation)
    const { json, output, system } = invocation
    return withTasker(
      invocation,
      async ({ templates }) => {
        const { registered, isNew } = await templates.register(resolve(system.cwd, file), byOf(invocation))
        const { namespace, name, version, digest } = registered
        if (json) output.printJson({ namespace, name, version, digest, new: isNew })
        else
          output.print(
            `${output.paint.green(isNew ? 'registered' : 'already registered')} ${namespace}/${name}@${version}`,
          )
        return EXIT.complete
      },
      handlers,
    )
  },
}
