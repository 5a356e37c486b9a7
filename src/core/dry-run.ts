/**
 * A fragment judged without a task: the template's task is made in memory, nothing of it has run and nothing is spent,
 * and the fragment is held against it as the log would hold it.
 */
import * as E from 'fp-ts/lib/Either.js'
import { NOTHING_USED } from './bounds.js'
import type { Vocabulary } from './capability.js'
import { boundsLeftFor } from './decide/bounds-left.js'
import { decide } from './decide/decide.js'
import { evolve } from './evolve/evolve.js'
import { frameOf } from './graph/frame-of.js'
import { didYouMean } from './near-names.js'
import { emptyState, findNode, type TaskState } from './state.js'
import type { Template } from './template.js'
import { parseAnswer } from './validation/parse-answer.js'
import { type Validation, validateFragment } from './validation/validate-fragment.js'

export interface DryRunRefusal {
  readonly code: 'unknown_step' | 'no_planning_step'
  readonly message: string
}

/** Judges a planner's raw answer as the fragment of one planning step. Refuses a step that could have none. */
export const judgeDry = (
  template: Template,
  step: string,
  answer: string,
  vocabulary: Vocabulary,
): E.Either<DryRunRefusal, Validation> => {
  const names = template.steps.map(({ name }) => name)
  const definition = template.steps.find(({ name }) => name === step)
  if (definition === undefined) {
    const message = `the template ${template.name} has no step "${step}"${didYouMean(step, names)}`
    return E.left({ code: 'unknown_step', message })
  }
  if (definition.type !== 'planning') {
    const planning = template.steps.filter(({ type }) => type === 'planning').map(({ name }) => name)
    const known = planning.length === 0 ? 'the template has none' : `its planning steps are ${planning.join(', ')}`
    return E.left({ code: 'no_planning_step', message: `"${step}" is a ${definition.type} step; ${known}` })
  }
  const parsed = parseAnswer(answer)
  if ('findings' in parsed) return E.right({ findings: parsed.findings, plan: undefined })
  const state = taskOf(template, vocabulary)
  const node = findNode(state, step)
  if (node === undefined) throw new Error(`the task of ${template.name} was made without its step ${step}`)
  const bounds = boundsLeftFor(state, node)
  return E.right(validateFragment(parsed.fragment, frameOf(state, node), vocabulary, bounds, NOTHING_USED))
}

const taskOf = (template: Template, vocabulary: Vocabulary): TaskState => {
  const state = emptyState()
  const id = '00000000-0000-7000-8000-000000000000'
  const created = decide(
    state,
    {
      type: 'create-task',
      template,
      input: { value: null },
      priority: 0,
      vocabulary: vocabulary.digest,
      correlation: id,
    },
    { id, nowMs: 0, random: 0, actor: { kind: 'engine' } },
  )
  if (E.isLeft(created)) throw new Error(`the task of ${template.name} was refused: ${created.left.message}`)
  return created.right.reduce(evolve, state)
}
