import { jsx } from 'hono/jsx'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { INNER_HEIGHT, INNER_WIDTH, MAX_INNER_CARDS } from '../../../src/dashboard/task/graph/card.js'
import { passedLayers } from '../../../src/dashboard/task/graph/effort.js'
import { GraphSvg } from '../../../src/dashboard/task/graph/graph-svg.js'
import { AS_IT_COMES, MAX_DRAWN_BOXES } from '../../../src/dashboard/task/graph/grouping.js'
import { type TaskPicture, taskPicture } from '../../../src/dashboard/task/graph/picture.js'
import { step } from '../../demo/happenings.js'
import { keptState, stepsOf, wideState } from './told-graphs.js'

const test = suite('the picture of a graph')

const cardOf = (picture: TaskPicture, name: string) => {
  const card = picture.cards.find(({ id }) => id === name)
  if (card === undefined) throw new Error(`there is no card ${name}`)
  return card
}

const edgeOf = (picture: TaskPicture, from: string, to: string): string | undefined =>
  picture.edges.find((edge) => edge.from === from && edge.to === to)?.settlement

const open = (...ids: ReadonlyArray<string>) => ({ ...AS_IT_COMES, open: new Set(ids) })

test('each phase of the demonstration has its hue, the frame has none, and sixty requests are one card', async () => {
  const picture = taskPicture(await keptState('life-expectancy'))
  assert.equal(
    picture.phases.map(({ name, hue }) => [name, hue]),
    [
      ['plan', 0],
      ['plan/execute', 1],
    ],
  )
  assert.is(cardOf(picture, 'findings').phase, '')
  assert.is(cardOf(picture, 'plan/execute').phase, 'plan')
  const many = cardOf(picture, 'instances:plan/execute/ask_service')
  assert.is(many.shape, 'many')
  assert.equal(many.counts, [['complete', 62]])
  assert.is(picture.steps, 82)
})

test('each kind of step has a shape of its own', async () => {
  const planned = taskPicture(await keptState('life-expectancy'))
  assert.is(cardOf(planned, 'plan').shape, 'planning')
  assert.is(cardOf(planned, 'findings').shape, 'deferred_convergence')
  assert.is(cardOf(planned, 'review').shape, 'gate')
  const decided = taskPicture(await keptState('decision-and-convergence'))
  assert.is(cardOf(decided, 'choose').shape, 'decision')
  assert.is(cardOf(taskPicture(await keptState('batch')), 'instances:work').shape, 'many')
})

test('what is not part of this run is drawn faint, and edges say how they came out', async () => {
  const picture = taskPicture(await keptState('decision-and-convergence'))
  assert.ok(cardOf(picture, 'right').isFaint)
  assert.is(cardOf(picture, 'right').standing, 'absent')
  assert.not(cardOf(picture, 'left').isFaint)
  assert.is(edgeOf(picture, 'left', 'join'), 'satisfied')
  assert.is(edgeOf(picture, 'right', 'join'), 'absent')
  const early = taskPicture(await keptState('decision-and-convergence', 3))
  assert.is(cardOf(early, 'left').standing, 'withheld')
  assert.is(edgeOf(early, 'choose', 'left'), 'open')
})

test('a failure is seen on the way that it takes', async () => {
  const picture = taskPicture(await keptState('planned-in-two-phases-and-failed'))
  assert.is(cardOf(picture, 'plan/deeper/breaks').standing, 'error')
  assert.is(edgeOf(picture, 'plan/deeper/breaks', 'finish'), 'failed')
  assert.is(cardOf(picture, 'finish').standing, 'never_runs')
})

test('a planned step hangs on the step that planned it, and the straight line past the plan is left out', async () => {
  const picture = taskPicture(await keptState('life-expectancy'))
  assert.is(edgeOf(picture, 'plan', 'plan/read_records'), 'satisfied')
  assert.is(edgeOf(picture, 'plan/execute', 'plan/execute/validate_records'), 'satisfied')
  assert.is(edgeOf(picture, 'plan', 'findings'), undefined)
})

test('ten thousand instances are one card with their counts, and cost no layout of their own', () => {
  const picture = taskPicture(wideState(10_000))
  assert.is(picture.cards.length, 3)
  assert.equal(cardOf(picture, 'instances:each').counts, [
    ['in_progress', 3],
    ['ready', 9_997],
  ])
  assert.is(edgeOf(picture, 'list', 'instances:each'), 'open')
  assert.is(edgeOf(picture, 'instances:each', 'gather'), 'open')
})

test('a drawing of ten thousand steps is as small as one of ten', async () => {
  const drawn = async (instances: number): Promise<string> => {
    const drawing = { label: 'a graph', shown: undefined, hueOf: () => undefined, noteOf: () => '', hrefOf: () => '?' }
    return String(await jsx(GraphSvg, { picture: taskPicture(wideState(instances)), drawing }))
  }
  const [few, many] = [await drawn(10), await drawn(10_000)]
  assert.ok(many.length < few.length + 200, `${many.length} characters`)
  assert.match(many, /<title>each, fan-out or batch, complete, 3 in progress, 9,997 ready<\/title>/)
})

test('an opened group shows its steps inside of it, those first that ask for attention', () => {
  const picture = taskPicture(wideState(200), open('instances:each'))
  assert.is(picture.cards.length, 3)
  const each = cardOf(picture, 'instances:each')
  assert.is(each.inner.length, MAX_INNER_CARDS)
  assert.is(each.moreInner, 200 - MAX_INNER_CARDS)
  assert.equal(
    each.inner.slice(0, 4).map(({ step: name, standing }) => `${name} ${standing}`),
    ['each[0] in_progress', 'each[1] in_progress', 'each[2] in_progress', 'each[3] ready'],
  )
  for (const { x, y } of each.inner) assert.ok(x > 0 && x + INNER_WIDTH < each.width && y + INNER_HEIGHT < each.height)
})

test('steps that wait for the same, and are waited for by the same, are drawn together where there are many', () => {
  const names = Array.from({ length: 5_000 }, (_, index) => `s${index}`)
  const state = stepsOf(step('first'), ...names.map((name) => step(name, ['first'])), step('last', names))
  const picture = taskPicture(state)
  assert.equal(
    picture.cards.map(({ id }) => id),
    ['first', 'alike:s0', 'last'],
  )
  assert.is(cardOf(taskPicture(state, open('alike:s0')), 'alike:s0').inner.length, MAX_INNER_CARDS)
})

test('a few steps that are alike stand by themselves', () => {
  const state = stepsOf(
    step('first'),
    step('a', ['first']),
    step('b', ['first']),
    step('c', ['first']),
    step('d', ['first']),
  )
  assert.is(taskPicture(state).cards.length, 5)
})

test('a long row of steps is one card', () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `s${index}`)
  const picture = taskPicture(stepsOf(...names.map((name, index) => step(name, index === 0 ? [] : [`s${index - 1}`]))))
  assert.equal(
    picture.cards.map(({ id, name }) => [id, name]),
    [['chain:s0', '3000 steps in a row']],
  )
})

test('whatever a graph is like, no more is drawn than a page can show', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `s${index}`)
  // Each waits for three that stand before it, and no two for the same.
  const state = stepsOf(
    ...names.map((name, index) =>
      step(
        name,
        [1, 7, 31].flatMap((by) => (index < by ? [] : [`s${index - by}`])),
      ),
    ),
  )
  const picture = taskPicture(state)
  assert.ok(picture.cards.length > 10 && picture.cards.length <= MAX_DRAWN_BOXES)
  assert.equal(cardOf(picture, 'rest:').counts, [['pending', 2_001 - picture.cards.length]])
  assert.is(cardOf(picture, 'rest:').shape, 'group')
})

test('many long edges are grouped away: the layout would take seconds', () => {
  const short = Array.from(
    { length: 50 },
    (_, at) => ({ from: at, to: at + 1, settlement: 'open', decides: false }) as const,
  )
  assert.is(passedLayers(51, short), 50)
  const long = Array.from(
    { length: 49 },
    (_, at) => ({ from: at, to: 50, settlement: 'open', decides: false }) as const,
  )
  assert.is(passedLayers(51, [...short, ...long]), 50 + (49 * 52) / 2)
  assert.is(passedLayers(2, [{ ...short[0]!, from: 1, to: 0 }, short[0]!]), 2)
})

test('a fragment can be closed into one card, with what was planned inside of it', async () => {
  const state = await keptState('life-expectancy')
  const outer = taskPicture(state, { ...AS_IT_COMES, closed: new Set(['plan']) })
  assert.equal(outer.cards.map(({ id }) => id).sort(), ['findings', 'phase:plan', 'plan', 'report_by_region', 'review'])
  assert.equal(cardOf(outer, 'phase:plan').counts, [['complete', 78]])
  const inner = taskPicture(state, { ...AS_IT_COMES, closed: new Set(['plan/execute']) })
  assert.ok(inner.cards.some(({ id }) => id === 'plan/read_records'))
  assert.ok(inner.cards.some(({ id }) => id === 'phase:plan/execute'))
})

test('a step that is looked for is found in the group that holds it', () => {
  assert.is(taskPicture(wideState(50), AS_IT_COMES, 'each[7]').shown, 'instances:each')
  assert.is(taskPicture(wideState(50), AS_IT_COMES, 'gather').shown, 'gather')
  assert.is(taskPicture(wideState(50), AS_IT_COMES, 'nobody').shown, undefined)
})

test('no two cards lie upon each other', async () => {
  for (const name of ['life-expectancy', 'decision-and-convergence', 'gates-escalated-and-rejected', 'batch']) {
    const { cards, width, height } = taskPicture(await keptState(name))
    for (const [index, one] of cards.entries()) {
      assert.ok(one.x >= 0 && one.x + one.width <= width && one.y >= 0 && one.y + one.height <= height)
      for (const other of cards.slice(index + 1)) {
        const isApart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y
        assert.ok(isApart, `${name}: ${one.id} lies on ${other.id}`)
      }
    }
  }
})

test.run()
