/** `tasker fragment validate`: the judgement that a planner's answer would meet, without a task and without a planner. */
import * as E from 'fp-ts/lib/Either.js'
import { judgeDry } from '../../core/dry-run.js'
import type { Validation } from '../../core/validation/validate-fragment.js'
import type { Command } from '../command.js'
import { EXIT } from '../exit-code.js'
import type { Output } from '../output.js'
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
    const templateFile = required(invocation.option('template'), '--template')
    const step = required(invocation.option('step'), '--step')
    const vocabulary = await vocabularyFor(invocation)
    const template = await templateFor(templateFile, vocabulary, invocation)
    const judged = judgeDry(template, step, await textFor(file, 'fragment', invocation.system), vocabulary)
    if (E.isLeft(judged)) throw new UserError({ ...judged.left, step })
    if (invocation.json) invocation.output.printJson(asJson(judged.right))
    else print(judged.right, file, invocation.output)
    return judged.right.plan === undefined ? EXIT.failed : EXIT.complete
  },
}

const required = (value: string | undefined, flag: string): string => {
  if (value === undefined)
    throw usageError(`tasker fragment validate needs ${flag}`, 'see tasker fragment validate --help')
  return value
}

const asJson = ({ findings, plan }: Validation) =>
  plan === undefined
    ? { valid: false, findings: findings.map((finding) => ({ ...finding })) }
    : {
        valid: true,
        findings: [],
        graph: {
          steps: plan.graph.steps.map((step) => ({ ...step })),
          edges: plan.graph.edges.map((edge) => ({ ...edge })),
        },
      }

const print = ({ findings, plan }: Validation, file: string, { print, paint }: Output): void => {
  if (plan === undefined) {
    print(`${paint.red('invalid')} ${file}: ${findings.length === 1 ? '1 finding' : `${findings.length} findings`}`)
    for (const { code, path, message } of findings) {
      print(`  ${paint.bold(code)} ${path === '' ? '' : `${paint.dim(path)} `}${message}`)
    }
    return
  }
  print(`${paint.green('valid')} ${file}: ${plan.graph.steps.length} steps`)
  for (const { name, handler, step_type } of plan.graph.steps) {
    print(`  ${paint.bold(name)} ${handler} ${paint.dim(step_type)}`)
  }
  for (const { from, to } of plan.graph.edges) print(`  ${from} → ${to}`)
}
