/** From a sentence to a plan, over a log in memory. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { boundsIn } from '../../src/cli/bounds-option.js'
import { withFolder } from '../support/temporary-folder.js'
import { type Workbench, workbench } from './workbench.js'

const test = suite('tasker plan')

const fragment = (steps: ReadonlyArray<object>, reasoning = 'Grouping by region is all that is asked.') => ({
  fragment_version: '1.0',
  planning_context: { goal: 'Sums by region', reasoning },
  steps,
  convergence: 'outcome',
})

const SUMS = {
  name: 'sums',
  handler: 'aggregate',
  config: { items: '${task.context.sales}', group_by: { region: 'region' }, operation: 'sum', value: 'amount' },
}

const ANSWERS = [
  fragment([{ ...SUMS, config: { ...SUMS.config, operation: 'total' } }], 'The first try.'),
  fragment([
    SUMS,
    {
      name: 'largest',
      handler: 'transform',
      dependencies: ['sums'],
      config: { input: '${steps.sums.result.value}', expression: 'max_by(@, &value)' },
    },
  ]),
]

const GOAL = 'Sum the ${amounts} by region, and name the largest'

const inPlace =
  (
    answers: ReadonlyArray<object>,
    use: (
      bench: Workbench & { plan(...more: ReadonlyArray<string>): ReturnType<Workbench['tasker']> },
    ) => Promise<void>,
  ) =>
  () =>
    withFolder(async (cwd) => {
      const recorded = {
        recorded_version: '1.0',
        answers: answers.map((answer) => ({ step: 'plan', answer, cost_usd: 0.25 })),
      }
      writeFileSync(join(cwd, 'answers.json'), JSON.stringify(recorded))
      const sales = [
        { region: 'north', amount: 3 },
        { region: 'south', amount: 4 },
        { region: 'north', amount: 5 },
      ]
      writeFileSync(join(cwd, 'sales.json'), JSON.stringify({ sales }))
      const bench = workbench(cwd)
      const plan = (...more: ReadonlyArray<string>) =>
        bench.tasker('plan', GOAL, '--input', 'sales.json', '--planner', 'recorded:answers.json', ...more)
      await use({ ...bench, plan })
    })

test(
  'the plan is shown with what was rejected before it and what it will take, and nothing of it has run',
  inPlace(ANSWERS, async ({ plan, tasker }) => {
    const { exit, stdout, stderr } = await plan()
    assert.is(exit, 0, stderr)
    for (const said of [
      'plan, call 1: REJECTED by validation',
      'invalid_config at steps.0.config.operation',
      'plan, call 2: accepted by validation',
      '● plan/sums',
      '▼ outcome',
      'estimate: 2 steps, 2 levels deep',
      'planning has cost $0.5000 (2 calls, 0 tokens)',
      '1/60 steps (and 2 promised)',
    ]) {
      assert.match(stdout, said)
    }
    assert.match(stderr, 'nothing of it has run')
    const task = /tasker gate approve (\S+) plan/.exec(stderr)?.[1] ?? ''
    const shown = JSON.parse((await tasker('task', 'show', task, '--json')).stdout)
    assert.equal([shown.status, shown.steps.length], ['waiting_for_approval', 1])
  }),
)

test(
  'with --run the very plan that was shown is carried out, and no model is asked again',
  inPlace(ANSWERS, async ({ plan }) => {
    const shown = JSON.parse((await plan('--json')).stdout)
    assert.equal([shown.valid, shown.status, shown.calls.length], [true, 'waiting_for_approval', 2])
    assert.equal(
      shown.plan.graph.steps.map(({ name }: { readonly name: string }) => name),
      ['plan/sums', 'plan/largest'],
    )
    assert.equal([shown.estimate.steps, shown.estimate.further_phases], [2, 0])
    const ran = await plan('--run', '--json')
    const { taskId, status, steps, calls, plan: carriedOut } = JSON.parse(ran.stdout)
    assert.equal([ran.exit, taskId, status, calls.length], [0, shown.taskId, 'complete', 2])
    assert.is(carriedOut.digest, shown.plan.digest)
    assert.equal(steps.outcome.result.value, [{ region: 'north', value: 8 }])
    // What is over is told again.
    const again = await plan('--run')
    assert.is(again.exit, 0)
    assert.match(again.stderr, `task ${taskId} has this goal already`)
    assert.match(again.stdout, `complete ${taskId}`)
  }),
)

test(
  'other bounds, another goal or --again are planned anew',
  inPlace(ANSWERS, async ({ plan, tasker }) => {
    const idOf = async (...more: ReadonlyArray<string>) => JSON.parse((await plan('--json', ...more)).stdout).taskId
    const [first, bounded, again] = [await idOf(), await idOf('--bounds', 'max_steps=10'), await idOf('--again')]
    assert.is(new Set([first, bounded, again]).size, 3)
    // What was shown last is what is meant from then on.
    assert.equal([await idOf(), await idOf('--bounds', 'max_steps=10')], [again, bounded])
    const third = await idOf('--again')
    const carriedOut = await plan('--run')
    assert.match(carriedOut.stdout, `complete ${third}`)
    const ids = [first, bounded, again, third]
    const other = await tasker(
      'plan',
      'Another goal',
      '--input',
      'sales.json',
      '--planner',
      'recorded:answers.json',
      '--json',
    )
    assert.not(ids.includes(JSON.parse(other.stdout).taskId))
  }),
)

test(
  'where no proposal is accepted the findings are told, and nothing can be run',
  inPlace([ANSWERS[0] ?? {}, ANSWERS[0] ?? {}, ANSWERS[0] ?? {}, ANSWERS[0] ?? {}], async ({ plan }) => {
    for (const more of [[], ['--run']]) {
      const { exit, stdout } = await plan(...more)
      assert.is(exit, 1)
      assert.match(stdout, 'plan_rejected')
      assert.match(stdout, 'plan, call 4: REJECTED')
    }
    const told = JSON.parse((await plan('--json')).stdout)
    assert.equal([told.valid, told.plan, told.status], [false, null, 'blocked_by_failures'])
    assert.equal(
      told.findings.map(({ code }: { readonly code: string }) => code),
      ['invalid_config'],
    )
  }),
)

test(
  'what a plan may use is what the bounds say',
  inPlace(ANSWERS, async ({ plan }) => {
    const told = JSON.parse((await plan('--json', '--bounds', 'max_steps=3 allowed_hosts=a.example,b.example')).stdout)
    assert.is(told.valid, false)
    assert.equal(
      told.findings.map(({ code, bound }: { readonly code: string; readonly bound?: string }) => [code, bound]),
      [['bounds_exceeded', 'max_steps']],
    )
  }),
)

test(
  'a goal without a planner, without words, or with bounds that are none is bad usage',
  inPlace([], async ({ tasker, plan }) => {
    const alone = await tasker('plan', GOAL, '--json')
    assert.is(alone.exit, 2)
    assert.is(JSON.parse(alone.stdout).error.code, 'planner_not_configured')
    assert.is((await tasker('plan', ' ', '--planner', 'recorded:answers.json')).exit, 2)
    assert.match((await plan('--bounds', 'max_stepps=3')).stderr, 'did you mean max_steps?')
    assert.match((await plan('--bounds', 'max_steps=many')).stderr, 'max_steps is a number from 0')
    assert.is((await plan('--bounds', 'max_phases=0')).exit, 2)
    assert.match((await plan('--bounds', 'allowed_handlers=transfrom')).stderr, 'did you mean transform?')
  }),
)

test('bounds are written by their own names, lists by commas', () => {
  assert.equal(boundsIn(['max_steps=5 max_cost_usd=0.5', 'allowed_hosts=a,b allowed_secrets=', 'max_steps=7']), {
    max_steps: 7,
    max_cost_usd: 0.5,
    allowed_hosts: ['a', 'b'],
    allowed_secrets: [],
  })
})

test.run()
