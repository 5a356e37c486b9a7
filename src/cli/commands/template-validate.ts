/** `tasker template validate`: everything that is wrong with a template, each with its line and column. */
import * as E from 'fp-ts/lib/Either.js'
import { shownTemplateError, type TemplateError } from '../../templates/load-template.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import { loadTemplateAt, vocabularyFor } from '../templates.js'

export const templateValidateCommand: Command = {
  name: 'template validate',
  summary: 'check a template, its handlers and their configurations',
  arguments: [{ name: 'TEMPLATE.yaml' }],
  details: 'Exits with 0 where the template is valid, else with 2.',
  examples: [
    { command: 'tasker template validate report.yaml', says: 'all problems, each as file:line:column' },
    { command: 'tasker template validate report.yaml --handlers ./handlers.js', says: 'with your own handlers known' },
  ],
  run: async (invocation) => {
    const [file = ''] = invocation.arguments
    const { output, json } = invocation
    const loaded = await loadTemplateAt(file, await vocabularyFor(invocation), invocation)
    if (E.isLeft(loaded)) {
      if (json) output.printJson({ valid: false, problems: loaded.left.map(asJson) })
      else for (const error of loaded.left) output.print(`${shownTemplateError(error)} (${error.code})`)
      return EXIT.usage
    }
    const { name, namespace, version, digest, steps } = loaded.right
    if (json) {
      output.printJson({
        valid: true,
        problems: [],
        template: { name, namespace, version, digest, steps: steps.length },
      })
    } else {
      const count = steps.length === 1 ? '1 step' : `${steps.length} steps`
      output.print(`${output.paint.green('valid')} ${file}: ${name} ${version} in ${namespace}, ${count}`)
    }
    return EXIT.complete
  },
}

const asJson = ({ code, path, message, file, line, column }: TemplateError) => ({
  code,
  path,
  message,
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
})
