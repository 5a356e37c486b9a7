/** `tasker template validate`: everything that is wrong with a template, each with its line and column. */
import * as E from 'fp-ts/lib/Either.js'
import type { Template } from '../../core/template.js'
import { shownTemplateError, type TemplateError } from '../../templates/load-template.js'
import type { Command, Invocation } from '../command.js'
import { counted } from '../counted.js'
import { EXIT, type ExitCode } from '../exit-code.js'
import { withServer } from '../tasker.js'
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
    if (invocation.config().server !== undefined) return validateOnServer(file, invocation)
    const loaded = await loadTemplateAt(file, await vocabularyFor(invocation), invocation)
    return E.isLeft(loaded) ? tellProblems(loaded.left, invocation) : tellValid(file, loaded.right, invocation)
  },
}

/** The codes are those of whichever version the server has. */
type TemplateProblem = Omit<TemplateError, 'code'> & { readonly code: string }

const tellProblems = (problems: ReadonlyArray<TemplateProblem>, { json, output }: Invocation): ExitCode => {
  if (json) output.printJson({ valid: false, problems: problems.map(asJson) })
  else for (const problem of problems) output.print(`${shownTemplateError(problem)} (${problem.code})`)
  return EXIT.usage
}

const tellValid = (file: string, template: Template, { json, output }: Invocation): ExitCode => {
  const { name, namespace, version, digest, steps } = template
  if (json) {
    output.printJson({
      valid: true,
      problems: [],
      template: { name, namespace, version, digest, steps: steps.length },
    })
  } else {
    const count = counted(steps.length, 'step')
    output.print(`${output.paint.green('valid')} ${file}: ${name} ${version} in ${namespace}, ${count}`)
  }
  return EXIT.complete
}

/** With the handlers that the server has; what is no template without any is not sent. */
const validateOnServer = async (file: string, invocation: Invocation): Promise<ExitCode> => {
  const read = await loadTemplateAt(file, undefined, invocation)
  if (E.isLeft(read) && read.left.some(({ code }) => code.startsWith('template_'))) {
    return tellProblems(read.left, invocation)
  }
  const text = await textFor(file, 'template', invocation.system)
  const problems = await withServer(invocation, (server) => server.validate(text))
  if (problems.length > 0)
    return tellProblems(
      problems.map((problem) => ({ ...problem, file })),
      invocation,
    )
  return E.isLeft(read) ? tellProblems(read.left, invocation) : tellValid(file, read.right, invocation)
}

const asJson = ({ code, path, message, file, line, column }: TemplateProblem) => ({
  code,
  path,
  message,
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
})
