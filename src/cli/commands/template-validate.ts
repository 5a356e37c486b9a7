/** `tasker template validate`: everything that is wrong with a template, each with its line and column. */
import * as E from 'fp-ts/lib/Either.js'
import { shownTemplateError, type TemplateError } from '../../templates/load-template.js'
import type { Command, Invocation } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withTasker } from '../tasker.js'
import { loadTemplateAt, textFor, vocabularyFor } from '../templates.js'

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
    if (invocation.config().server !== undefined) return validateOnServer(file, invocation)
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

/** With the handlers that the server has. */
const validateOnServer = async (file: string, invocation: Invocation): Promise<number> => {
  const { output, json, system } = invocation
  const text = await textFor(file, 'template', system)
  return withTasker(invocation, async ({ server }) => {
    const problems = (await server?.validate(text)) ?? []
    const placed = problems.map(({ line, column, ...problem }): TemplateProblem => {
      return { ...problem, file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) }
    })
    if (json) output.printJson({ valid: placed.length === 0, problems: placed.map(asJson) })
    else if (placed.length === 0) output.print(`${output.paint.green('valid')} ${file}`)
    else for (const problem of placed) output.print(`${shownTemplateError(problem)} (${problem.code})`)
    return placed.length === 0 ? EXIT.complete : EXIT.usage
  })
}

/** The codes are those of whichever version the server has. */
type TemplateProblem = Omit<TemplateError, 'code'> & { readonly code: string }

const asJson = ({ code, path, message, file, line, column }: TemplateProblem) => ({
  code,
  path,
  message,
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
})
