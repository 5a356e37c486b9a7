/** `tasker catalog schema`: the capability schema, as planners are shown it. */
import { shownCatalog } from '../catalog-shown.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'

export const catalogSchemaCommand: Command = {
  name: 'catalog schema',
  summary: 'print the capability schema: all handlers as planners are shown them, as JSON',
  examples: [{ command: 'tasker catalog schema > capabilities.json', says: 'keep the grammar of fragments' }],
  run: async (invocation) => {
    invocation.output.printJson(await shownCatalog(invocation))
    return EXIT.complete
  },
}
