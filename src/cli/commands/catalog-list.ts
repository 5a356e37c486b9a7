/** `tasker catalog list`: the handlers that steps may name. */
import type { Capability } from '../../core/capability.js'
import { columns } from '../columns.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { vocabularyFor } from '../templates.js'

export const catalogListCommand: Command = {
  name: 'catalog list',
  summary: 'list the handlers that steps may name: the catalog, and yours',
  examples: [
    { command: 'tasker catalog list', says: 'the catalog, a line each' },
    { command: 'tasker catalog list --handlers ./handlers.js', says: 'with your own beside it' },
  ],
  run: async (invocation) => {
    const { capabilities } = await vocabularyFor(invocation)
    const { output } = invocation
    const sorted = [...capabilities.values()].sort((left, right) => (left.callable < right.callable ? -1 : 1))
    if (invocation.json) output.printJson(sorted.map(listed))
    else {
      const rows = sorted.map(({ callable, stepTypes, summary }) => [
        output.paint.bold(callable),
        output.paint.dim(stepTypes.join(', ')),
        firstSentence(summary),
      ])
      for (const line of columns(rows)) output.print(line)
    }
    return EXIT.complete
  },
}

const listed = ({ callable, version, stepTypes, summary }: Capability) => ({
  handler: callable,
  version,
  step_types: stepTypes,
  summary,
})

const firstSentence = (text: string): string => text.split(/(?<=\.)\s/, 1)[0] ?? ''
