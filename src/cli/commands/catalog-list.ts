/** `tasker catalog list`: the handlers that steps may name. */
import type { JsonObject } from '../../core/json.js'
import { handlersIn, isList, shownCatalog } from '../catalog-shown.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'

export const catalogListCommand: Command = {
  name: 'catalog list',
  summary: 'list the handlers that steps may name: the catalog, and yours',
  examples: [
    { command: 'tasker catalog list', says: 'the catalog, a line each' },
    { command: 'tasker catalog list --handlers ./handlers.js', says: 'with your own beside it' },
  ],
  run: async (invocation) => {
    const { output } = invocation
    const handlers = handlersIn(await shownCatalog(invocation))
    if (invocation.json) output.printJson(handlers.map(listed))
    else {
      const rows = handlers.map(({ handler, step_types, summary }) => [
        output.paint.bold(String(handler)),
        output.paint.dim(isList(step_types) ? step_types.join(', ') : ''),
        firstSentence(String(summary)),
      ])
      output.table(rows)
    }
    return EXIT.complete
  },
}

const listed = ({ handler, version, step_types, summary }: JsonObject): JsonObject => ({
  handler: handler ?? null,
  version: version ?? null,
  step_types: step_types ?? null,
  summary: summary ?? null,
})

const firstSentence = (text: string): string => text.split(/(?<=\.)\s/, 1)[0] ?? ''
