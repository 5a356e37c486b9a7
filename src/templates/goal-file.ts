/**
 * Goals by which planners are measured: a template with one planning step, an input, and what a good plan for it has.
 * One file a goal; whatever is wrong with one is told with its place, and no planner is asked then.
 */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Vocabulary } from '../core/capability.js'
import { closed, decode } from '../core/closed.js'
import { integer, listOf, oneOf, text } from '../core/described.js'
import { json, jsonObject } from '../core/events/codecs.js'
import type { Json } from '../core/json.js'
import { MAX_BOUND, MAX_BOUND_NAMES, MAX_CALLABLE_CHARS, MAX_NAME_CHARS } from '../core/limits.js'
import type { PlanExpectations } from '../core/plan-expectations.js'
import type { Template } from '../core/template.js'
import { templateOf } from './load-template.js'
import { readJsonFile } from './source-file.js'

export interface EvaluationGoal {
  /** The name of its file. */
  readonly name: string
  /** What kind of plan it takes, in a few words. */
  readonly shape: string
  readonly template: Template
  /** The planning step whose plan is measured. */
  readonly step: string
  readonly input: Json
  readonly satisfies: PlanExpectations
}

export interface GoalProblem {
  readonly code: string
  readonly file: string
  /** Keys and indices joined by dots; empty for the whole. */
  readonly path: string
  readonly message: string
  readonly line?: number
  readonly column?: number
}

const names = listOf(text({ maxChars: MAX_CALLABLE_CHARS }), { minItems: 1, maxItems: MAX_BOUND_NAMES })
const count = integer({ min: 0, max: MAX_BOUND })

const satisfies = closed(
  {},
  {
    uses: names,
    avoids: names,
    step_types: listOf(
      oneOf(['standard', 'decision', 'deferred_convergence', 'batchable', 'batch_worker', 'planning', 'gate']),
      { minItems: 1, maxItems: MAX_BOUND_NAMES },
    ),
    in_order: listOf(names, { minItems: 1, maxItems: MAX_BOUND_NAMES }),
    references: names,
    at_most_steps: count,
    at_least_steps: count,
    at_least_parallel: count,
  },
)

const goalFile = closed({
  goal_version: t.literal('1.0', 'the text 1.0'),
  shape: text({ maxChars: MAX_NAME_CHARS }),
  input: json,
  template: jsonObject,
  satisfies,
})

const EXTENSION = /\.ya?ml$/

/** All goals of a folder, by their names. On the left every problem of every file. */
export const loadGoals = async (
  folder: string,
  vocabulary: Vocabulary,
): Promise<E.Either<ReadonlyArray<GoalProblem>, ReadonlyArray<EvaluationGoal>>> => {
  const files = await filesIn(folder)
  if (files.length === 0) {
    return E.left([{ code: 'goals_not_found', file: folder, path: '', message: 'there are no goals (*.yaml) here' }])
  }
  const loaded = await Promise.all(files.map((file) => loadGoal(join(folder, file), vocabulary)))
  const problems = loaded.flatMap((goal) => (E.isLeft(goal) ? goal.left : []))
  return problems.length > 0
    ? E.left(problems)
    : E.right(loaded.flatMap((goal) => (E.isRight(goal) ? [goal.right] : [])))
}

const filesIn = async (folder: string): Promise<ReadonlyArray<string>> => {
  try {
    return (await readdir(folder)).filter((file) => EXTENSION.test(file)).sort()
  } catch {
    return []
  }
}

const loadGoal = async (
  file: string,
  vocabulary: Vocabulary,
): Promise<E.Either<ReadonlyArray<GoalProblem>, EvaluationGoal>> => {
  const source = await readJsonFile(file, 'goal')
  if (E.isLeft(source)) return E.left(source.left.map((problem) => ({ ...problem, path: '' })))
  const decoded = decode(goalFile, source.right)
  if (E.isLeft(decoded)) return E.left(decoded.left.map((problem) => ({ code: 'goal_invalid', file, ...problem })))
  const { shape, input, satisfies: expected } = decoded.right
  const template = templateOf(decoded.right.template, vocabulary)
  if (E.isLeft(template)) {
    return E.left(
      template.left.map(({ code, path, message }) => ({
        code,
        file,
        path: path === '' ? 'template' : `template.${path}`,
        message,
      })),
    )
  }
  const planning = template.right.steps.filter(({ type }) => type === 'planning')
  const [step] = planning
  if (step === undefined || planning.length > 1 || step.config?.approve_plan !== true) {
    const message = 'has to have exactly one planning step, with approve_plan: true, so that no plan is carried out'
    return E.left([{ code: 'goal_invalid', file, path: 'template.steps', message }])
  }
  const name = basename(file).replace(EXTENSION, '')
  return E.right({ name, shape, input, satisfies: expected, template: template.right, step: step.name })
}
