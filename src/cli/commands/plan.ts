/**
 * `tasker plan`: from a sentence to a plan. The sentence becomes a template and the template a task, so that every call to
 * the planner is on record; its plan waits for approval, and nothing of it runs. The same sentence with the same input
 * and bounds is the same task, or the last one of those that `--again` planned anew: `--run` carries out the very plan
 * that was shown, and asks no model again.
 */
import * as E from 'fp-ts/lib/Either.js'
import { planningText } from '../../audit/planning-text.js'
import type { Bounds } from '../../core/bounds.js'
import type { Vocabulary } from '../../core/capability.js'
import type { Json } from '../../core/json.js'
import { GOAL_BOUNDS, MAX_TEXT_CHARS } from '../../core/limits.js'
import type { Template } from '../../core/template.js'
import { capabilityOf } from '../../core/validation/handler-names.js'
import { digestOf } from '../../engine/contents.js'
import { keyedIdentity } from '../../engine/creation.js'
import type { TaskHandle, TaskResult } from '../../engine/tasks.js'
import { goalTemplate, PLANNING_STEP } from '../../templates/goal-template.js'
import { templateOf } from '../../templates/load-template.js'
import { BOUNDS_OPTION, boundsIn } from '../bounds-option.js'
import type { Command, Invocation } from '../command.js'
import { didYouMean } from '../did-you-mean.js'
import { EXIT, type ExitCode } from '../exit-code.js'
import { followTask, standstillOf } from '../follow-task.js'
import { INPUT_OPTION, inputOf } from '../input-option.js'
import { calm } from '../logger.js'
import { callAsJson, callsOf, type PlanPreview, previewAsJson, previewOf, printPreview } from '../plan-preview.js'
import {
  PLANNER_OPTION,
  type PlannerChoice,
  plannerChoice,
  plannerNotConfigured,
  requireModel,
} from '../planner-choice.js'
import { exitCodeOf, printResult, refusalAsJson, resultAsJson } from '../run-result.js'
import type { OpenTasker } from '../system.js'
import { withTasker } from '../tasker.js'
import { detailOf, handlersFor } from '../templates.js'
import { UserError, usageError } from '../user-error.js'

export const planCommand: Command = {
  name: 'plan',
  summary: 'plan what a sentence asks for; with --run, carry it out',
  arguments: [{ name: 'GOAL' }],
  options: {
    input: INPUT_OPTION,
    planner: PLANNER_OPTION,
    bounds: BOUNDS_OPTION,
    run: { type: 'boolean', summary: 'approve the plan in your name, and carry it out' },
    again: { type: 'boolean', summary: 'plan anew, also where this goal was planned before' },
  },
  details:
    'The plan is judged, shown as a graph with what it will take, and waits for its approval as a task: nothing of it has run.\n' +
    'Every call to the planner is on record (tasker audit). The same goal, input and bounds again are the same task (after\n' +
    '--again that one), so --run carries out the plan that you were shown; so does tasker gate approve, with a worker. Without --bounds the plan may use\n' +
    `${Object.entries(GOAL_BOUNDS)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')
      .replace(/(.{90}) /, '$1\n')}, and no host and no secret.\n` +
    'Exits with 0 where the plan is valid (with --run: where the task is complete), 1 where there is none, or it failed.',
  examples: [
    {
      command: 'tasker plan "Sum the amounts by region" --input sales.json',
      says: 'the plan, its graph, what it will take',
    },
    { command: 'tasker plan "Sum the amounts by region" --input sales.json --run', says: 'carries out that plan' },
    {
      command:
        'tasker plan "Which of these pages are down?" --input pages.json --bounds allowed_hosts=example.org,example.com',
      says: 'hosts are allowed by name',
    },
  ],
  errorAsJson: (error) => ({ ...refusalAsJson(error), valid: false }),
  run: async (invocation) => {
    const [goal = ''] = invocation.arguments
    if (invocation.config().server !== undefined) throw planningIsHere()
    const { option, has, system } = invocation
    const handlers = await handlersFor(invocation)
    const vocabulary = await system.vocabularyOf(handlers)
    const choice = plannerChoice(option('planner'), system.environment)
    if (choice === undefined) throw plannerNotConfigured('a goal needs a planner, and none is configured')
    requireModel(choice, invocation.config())
    const bounds = boundsOf(invocation, choice)
    refuseUnknownHandlers(bounds, vocabulary)
    const template = templateFor(goal, vocabulary, bounds, invocation)
    const input = await inputOf(invocation)
    const work = {
      // Planning is the catalog's work; what a plan may name beside it is run only where it is to be carried out.
      serves: has('run') ? 'all' : 'catalog',
      sweeps: true,
      namespace: template.namespace,
      planner: await system.openPlanner(choice),
    } as const
    const calmly = { ...invocation, logger: calm(invocation.logger) }
    return withTasker(calmly, (tasker) => plan({ invocation, tasker, vocabulary, template, input }), handlers, work)
  },
}

const planningIsHere = (): UserError =>
  new UserError({
    code: 'not_over_http',
    message: 'tasker plan plans in this process, on a database',
    remedy:
      'leave --server (TASKER_SERVER, server in tasker.yaml) away; a template with a planning step can be run there',
  })

/** What the planner costs is bound where it can be told: of an endpoint of one's own only where `prices` say. */
const boundsOf = ({ options, config }: Invocation, choice: PlannerChoice): Bounds => {
  const { plannerModel, prices } = config()
  const { max_cost_usd, ...others } = GOAL_BOUNDS
  const isPriced = choice.kind !== 'openai' || Object.hasOwn(prices, plannerModel)
  return { ...others, ...(isPriced ? { max_cost_usd } : {}), ...boundsIn(options('bounds')) }
}

/** No planner here can use what this process does not have; a slip would be paid for by every revision. */
const refuseUnknownHandlers = ({ allowed_handlers = [] }: Bounds, vocabulary: Vocabulary): void => {
  const unknown = allowed_handlers.find((handler) => capabilityOf(vocabulary, handler) === undefined)
  if (unknown === undefined) return
  const names = [...vocabulary.capabilities.keys()].map((name) => name.replace(/^catalog:/, ''))
  const meant = didYouMean(unknown, names)
  const known = meant === undefined ? `; there are ${names.join(', ')}` : `; did you mean ${meant}?`
  throw usageError(`--bounds: allowed_handlers names "${unknown}", which is no handler here${known}`)
}

const templateFor = (goal: string, vocabulary: Vocabulary, bounds: Bounds, { config }: Invocation): Template => {
  if (goal.trim() === '') throw usageError('the goal is empty; say in a sentence what is to be reached')
  if (goal.length > MAX_TEXT_CHARS) throw usageError(`the goal has more than ${MAX_TEXT_CHARS} characters`)
  const { namespace, environment } = config()
  const made = templateOf(goalTemplate({ goal, namespace, bounds }), vocabulary, { environment })
  if (E.isRight(made)) return made.right
  const [first] = made.left
  throw new UserError({
    code: first?.code ?? 'schema',
    message: `these bounds make no template: ${first?.path ?? ''} ${first?.message ?? ''}`,
    details: made.left.map(detailOf),
  })
}

interface Asked {
  readonly invocation: Invocation
  readonly tasker: OpenTasker
  readonly vocabulary: Vocabulary
  readonly template: Template
  readonly input: Json
}

const plan = async (asked: Asked): Promise<number> => {
  const { invocation, tasker, template, input, vocabulary } = asked
  const { has, json, output } = invocation
  const actor = { kind: 'person', id: invocation.config().actor, authenticated: false } as const
  const task = await tasker.tasks.create(template, input, { actor, idempotencyKey: await keyOf(asked) })
  if (task.duplicate && !json) output.note(`task ${task.id} has this goal already; --again plans anew`)
  const result = await standstillOf(invocation, task)
  if (typeof result === 'number') return result
  const preview = await previewOf(tasker, task.id, template, vocabulary)
  if (preview === undefined) return withoutPlan(asked, task, result)
  if (!has('run')) return show(invocation, result, preview)
  if (!json) printPreview(preview, output)
  await tasker.gates.approve(task.id, PLANNING_STEP, {
    actor: actor.id,
    comment: 'tasker plan --run',
    digest: preview.gate.digest,
  })
  return followTask(invocation, task, previewAsJson(preview))
}

/** One for each time that the goal was planned anew; without `--again` that of the last one. */
const keyOf = async ({ invocation, tasker, template, input }: Asked): Promise<string> => {
  const keyAt = (time: number): string =>
    digestOf(`${template.digest} ${JSON.stringify(input)}${time === 1 ? '' : ` ${time}`}`)
  const isTaken = async (time: number): Promise<boolean> =>
    (await tasker.log.findByIdentity?.(keyedIdentity(template, keyAt(time)))) !== undefined
  let time = 1
  while (await isTaken(time + 1)) time += 1
  return keyAt(invocation.has('again') && (await isTaken(time)) ? time + 1 : time)
}

const show = ({ has, json, output }: Invocation, result: TaskResult, preview: PlanPreview): ExitCode => {
  if (json) {
    output.printJson({ ...resultAsJson(result), ...previewAsJson(preview) })
    return EXIT.complete
  }
  printPreview(preview, output)
  const how = has('again') ? 'with --run in place of --again' : 'with --run'
  output.note(`nothing of it has run; to carry it out: the same command ${how}, or`)
  output.note(`  → tasker gate approve ${result.taskId} ${PLANNING_STEP}`)
  return EXIT.complete
}

/** No plan was accepted; or the task has gone on since, and what came of it is told. */
const withoutPlan = async ({ invocation, tasker }: Asked, task: TaskHandle, result: TaskResult): Promise<ExitCode> => {
  const { json, output } = invocation
  const calls = await callsOf(tasker.log, task.id)
  const accepted = calls.some(({ outcome }) => outcome.kind === 'accepted')
  const last = calls.findLast(({ outcome }) => outcome.kind === 'rejected')?.outcome
  const findings = accepted || last?.kind !== 'rejected' ? [] : last.findings.map((finding) => ({ ...finding }))
  if (json) {
    output.printJson({ ...resultAsJson(result), valid: accepted, findings, plan: null, calls: calls.map(callAsJson) })
  } else {
    for (const line of planningText(calls)) output.print(line)
    printResult(result, output)
  }
  return exitCodeOf(result)
}
