/**
 * What a planner without any judgement answers: fragments from a grammar in which everything occurs, planning steps
 * inside of fragments most of all, with a mistake here and there, and now and then no fragment at all.
 */
import type { Json, JsonObject } from '../../src/core/json.js'
import type { Dice } from '../support/dice.js'

export const randomAnswer = (dice: Dice, step: string): JsonObject | string => {
  if (dice.chance(0.08)) return dice.one(['', 'I would rather not.', '{"steps": [', 'null', '[]', '{}'])
  const count = dice.upTo(5)
  const slips = dice.chance(0.4)
  const steps: JsonObject[] = []
  for (let index = 0; index < count; index++) steps.push(randomStep(dice, steps, slips))
  const fragment: JsonObject = {
    fragment_version: '1.0',
    planning_context: { goal: 'go on', reasoning: 'more is more' },
    steps,
    ...(count === 0
      ? {}
      : {
          convergence:
            slips && dice.chance(0.2) ? dice.one(['look', 'nowhere']) : step.startsWith('again') ? 'finale' : 'merge',
        }),
    ...(dice.chance(0.1) ? { resource_bounds: { max_steps: 1 + dice.upTo(12), max_fan_out: 1 + dice.upTo(3) } } : {}),
  }
  return slips && dice.chance(0.2)
    ? { ...fragment, [dice.one(['extra', 'fragment_version', 'steps'])]: 'wrong' }
    : fragment
}

const randomStep = (dice: Dice, before: ReadonlyArray<JsonObject>, slips: boolean): JsonObject => {
  const name = slips && dice.chance(0.06) ? dice.one(['merge', 'A b', 's0', '']) : `s${before.length}`
  const dependencies = before.filter(() => dice.chance(0.3)).map((step) => String(step.name))
  const lost = slips && dice.chance(0.06) ? [dice.one(['nowhere', name, 'merge'])] : []
  return {
    name,
    dependencies: [...dependencies, ...lost],
    ...(slips && dice.chance(0.2) ? slip(dice) : randomWork(dice)),
  }
}

const RETRY: JsonObject = { retry: { max_attempts: 2, backoff: 'none' } }

const randomWork = (dice: Dice): JsonObject => {
  const kind = dice.upTo(20)
  if (kind < 6) return { handler: 'ok' }
  if (kind < 7) return { handler: 'broken' }
  if (kind < 14) return randomPlanning(dice)
  if (kind < 17) return { handler: 'fan_out', config: randomFanOut(dice, 2), dependencies: ['look'], ...RETRY }
  if (kind < 18) return { handler: 'gate', step_type: 'gate', config: { question: 'May it?' } }
  return { handler: 'transform', config: { input: 1, expression: '@' }, ...RETRY }
}

const slip = (dice: Dice): JsonObject =>
  dice.one<JsonObject>([
    { handler: 'unheard_of' },
    { handler: 'persist' },
    { handler: 'transform', config: { input: '${steps.nowhere.result}', expression: '@' } },
    { handler: 'transform', config: { input: 1, expression: 'a-b' } },
    { handler: 'decide', step_type: 'decision', config: { rules: [{ when: '`true`', create: ['s9'] }] } },
    { handler: 'ok', step_type: 'deferred_convergence' },
    { handler: 'plan', config: {} },
  ])

const randomPlanning = (dice: Dice): JsonObject => ({
  handler: 'plan',
  step_type: 'planning',
  config: {
    goal: 'even more',
    max_revisions: dice.upTo(3),
    max_replans: dice.upTo(3),
    on_exhausted: dice.one(['fail', 'converge', 'gate']),
    ...(dice.chance(0.2) ? { approve_plan: true } : {}),
  },
  ...(dice.chance(0.1) ? { bounds: { max_steps: 1 + dice.upTo(9), max_planner_calls: 1 + dice.upTo(3) } } : {}),
  ...RETRY,
})

const randomFanOut = (dice: Dice, depth: number): JsonObject => {
  const written: Json = Array.from({ length: dice.upTo(6) }, (_, index) => index)
  const items = dice.chance(0.5) ? written : '${steps.look.result}'
  if (depth > 0 && dice.chance(0.3)) return { items, handler: 'fan_out', handler_config: randomFanOut(dice, depth - 1) }
  return { items, handler: dice.one(['ok', 'ok', 'broken']), handler_config: {}, max_attempts: 1 }
}
