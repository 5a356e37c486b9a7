/** `tasker template diff`: what is different between two templates, by step and by key. */
import type { Json } from '../../core/json.js'
import { type Difference, differencesOf } from '../../core/template/difference.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import type { Palette } from '../output.js'
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
    else for (const difference of differences) output.print(lineOf(difference, output.paint))
    return differences.length === 0 ? EXIT.complete : EXIT.failed
  },
}

const lineOf = (difference: Difference, paint: Palette): string => {
  const { path } = difference
  switch (difference.kind) {
    case 'added':
      return paint.green(`+ ${path}: ${shown(difference.after)}`)
    case 'removed':
      return paint.red(`- ${path}: ${shown(difference.before)}`)
    case 'changed':
      return `~ ${path === '' ? 'the whole' : path}: ${shown(difference.before)} → ${shown(difference.after)}`
  }
}

const LONGEST = 120

const shown = (value: Json): string => {
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}
