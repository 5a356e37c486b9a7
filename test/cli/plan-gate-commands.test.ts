/** A plan that waits, as people handle it on the command line: shown, changed, decided about. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withFolder } from '../support/temporary-folder.js'
import { type Workbench, workbench } from './workbench.js'

const test = suite('gates of plans on the command line')

const SUMS = {
  name: 'sums',
  handler: 'aggregate',
  config: { items: '${task.context.sales}', group_by: { region: 'region' }, operation: 'sum', value: 'amount' },
}

const FRAGMENT = {
  fragment_version: '1.0',
  planning_context: { goal: 'Sums by region', reasoning: 'Grouping is all that is asked.' },
  steps: [SUMS],
  convergence: 'outcome',
}

interface Waiting extends Workbench {
  readonly task: string
  readonly cwd: string
}

/** The sales are planned, and the plan waits. */
const waiting = (use: (waiting: Waiting) => Promise<void>) => () =>
  withFolder(async (cwd) => {
    const recorded = { recorded_version: '1.0', answers: [{ step: 'plan', answer: FRAGMENT }] }
    writeFileSync(join(cwd, 'answers.json'), JSON.stringify(recorded))
    writeFileSync(join(cwd, 'sales.json'), JSON.stringify({ sales: [{ region: 'north', amount: 3 }] }))
    const bench = workbench(cwd)
    const goal = ['plan', 'Sum by region', '--input', 'sales.json', '--planner', 'recorded:answers.json', '--json']
    const { taskId } = JSON.parse((await bench.tasker(...goal)).stdout)
    await use({ ...bench, cwd, task: taskId })
  })

test(
  'a plan is shown as a picture, with who is asked, its reasons and the digest that a vote is bound to',
  waiting(async ({ tasker, task }) => {
    const { exit, stdout } = await tasker('gate', 'show', task, 'plan')
    assert.is(exit, 0)
    for (const said of [
      'May the plan of plan be carried out?',
      'asked:   anybody; 0 of 1 approved',
      '● sums',
      '▼ outcome',
      'Grouping is all that is asked.',
    ]) {
      assert.match(stdout, said)
    }
    const digest = /digest: {2}(\S+)/.exec(stdout)?.[1] ?? ''
    assert.is((await tasker('gate', 'approve', task, 'plan', '--digest', 'sha256:other')).exit, 1)
    assert.is((await tasker('gate', 'approve', task, 'plan', '--digest', digest)).exit, 0)
    const closed = await tasker('gate', 'show', task, 'plan')
    assert.equal([closed.exit, /gate_not_open/.test(closed.stderr)], [1, true])
  }),
)

test(
  'a plan is taken out, changed and put in again: judged like any other, and shown with what is different',
  waiting(async ({ tasker, task, cwd }) => {
    const taken = await tasker('gate', 'show', task, 'plan', '--fragment')
    assert.equal(JSON.parse(taken.stdout), FRAGMENT)
    const write = (name: string, from: string, to: string) =>
      writeFileSync(join(cwd, name), taken.stdout.replace(from, to))
    write('bad.json', '"aggregate"', '"aggregat"')
    const bad = await tasker('gate', 'edit', task, 'plan', 'bad.json')
    assert.is(bad.exit, 1)
    assert.match(bad.stdout, 'rejected: nothing of it exists, and the plan before it still waits')
    assert.match(bad.stdout, 'unknown_handler steps.0.handler')
    write('good.json', '"sum"', '"max"')
    const good = await tasker(
      'gate',
      'edit',
      task,
      'plan',
      'good.json',
      '--as',
      'ada',
      '--reasoning',
      'the largest is asked',
    )
    assert.equal([good.exit, good.stdout.trim()], [0, 'accepted: your plan waits for approval in its place'])
    const shown = (await tasker('gate', 'show', task, 'plan')).stdout
    assert.match(shown, 'proposed by ada: the largest is asked')
    assert.match(shown, 'steps.sums.config.operation: "sum" → "max"')
    const json = JSON.parse((await tasker('gate', 'show', task, 'plan', '--json')).stdout)
    assert.equal([json.step, json.proposal.by, json.proposal.differences.length > 0], ['plan', 'ada', true])
    assert.equal(JSON.parse(readFileSync(join(cwd, 'good.json'), 'utf8')), json.context)
  }),
)

test(
  'what is no bound, no gate or no fragment is bad usage',
  waiting(async ({ tasker, task, cwd }) => {
    const bounds = await tasker('gate', 'approve', task, 'plan', '--bounds', 'max_stps=5')
    assert.equal([bounds.exit, /did you mean max_steps/.test(bounds.stderr)], [2, true])
    writeFileSync(join(cwd, 'list.json'), '[]')
    assert.match((await tasker('gate', 'edit', task, 'plan', 'list.json')).stderr, 'holds no JSON object')
    assert.match((await tasker('gate', 'edit', task, 'outcome', 'sales.json')).stderr, 'gate_not_open')
    assert.is((await tasker('gate', 'reject', task, 'plan', '--bounds', 'max_steps=5')).exit, 2)
  }),
)

test.run()
