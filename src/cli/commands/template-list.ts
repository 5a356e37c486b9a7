/** `tasker template list`: what is registered. */
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withTasker } from '../tasker.js'

export const templateListCommand: Command = {
  name: 'template list',
  summary: 'list the registered templates and their versions',
  arguments: [{ name: 'NAME', optional: true }],
  examples: [
    { command: 'tasker template list', says: 'every version of every template' },
    { command: 'tasker template list order', says: 'the versions of one' },
  ],
  run: (invocation) =>
    withTasker(invocation, async ({ templates }) => {
      const [name] = invocation.arguments
      const listed = await templates.list(name === undefined ? {} : { name })
      const { json, output } = invocation
      if (json) output.printJson({ templates: listed.map((template) => ({ ...template })) })
      else {
        const rows = listed.map((template) => [
          `${template.namespace}/${template.name}`,
          template.version,
          template.registeredAt.slice(0, 19),
          template.registeredBy,
          template.digest.slice(0, 19),
        ])
        output.table(rows)
      }
      return EXIT.complete
    }),
}
