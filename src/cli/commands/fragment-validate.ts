/** `tasker fragment validate`: the judgement that a planner's answer would meet, without a task and without a planner. */
import * as E from 'fp-ts/lib/Either.js'
import { judgeDry } from '../../core/dry-run.js'
import type { Command, Invocation } from '../command.js'
import { counted } from '../counted.js'
import { EXIT } from '../exit-code.js'
import type { Output } from '../output.js'
import { withSent } from '../sent-template.js'
import type { Judgement } from '../system.js'
import { templateFor, textFor, vocabularyFor } from '../templates.js'
import { UserError, usageError } from '../user-error.js'

export const fragmentValidateCommand: Command = {
  name: 'fragment validate',
  summary: 'judge a fragment as the log would, with nothing spent yet',
  arguments: [{ name: 'FRAGMENT.json' }],
  options: {
    template: { type: 'string', value: 'TEMPLATE.yaml', summary: 'the template whose planning step it answers' },
    step: { type: 'string', value: 'NAME', summary: 'that planning step' },
  },
  details: 'Exits with 0 where the fragment is valid, 1 where there are findings, 2 where it could not be judged.',
  examples: [
    {
      command: 'tasker fragment validate fragment.json --template report.yaml --step plan',
      says: 'all findings, or the graph that it would become',
    },
  ],
  run: async (invocation) => {
    const [file = ''] = invocation.arguments
    const template = required(invocation.option('template'), '--template')
    const step = required(invocation.option('step'), '--step')
    const judge = invocation.config().server === undefined ? judgedHere : judgedThere
    const judged = await judge(template, step, file, invocation)
    if (invocation.json) invocation.output.printJson(asJson(judged))
    else print(judged, file, invocation.output)
    return judged.graph === null ? EXIT.failed : EXIT.complete
  },
}

type Judging = (template: string, step: string, file: string, invocation: Invocation) => Promise<Judgement>

const judgedHere: Judging = async (templateFile, step, file, invocation) => {
  const vocabulary = await vocabularyFor(invocation)
  const template = await templateFor(templateFile, vocabulary, invocation)
  const judged = judgeDry(template, step, await textFor(file, 'fragment', invocation.system), vocabulary)
  if (E.isLeft(judged)) throw new UserError(judged.left)
  const { findings, plan } = judged.right
  return { findings: findings.map((finding) => ({ ...finding })), graph: plan?.graph ?? null }
}

/** With the handlers that the server has. */
const judgedThere: Judging = async (templateFile, step, file, invocation) => {
  const answer = await textFor(file, 'fragment', invocation.system)
  return withSent(templateFile, invocation, (server, definition) => server.judge(definition, step, answer))
}

const required = (value: string | undefined, flag: string): string => {
  if (value === undefined)
    throw usageError(`tasker fragment validate needs ${flag}`, 'see tasker fragment validate --help')
  return value
}

const asJson = ({ findings, graph }: Judgement) =>
  graph === null
    ? { valid: false, findings: findings.map((finding) => ({ ...finding })) }
    : {
        valid: true,
        findings: [],
        graph: { steps: graph.steps.map((step) => ({ ...step })), edges: graph.edges.map((edge) => ({ ...edge })) },
      }

const print = ({ findings, graph }: Judgement, file: string, { print, paint }: Output): void => {
  if (graph === null) {
    print(`${paint.red('invalid')} ${file}: ${counted(findings.length, 'finding')}`)
    for (const { code, path, message } of findings) {
      print(`  ${paint.bold(code)} ${path === '' ? '' : `${paint.dim(path)} `}${message}`)
    }
    return
  }
  print(`${paint.green('valid')} ${file}: ${graph.steps.length} steps`)
  for (const { name, handler, step_type } of graph.steps) {
    print(`  ${paint.bold(name)} ${handler} ${paint.dim(step_type)}`)
  }
  for (const { from, to } of graph.edges) print(`  ${from} → ${to}`)
}
