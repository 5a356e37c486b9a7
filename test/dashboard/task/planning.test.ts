import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contentsOf } from '../../../src/audit/told-task.js'
import type { Finding } from '../../../src/core/finding.js'
import type { JsonObject } from '../../../src/core/json.js'
import { markedJson, valueAt } from '../../../src/dashboard/task/planning/marked-json.js'
import { isOfPlanning, planningView } from '../../../src/dashboard/task/planning/planning-view.js'
import { MAX_PROPOSED_CARDS, proposalPicture } from '../../../src/dashboard/task/planning/proposal-picture.js'
import { streamOf } from '../../../src/engine/ids.js'
import { packageRoot } from '../../../src/package-root.js'
import { recordIn } from '../../audit/kept-history.js'
import { fragmentOf, plannedFrame, plannedTasker } from '../../support/planned-tasker.js'
import { keptEvents } from './told-graphs.js'

const test = suite('the planning of a task')

const planned = async (name: string) => {
  const events = await keptEvents(name)
  const { record, stream } = recordIn(join(packageRoot, 'test/audit/histories', `${name}.ndjson`))
  const read = await contentsOf(record, stream, events.filter(isOfPlanning))
  return planningView(
    events,
    events.map((_, index) => new Date(index * 1_000).toISOString()),
    read,
  )
}

test('each planning step has its calls, with when they were asked, answered and judged', async () => {
  const steps = await planned('life-expectancy')
  assert.equal(
    steps.map(({ step, calls }) => [step, calls.map(({ outcome }) => outcome.kind)]),
    [
      ['plan', ['rejected', 'accepted']],
      ['plan/execute', ['accepted']],
    ],
  )
  const [first] = steps[0]?.calls ?? []
  assert.ok(first !== undefined && first.fragment !== null)
  assert.is(Date.parse(first.answeredAt ?? '') - Date.parse(first.askedAt), 1_000)
  assert.is(first.spent?.plannerCalls, 1)
  assert.match(steps[0]?.goal ?? '', /life expectancy/)
})

test('a revision says what it changed of the proposal before, by step and by key', async () => {
  const [step] = await planned('life-expectancy')
  const [first, second] = step?.calls ?? []
  assert.is(first?.changes, null)
  const paths = (second?.changes ?? []).map(({ kind, path }) => `${kind} ${path}`)
  assert.ok(paths.includes('added convergence'), paths.join('; '))
  assert.ok(paths.some((path) => path.startsWith('added steps.')))
})

test('a plan that a person edited is told as that person’s, and compared with the planner’s', async () => {
  const steps = await planned('planned-approved-and-edited')
  const edited = steps.flatMap(({ calls }) => calls).find(({ by }) => by.kind === 'person')
  assert.ok(edited !== undefined)
  assert.ok((edited.changes ?? []).length > 0)
  assert.ok(steps.some(({ calls }) => calls.some(({ approvedBy }) => approvedBy.length > 0)))
})

test('a plan that was accepted and not carried out says why: another took its place, or people rejected it', async () => {
  const { tasker, events, log } = await plannedTasker(() => fragmentOf([{ name: 'a' }]))
  const task = await tasker.tasks.create(await tasker.template(plannedFrame({ approve_plan: true })), {})
  await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
  await tasker.gates.editPlan(task.id, 'plan', fragmentOf([{ name: 'b', handler: 'unheard_of' }]), { actor: 'ada' })
  await tasker.gates.editPlan(task.id, 'plan', fragmentOf([{ name: 'b' }]), { actor: 'ada' })
  await tasker.gates.reject(task.id, 'plan', { actor: 'ben', comment: 'too dear' })
  const told = await events(task.id)
  const read = await contentsOf(log, streamOf(task.id), told.filter(isOfPlanning))
  const [step] = planningView(told, [], read)
  assert.equal(
    step?.calls.map(({ outcome, dropped }) => [outcome.kind, dropped]),
    [
      ['accepted', 'another plan took its place'],
      ['rejected', null],
      ['accepted', 'ben rejected it: too dear'],
    ],
  )
  await tasker.close()
})

const fragment = (steps: ReadonlyArray<JsonObject>, convergence: string | null = 'finish'): JsonObject => ({
  fragment_version: '1.0',
  steps: [...steps],
  ...(convergence === null ? {} : { convergence }),
})

const found = (path: string): Finding => ({ code: 'invalid_config', path, message: 'no' })

test('a finding marks the step that it was found at, and a finding of the convergence marks that', () => {
  const { picture, marks } = proposalPicture({
    step: 'plan',
    fragment: fragment([
      { name: 'a', handler: 'ok' },
      { name: 'b', handler: 'ok', dependencies: ['a'] },
    ]),
    findings: [found('steps.1.config.url'), found('convergence')],
    materialised: null,
  })
  assert.equal(
    [...marks].map(([id, { kind }]) => [id, kind]),
    [
      ['1:b', 'bad'],
      ['convergence:', 'bad'],
    ],
  )
  assert.equal(
    picture.edges.map(({ from, to }) => `${from} > ${to}`),
    ['planner: > 0:a', '0:a > 1:b', '1:b > convergence:'],
  )
})

test('what came of a proposal lies over it: made, left out, and not proposed', () => {
  const { marks } = proposalPicture({
    step: 'plan',
    fragment: fragment([
      { name: 'a', handler: 'ok' },
      { name: 'b', handler: 'ok' },
    ]),
    findings: [],
    materialised: ['plan/a', 'plan/a~gate'],
  })
  assert.equal(
    [...marks].map(([id, { kind }]) => [id, kind]),
    [
      ['0:a', 'made'],
      ['1:b', 'removed'],
      ['made:plan/a~gate', 'added'],
    ],
  )
})

test('an answer of any shape is drawn as far as it goes', () => {
  const steps = [
    'no step',
    { name: 7 },
    { name: 'x', dependencies: ['y', 3] },
    { name: 'y', dependencies: ['x'] },
    { name: 'x' },
  ]
  const { picture } = proposalPicture({
    step: 'plan',
    fragment: { steps, convergence: [] },
    findings: [],
    materialised: null,
  })
  assert.is(picture.cards.length, 6)
  assert.ok(picture.cards.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)))
  assert.is(
    proposalPicture({ step: 'p', fragment: { steps: 'none' }, findings: [], materialised: null }).picture.cards.length,
    1,
  )
})

test('of a proposal without measure the first steps are drawn', () => {
  const steps = Array.from({ length: 5_000 }, (_, index) => ({ name: `s${index}`, handler: 'ok' }))
  const { picture, more } = proposalPicture({
    step: 'plan',
    fragment: fragment(steps),
    findings: [],
    materialised: null,
  })
  assert.is(picture.cards.length, MAX_PROPOSED_CARDS + 2)
  assert.is(more, 5_000 - MAX_PROPOSED_CARDS)
})

test('lines are marked from the path of a finding downwards, and no others', () => {
  const lines = markedJson({ steps: [{ name: 'a' }, { name: 'b', config: { url: 'u' } }] }, ['steps.1.config'])
  assert.equal(
    lines.filter(({ isMarked }) => isMarked).map(({ text }) => text.trim()),
    ['"config": {', '"url": "u"', '}'],
  )
  assert.equal(JSON.parse(lines.map(({ text }) => text).join('\n')), {
    steps: [{ name: 'a' }, { name: 'b', config: { url: 'u' } }],
  })
  assert.ok(markedJson({ a: 1 }, ['']).every(({ isMarked }) => isMarked))
})

test('what stands at a path is found, and nothing where nothing does', () => {
  const value = { steps: [{ name: 'a' }], toString: null }
  assert.is(valueAt(value, 'steps.0.name'), 'a')
  assert.is(valueAt(value, 'steps.length'), undefined)
  assert.is(valueAt(value, 'constructor'), undefined)
  assert.is(valueAt(value, 'steps.7.name.x'), undefined)
})

test.run()
