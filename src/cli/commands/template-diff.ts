/** `tasker template diff`: what is different between two templates, by step and by key. */
import { differencesOf } from '../../core/template/difference.js'
import type { Command } from '../command.js'
import { differenceLine } from '../difference-lines.js'
import { EXIT } from '../exit-code.js'
import { writtenTemplate } from '../template-name.js'

export const templateDiffCommand: Command = {
  name: 'template diff',
  summary: 'compare two templates, as files or as they are registered',
  arguments: [{ name: 'BEFORE' }, { name: 'AFTER' }],
  details:
    'Each is a file, or [NAMESPACE/]NAME[@VERSION] of a registered template. Steps and events are compared by their names,\n' +
    'wherever they stand. Exits with 0 where nothing is different, else with 1.',
  examples: [
    { command: 'tasker template diff order order.yaml', says: 'what the file changes of the latest release' },
    { command: 'tasker template diff order@1.1.0 order@1.2.0', says: 'between two versions' },
  ],
  run: async (invocation) => {
    const [before = '', after = ''] = invocation.arguments
    const { json, output } = invocation
    const differences = differencesOf(
      await writtenTemplate(before, invocation),
      await writtenTemplate(after, invocation),
    )
    if (json) output.printJson({ differences: differences.map((difference) => ({ ...difference })) })
    else for (const difference of differences) output.print(differenceLine(difference, output.paint))
    return differences.length === 0 ? EXIT.complete : EXIT.failed
  },
}
