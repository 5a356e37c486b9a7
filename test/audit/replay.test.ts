import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TaskRecord } from '../../src/audit/record-pages.js'
import { type Replay, type ReplayOptions, replayTask } from '../../src/audit/replay.js'
import type { JsonObject } from '../../src/core/json.js'
import { streamOf } from '../../src/engine/ids.js'

import { fragmentOf, ok, type Planned, plannedFrame, plannedTasker } from '../support/planned-tasker.js'

const test = suite('a replay')

const replay = async (record: TaskRecord, task: string, options: ReplayOptions): Promise<Replay> => {
  const replayed = await replayTask(record, streamOf(task), options)
  if (E.isLeft(replayed)) throw new Error(replayed.left.message)
  return replayed.right
}

/** A task whose first plan is rejected and whose second one is carried out. */
const twiceAsked = async (use: (planned: Planned, task: string) => Promise<void>, frame: JsonObject = {}) => {
  const planned = await plannedTasker(({ call }) =>
    fragmentOf([
      { name: 'one', handler: call === 1 ? 'nobody' : 'ok' },
      { name: 'two', dependencies: ['one'] },
    ]),
  )
  try {
    const template = await planned.tasker.template(plannedFrame({}, frame))
    const task = await planned.tasker.tasks.create(template, {})
    assert.is((await task.result()).status, 'complete')
    await use(planned, task.id)
  } finally {
    await planned.tasker.close()
  }
}

test('comes to what the log says, and every decision is what it was', () =>
  twiceAsked(async ({ tasker, log }, task) => {
    const { vocabulary } = tasker
    const replayed = await replay(log, task, { vocabulary })
    assert.is(replayed.state.phase.kind, 'complete')
    assert.equal(replayed.differences, [])
    assert.equal(
      replayed.decisions.map(({ recorded, today, same, bounds }) => [
        recorded.verdict,
        today.verdict,
        same,
        bounds.version,
      ]),
      [
        ['rejected', 'rejected', true, 1],
        ['accepted', 'accepted', true, 1],
      ],
    )
    assert.is(replayed.decisions[1]?.bounds.left.max_planner_calls, 4)
  }))

test('by another catalog says which findings differ, without asking anybody', () =>
  twiceAsked(async ({ tasker, log }, task) => {
    const without = [...tasker.vocabulary.capabilities.values()].filter(({ callable }) => callable !== 'ok')
    const smaller = {
      ...tasker.vocabulary,
      digest: 'other',
      capabilities: new Map(without.map((c) => [c.callable, c])),
    }
    const { decisions } = await replay(log, task, { vocabulary: smaller })
    const [rejected, accepted] = decisions
    assert.equal(rejected?.lost, [])
    assert.ok(rejected?.gained.every(({ code }) => code === 'unknown_handler'))
    assert.is(accepted?.today.verdict, 'rejected')
    assert.is(accepted?.same, false)
    assert.is(accepted?.today.vocabulary, 'other')
    assert.is(accepted?.recorded.vocabulary, tasker.vocabulary.digest)
    const nobody = { ...ok.capability, callable: 'nobody' }
    const larger = {
      ...tasker.vocabulary,
      capabilities: new Map([...tasker.vocabulary.capabilities, ['nobody', nobody] as const]),
    }
    const [lenient] = (await replay(log, task, { vocabulary: larger })).decisions
    assert.equal(lenient?.lost.map(({ code }) => code).sort(), ['unknown_handler'])
  }))

test('up to a version shows the task as it was', () =>
  twiceAsked(async ({ tasker, log }, task) => {
    const { vocabulary } = tasker
    const whole = await replay(log, task, { vocabulary })
    const [first] = whole.decisions
    const { state, decisions, version } = await replay(log, task, { vocabulary, at: first?.version ?? 0 })
    assert.is(version, first?.version)
    assert.is(decisions.length, 1)
    assert.is(state.byName.has('plan/one'), false)
    assert.is(state.nodes[0]?.state.kind, 'in_progress')
  }))

test('says where a head or a projection is not what the log comes to', () =>
  twiceAsked(async ({ tasker, log }, task) => {
    const { vocabulary } = tasker
    const lying: TaskRecord = {
      ...log,
      head: async (stream) => {
        const head = await log.head(stream)
        return head === undefined ? undefined : { ...head, status: 'running', hash: 'no' }
      },
    }
    const { differences } = await replay(lying, task, {
      vocabulary,
      compareProjections: async ({ version }) => [{ of: 'gates', message: `not at ${version}` }],
    })
    assert.equal(
      differences.map(({ of }) => of),
      ['head', 'head', 'gates'],
    )
  }))

test('of a plan that people approved judges both of its verdicts, and an edited plan as it was judged', async () => {
  const planned = await plannedTasker(() => fragmentOf([{ name: 'one' }]))
  const { tasker, log } = planned
  const task = await tasker.tasks.create(await tasker.template(plannedFrame({ approve_plan: true })), {})
  await task.result({ until: ({ status }) => status === 'waiting_for_approval' })
  const [gate] = await tasker.gates.list(task.id)
  await tasker.gates.approve(task.id, gate?.step ?? '', { actor: 'ada' })
  assert.is((await task.result()).status, 'complete')
  const { decisions, differences } = await replay(log, task.id, { vocabulary: tasker.vocabulary })
  assert.equal(
    decisions.map(({ recorded, same }) => [recorded.verdict, same]),
    [
      ['accepted', true],
      ['accepted', true],
    ],
  )
  assert.equal(differences, [])
  await tasker.close()
})

test('of a task that is not there, or beyond its end, is refused', () =>
  twiceAsked(async ({ tasker, log }, task) => {
    const { vocabulary } = tasker
    const code = async (stream: string, at?: number): Promise<string> => {
      const replayed = await replayTask(log, stream, { vocabulary, ...(at === undefined ? {} : { at }) })
      return E.isLeft(replayed) ? replayed.left.code : 'replayed'
    }
    assert.is(await code('task-nobody'), 'task_unknown')
    assert.is(await code(streamOf(task), 10_000), 'version_unknown')
  }))

test.run()
