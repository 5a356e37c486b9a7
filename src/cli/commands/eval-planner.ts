/** `tasker eval planner`: how a planner does with a set of goals of different shape, as a table. */
import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Vocabulary } from '../../core/capability.js'
import type { Json } from '../../core/json.js'
import { type ModelMetrics, sumOf } from '../../core/planner-metrics.js'
import { snakeCased } from '../../core/snake-case.js'
import { type EvaluationGoal, type GoalProblem, loadGoals } from '../../templates/goal-file.js'
import { columns } from '../columns.js'
import type { Command, Invocation } from '../command.js'
import { counted } from '../counted.js'
import { didYouMean } from '../did-you-mean.js'
import { type Evaluation, evaluateGoal } from '../evaluation.js'
import { EXIT } from '../exit-code.js'
import { PLANNER_OPTION, type PlannerChoice, plannerChoice, requireModel } from '../planner-choice.js'
import { countsText, metricsAsJson, usedText } from '../planner-metrics-text.js'
import { handlersFor } from '../templates.js'
import { UserError, usageError } from '../user-error.js'

export const evalPlannerCommand: Command = {
  name: 'eval planner',
  summary: 'measure a planner by goals of different shape',
  arguments: [{ name: 'GOAL', optional: true, repeatable: true }],
  options: {
    planner: PLANNER_OPTION,
    goals: {
      type: 'string',
      value: 'FOLDER',
      summary: 'your own goals, a YAML file each (those that ship with Tasker)',
    },
  },
  details:
    'Each goal is planned in memory, through the very path of a task: proposed, judged, revised. No plan is carried out, and\n' +
    'nothing is stored. A plan is good where it is valid and has what the goal says of a good one (which handlers, in which\n' +
    'order, what it refers to). Without a planner and without a key the recorded answers that ship with the goals are played.\n' +
    'Exits with 0 where there is a good plan for every goal.',
  examples: [
    { command: 'tasker eval planner --planner anthropic --model claude-opus-5-5', says: 'measures a model' },
    {
      command: 'tasker eval planner enrich-each --planner openai:http://127.0.0.1:8080/v1 --model qwen3',
      says: 'a local one, by one goal',
    },
    { command: 'tasker eval planner --json', says: 'the figures' },
  ],
  run: async (invocation) => {
    const { config, logger, system, json, output } = invocation
    const handlers = await handlersFor(invocation)
    const vocabulary = await system.vocabularyOf(handlers)
    const goals = await goalsOf(invocation, vocabulary)
    const planner = await system.openPlanner(choiceOf(invocation))
    const tasker = await system.openScratch(config(), logger, handlers, planner)
    try {
      const evaluations: Evaluation[] = []
      for (const goal of goals) {
        if (!json) output.note(`planning ${goal.name} …`)
        evaluations.push(await evaluateGoal(tasker, goal, vocabulary, invocation.signal))
      }
      if (json) output.printJson(asJson(planner.provider, evaluations))
      else print(invocation, evaluations)
      return evaluations.every(isGood) ? EXIT.complete : EXIT.failed
    } finally {
      await tasker.close()
    }
  },
}

const isGood = ({ valid, unmet }: Evaluation): boolean => valid && unmet.length === 0

const choiceOf = ({ option, system, json, output, config }: Invocation): PlannerChoice => {
  const choice = plannerChoice(option('planner'), system.environment)
  if (choice !== undefined) {
    requireModel(choice, config())
    return choice
  }
  if (!json)
    output.note('no planner is configured: the recorded answers are played, and measure nothing but themselves')
  return { kind: 'recorded', file: system.goals.answers }
}

const goalsOf = async (invocation: Invocation, vocabulary: Vocabulary): Promise<ReadonlyArray<EvaluationGoal>> => {
  const { option, system, arguments: wanted } = invocation
  const folder = option('goals')
  const loaded = await loadGoals(folder === undefined ? system.goals.folder : resolve(system.cwd, folder), vocabulary)
  if (E.isLeft(loaded)) throw goalsRefused(loaded.left)
  const unknown = wanted.find((name) => !loaded.right.some((goal) => goal.name === name))
  if (unknown !== undefined) {
    const names = loaded.right.map(({ name }) => name)
    const meant = didYouMean(unknown, names)
    throw usageError(
      `there is no goal "${unknown}"; ${meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`}`,
    )
  }
  return wanted.length === 0 ? loaded.right : loaded.right.filter(({ name }) => wanted.includes(name))
}

const goalsRefused = (problems: ReadonlyArray<GoalProblem>): UserError => {
  const [first] = problems
  return new UserError({
    code: first?.code ?? 'goal_invalid',
    message:
      problems.length === 1
        ? [`${first?.file}:`, first?.path, first?.message].filter((part) => part !== '').join(' ')
        : `the goals have ${problems.length} problems`,
    // One without a place in the file is told whole by now.
    details:
      first?.path === '' && problems.length === 1
        ? []
        : problems.map(({ file, path, message, line, column }) => ({
            message,
            path,
            place: {
              source: file,
              ...(line === undefined ? {} : { line }),
              ...(column === undefined ? {} : { column }),
            },
          })),
  })
}

const HEAD = ['goal', 'shape', 'first try', 'revisions', 'found', 'plan', 'cost', 'time']

const print = ({ output }: Invocation, evaluations: ReadonlyArray<Evaluation>): void => {
  const { paint } = output
  const [head = '', ...rows] = columns([HEAD, ...evaluations.map(rowOf)], output.width)
  output.print(paint.bold(head))
  for (const row of rows) output.print(row)
  output.print('')
  const total = sumOf(evaluations.map(({ metrics }) => metrics))
  const good = evaluations.filter(isGood).length
  output.print(
    `${total.validAtFirstTry} of ${evaluations.length} valid at the first try, ${total.accepted} valid after ${counted(total.revisions, 'revision')}, ${good} good`,
  )
  for (const line of usedText(total)) output.print(line)
}

const rowOf = ({ goal, shape, valid, firstTry, unmet, failure, metrics }: Evaluation): ReadonlyArray<string> => {
  const { costUsd, tookMs } = usedBy(metrics.models)
  const verdict = !valid ? `none: ${failure?.code}` : unmet.length === 0 ? 'good' : `valid, but ${unmet.join('; ')}`
  return [
    ...[goal, shape, firstTry ? 'yes' : 'no', String(metrics.revisions), countsText(metrics.findings), verdict],
    ...[`$${costUsd.toFixed(4)}`, `${(tookMs / 1_000).toFixed(1)} s`],
  ]
}

const usedBy = (
  models: Readonly<Record<string, ModelMetrics>>,
): { readonly costUsd: number; readonly tookMs: number } =>
  Object.values(models).reduce(
    (sum, { costUsd, tookMs }) => ({ costUsd: sum.costUsd + costUsd, tookMs: sum.tookMs + tookMs }),
    { costUsd: 0, tookMs: 0 },
  )

const asJson = (provider: string, evaluations: ReadonlyArray<Evaluation>): Json => ({
  provider,
  goals: evaluations.map((evaluation) => {
    const { metrics, ...told } = evaluation
    return { ...snakeCased(told), good: isGood(evaluation), ...metricsAsJson(metrics) }
  }),
  total: {
    goals: evaluations.length,
    good: evaluations.filter(isGood).length,
    ...metricsAsJson(sumOf(evaluations.map(({ metrics }) => metrics))),
  },
})
