/** The twelve goals that ship with Tasker, planned by the answers that ship with them, by rules, and by a wire. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { COMMANDS } from '../../src/cli/command-table.js'
import { loadConfig } from '../../src/cli/config/config.js'
import { plannerOf } from '../../src/open-planner.js'
import { openScratch } from '../../src/outside.js'
import { packageRoot } from '../../src/package-root.js'
import { silentLogger } from '../../src/ports/logger.js'
import { type EvaluationGoal, loadGoals } from '../../src/templates/goal-file.js'
import { startChatServer } from '../support/chat-server.js'
import { withFolder } from '../support/temporary-folder.js'
import { pretend } from './pretended-system.js'

const test = suite('tasker eval planner')

const GOALS = {
  folder: join(packageRoot, 'catalog/templates/eval'),
  answers: join(packageRoot, 'catalog/templates/eval/answers.recorded.json'),
}

const evaluate = async (cwd: string, ...argv: ReadonlyArray<string>) => {
  const catalog = createCatalog()
  try {
    return await pretend(COMMANDS, ['eval', 'planner', ...argv], {
      cwd,
      goals: GOALS,
      openScratch,
      openPlanner: (choice) => plannerOf(choice, cwd, {}),
      vocabularyOf: (handlers) => vocabularyOf([...catalog.handlers, ...handlers]),
    })
  } finally {
    await catalog.close()
  }
}

interface Told {
  readonly goal: string
  readonly good: boolean
  readonly first_try: boolean
  readonly revisions: number
  readonly findings: Readonly<Record<string, number>>
}

test('the recorded answers have a good plan for every goal, some of them after a revision', async () => {
  const { exit, stdout } = await evaluate('/', '--json')
  assert.is(exit, 0, stdout)
  const { provider, goals, total } = JSON.parse(stdout)
  assert.equal([provider, goals.length], ['recorded', 12])
  assert.equal(
    goals.filter(({ good }: Told) => !good),
    [],
  )
  assert.equal(
    goals.flatMap(({ goal, revisions, findings }: Told) => (revisions > 0 ? [[goal, Object.keys(findings)]] : [])),
    [
      ['convert-readings', ['schema']],
      ['enrich-each', ['host_not_allowed']],
      ['partition-records', ['unknown_handler']],
      ['report-by-webhook', ['secret_not_allowed']],
      ['within-narrow-bounds', ['bounds_exceeded']],
    ],
  )
  assert.equal(
    [total.goals, total.good, total.phases, total.valid_at_first_try, total.accepted, total.revisions],
    [12, 12, 12, 7, 12, 5],
  )
  assert.is(total.models.recorded.calls, 17)
  assert.is(new Set(goals.map(({ shape }: { readonly shape: string }) => shape)).size, 12)
})

test('the table has a line for each goal, and the sums', async () => {
  const { exit, stdout, stderr } = await evaluate('/', 'enrich-each', 'side-by-side')
  assert.is(exit, 0)
  assert.match(stdout, /^ *goal +shape +first try +revisions +found +plan +cost +time$/m)
  assert.match(stdout, /^ *enrich-each +fan-out and convergence +no +1 +host_not_allowed +good +\$0\.0000 +0\.\d s$/m)
  assert.match(stdout, '1 of 2 valid at the first try, 2 valid after 1 revision, 2 good')
  assert.match(stdout, /^recorded: 3 calls/m)
  assert.match(stderr, 'measure nothing but themselves')
})

test('a planner without good plans is exit code 1, and the table says what is missing', () =>
  withFolder(async (cwd) => {
    const step = "{ name: 'copy', handler: 'transform', config: { input: '${task.context}', expression: '@' } }"
    writeFileSync(
      join(cwd, 'rules.mjs'),
      `const fragment = { fragment_version: '1.0', planning_context: { goal: 'g', reasoning: 'r' }, steps: [${step}], convergence: 'outcome' }
       export default { provider: 'rules', plan: async ({ facts }) => facts.goal.startsWith('Three')
         ? { kind: 'failed', code: 'no_rule', message: 'no rule', retryable: false }
         : { kind: 'answered', raw: JSON.stringify(fragment), stopReason: 'end_turn', model: 'copy', costUsd: 0.5,
             usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 } },
         foresee: () => ({ usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 }, costUsd: 0.5 }) }`,
    )
    const asked = ['convert-readings', 'enrich-each', 'side-by-side', '--planner', 'rules:./rules.mjs']
    const { exit, stdout } = await evaluate(cwd, ...asked)
    assert.is(exit, 1)
    assert.match(stdout, /^ *convert-readings .* yes +0 +good +\$0\.5000/m)
    assert.match(
      stdout,
      /^ *enrich-each .* valid, but does not use fan_out; does not use http_request; does not use aggregate;/m,
    )
    assert.match(stdout, /^ *side-by-side .* none: no_rule /m)
    assert.match(stdout, 'failed calls: no_rule')
  }))

test('a model behind a wire is measured by what it answers, uses and takes', async () => {
  const content = JSON.stringify({
    fragment_version: '1.0',
    planning_context: { goal: 'g', reasoning: 'r', estimated_steps: 1, estimated_depth: 1 },
    steps: [
      {
        ...{ name: 'convert', handler: 'transform', step_type: 'standard', dependencies: [], inputs: '{}' },
        ...{ retry: null, timeout_seconds: null, requires: null, tolerate_failures: null, on_empty: null },
        ...{ batch_config: null, bounds: null },
        config: JSON.stringify({
          input: '${task.context.readings}',
          each: true,
          mapping: { station: 'station', celsius: 'value' },
        }),
      },
    ],
    convergence: 'outcome',
    resource_bounds: null,
  })
  const server = await startChatServer([{ kind: 'completion', content, model: 'small-1' }], { key: false })
  try {
    const asked = ['convert-readings', '--planner', `openai:${server.url}`, '--model', 'small', '--json']
    const { exit, stdout } = await evaluate('/', ...asked)
    assert.is(exit, 0, stdout)
    const { goals, total } = JSON.parse(stdout)
    assert.equal([goals[0].first_try, goals[0].good], [true, true])
    const { input_tokens, cache_read_tokens, output_tokens, calls, took_ms } = total.models['small-1']
    assert.equal([calls, input_tokens, cache_read_tokens, output_tokens], [1, 20, 10, 20])
    assert.ok(took_ms >= 0)
    assert.is(server.received[0]?.body.model, 'small')
  } finally {
    await server.close()
  }
})

test('an endpoint that is not told a model is not asked', async () => {
  for (const command of [
    ['eval', 'planner'],
    ['plan', 'Tell the time'],
  ]) {
    const { exit, stdout } = await pretend(
      COMMANDS,
      [...command, '--planner', 'openai:http://127.0.0.1:9/v1', '--json'],
      {
        ...{ goals: GOALS, vocabularyOf: () => vocabularyOf(createCatalog().handlers) },
      },
    )
    assert.equal([exit, JSON.parse(stdout).error.code], [2, 'model_not_named'])
  }
})

test('a goal that is not there, and a folder without goals or with a wrong one, are bad usage', () =>
  withFolder(async (cwd) => {
    assert.match((await evaluate(cwd, 'enrich-all')).stderr, 'did you mean enrich-each?')
    assert.is((await evaluate(cwd, '--goals', '.')).exit, 2)
    writeFileSync(
      join(cwd, 'one.yaml'),
      'goal_version: "1.0"\nshape: x\ninput: {}\ntemplate: {}\nsatisfies: {use: [x]}',
    )
    const { exit, stderr } = await evaluate(cwd, '--goals', '.')
    assert.is(exit, 2)
    assert.match(stderr, 'goal_invalid')
    assert.match(stderr, 'satisfies.use')
  }))

/** Goals whose plans need no network, carried out in truth. */
const OUTCOMES: Readonly<Record<string, unknown>> = {
  'convert-readings': [
    [
      { station: 'Bern', celsius: -2.5 },
      { station: 'Thun', celsius: -1 },
    ],
  ],
  'totals-by-group': [{ country: 'CH', orders: 2, amount: 150.5, mean_amount: 75.25 }],
  'partition-records': { valid: ['Ada'] },
  'from-what-was-loaded': { pop: 44_003_628 },
  'side-by-side': [{ team: 'A', value: 1 }],
}

test('the recorded plans do what their goals ask for', async () => {
  const catalog = createCatalog()
  const goals = await loadGoals(GOALS.folder, vocabularyOf(catalog.handlers))
  await catalog.close()
  if (E.isLeft(goals)) throw new Error(goals.left.map(({ message }) => message).join('\n'))
  const planner = await plannerOf({ kind: 'recorded', file: GOALS.answers }, '/', {})
  const config = loadConfig({ flags: {}, environment: {}, cwd: '/', defaults: { plannerModel: '', actor: '' } })
  if (E.isLeft(config)) throw config.left
  const tasker = await openScratch(config.right, silentLogger, [], planner)
  const carriedOut = async ({ template, input, step }: EvaluationGoal): Promise<string> => {
    const task = await tasker.tasks.create(template, input)
    await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
    await tasker.gates.approve(task.id, step, { actor: 'ada' })
    const { status, steps } = await task.result()
    assert.is(status, 'complete', template.name)
    return JSON.stringify(steps.outcome?.result)
  }
  try {
    for (const [name, expected] of Object.entries(OUTCOMES)) {
      const goal = goals.right.find((each) => each.name === name)
      if (goal === undefined) throw new Error(`there is no goal ${name}`)
      assert.match(await carriedOut(goal), JSON.stringify(expected).slice(1, -1))
    }
  } finally {
    await tasker.close()
  }
})

test.run()
