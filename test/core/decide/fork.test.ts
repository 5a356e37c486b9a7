import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeEvent, type TaskEvent } from '../../../src/core/event.js'
import type { Outcome } from '../../../src/core/outcome.js'
import { createMemoryStore } from '../../../src/log/memory-store.js'
import { runSeed } from '../../simulation/run-seed.js'
import { given } from '../../support/given.js'
import { templateWith } from '../../support/small-engine.js'
import { foldTask, fork, forkOrThrow, inCommon, OLD } from './forked.js'

const test = suite('a fork')

const codeOf = (...asked: Parameters<typeof fork>): string => {
  const forked = fork(...asked)
  return E.isLeft(forked) ? forked.left.code : 'forked'
}

const typesOf = (events: ReadonlyArray<TaskEvent>): ReadonlyArray<string> => events.map(({ type }) => type)

test('copies every event up to its version, one for one, with ids of its own and provenance that leads to these', () => {
  const { events } = given(templateWith({ a: [], b: ['a'] })).when({ start: 'a' }, { complete: 'a', result: 'x' })
  const { events: copies } = forkOrThrow(events, events.length)
  assert.equal(typesOf(copies), typesOf(events))
  const ids = new Set(copies.map(({ id }) => id))
  assert.is(ids.size, copies.length)
  for (const [index, { id, metadata }] of copies.entries()) {
    assert.is(metadata.copyOf, events[index]?.id)
    assert.is(metadata.correlation, 'the-fork')
    assert.is(metadata.parentCorrelation, 'c')
    assert.not(events.some((old) => old.id === id))
    const { causation } = metadata
    if (causation !== null && events.some((old) => old.id === causation))
      throw new Error('it names an event of the old')
  }
  const created = copies[0]
  assert.equal(created?.type === 'task-created' ? created.data.forkedFrom : undefined, { task: OLD, version: 6 })
})

test('is at every version of random histories what the old task was, but for who ran what', async () => {
  let forks = 0
  for (let seed = 900; seed < 925; seed += 1) {
    const store = createMemoryStore()
    await runSeed(seed, { store })
    for (const stored of store.streams.values()) {
      const events = stored.map((event) => {
        const decoded = decodeEvent(event)
        if (E.isLeft(decoded)) throw new Error(decoded.left.message)
        return decoded.right
      })
      for (let at = 1; at <= events.length; at += 1) {
        const forked = fork(events, at)
        if (E.isLeft(forked)) {
          assert.ok(['inside_decision', 'task_closed'].includes(forked.left.code), forked.left.code)
          continue
        }
        forks += 1
        const copies = new Map(forked.right.events.map(({ id, metadata }) => [id, metadata.copyOf ?? id]))
        const back = (id: string): string => copies.get(id) ?? id
        assert.is(inCommon(forked.right.state, back), inCommon(foldTask(events.slice(0, at))), `seed ${seed} at ${at}`)
      }
    }
  }
  assert.ok(forks > 500, `${forks} forks`)
})

test('of a fork is a fork of the same, at the same versions', () => {
  const { events } = given(templateWith({ a: [], b: ['a'] })).when({ start: 'a' }, { complete: 'a' })
  const once = forkOrThrow(events, 5)
  assert.equal(
    events.map((_, index) => codeOf(once.events, index + 1)),
    events.map((_, index) => (index < 5 ? codeOf(events, index + 1) : 'version_unknown')),
  )
  const twice = forkOrThrow(once.events, 5)
  assert.is(twice.events[4]?.metadata.copyOf, events[4]?.id)
  assert.is(inCommon(twice.state).length, inCommon(once.state).length)
})

test('gives back the attempts that were running', () => {
  const { events } = given(templateWith({ a: [], b: [] })).when(
    { start: 'a', session: 9 },
    { complete: 'a' },
    { start: 'b', session: 9 },
  )
  const { events: copies, state } = forkOrThrow(events, events.length)
  assert.is(copies.at(-1)?.type, 'step-lost')
  assert.is(state.running.size, 0)
  const b = state.nodes[1]
  assert.equal([b?.state.kind, b?.attempt, b?.losses], ['pending', 1, 0])
})

test('does not tell again what the old task has told the world', () => {
  const publishes = [{ name: 'paid', condition: 'success' }] as const
  const story = given(templateWith({ pay: { publishes }, ship: { publishes, dependencies: ['pay'] } })).when(
    { start: 'pay' },
    { complete: 'pay' },
  )
  const completed = story.events.findIndex(({ type }) => type === 'step-completed') + 1
  assert.is(story.events[completed]?.type, 'domain-event-published')
  const { events, state } = forkOrThrow(story.events, completed)
  assert.equal(state.toPublish, [])
  const [withheld, ...others] = events.slice(completed)
  assert.equal(others, [])
  assert.equal(withheld?.type === 'domain-event-withheld' && [withheld.data.name, withheld.data.attempt], ['paid', 1])
  const byHand = given(templateWith({ pay: { publishes } })).when({
    type: 'complete-step',
    step: 'pay',
    result: { value: 1 },
    reason: 'seen',
  })
  const at = byHand.events.findIndex(({ type }) => type === 'step-completed-manually') + 1
  assert.equal(forkOrThrow(byHand.events, at).state.toPublish, [])
})

test('opens gates anew, with the time that they had, and counts no approval of the old task', () => {
  const opened: Outcome = {
    kind: 'gate-opened',
    question: 'go?',
    groups: ['g'],
    required: 2,
    timeoutMs: 60_000,
    onTimeout: 'escalate',
    escalateTo: ['h'],
    remindEveryMs: 3_600_000,
    context: { value: null },
  }
  const vote = { type: 'vote-gate', step: 'g', vote: 'approve', comment: null, groups: ['g'] } as const
  const story = given(templateWith({ g: { type: 'gate' } }))
    .when({ start: 'g' })
    .when({ type: 'report-outcome', step: 0, attempt: 1, outcome: opened, digest: 'd' }, vote)
  const at = story.events.length
  const opening = story.events.findIndex(({ type }) => type === 'gate-opened')
  const gateOf = (kind: ReturnType<typeof forkOrThrow>) => {
    const state = kind.state.nodes[0]?.state
    if (state?.kind !== 'waiting_for_approval') throw new Error('it is not open')
    return state.gate
  }
  const times = story.events.map((_, index) =>
    index === opening ? Date.UTC(2026, 0, 1) : Date.UTC(2026, 0, 1) + 50_000,
  )
  const gate = gateOf(forkOrThrow(story.events, at, { nowMs: Date.UTC(2027, 0, 1), times }))
  assert.is(gate.timeoutAtMs, Date.UTC(2027, 0, 1) + 60_000)
  assert.equal(gate.approvals, [])
  // Nobody was asked in the fork before, so nobody is late.
  assert.equal(gate.reminders, { everyMs: 3_600_000, nextAtMs: Date.UTC(2027, 0, 1) + 3_600_000, count: 0 })
  assert.equal([gate.groups, gate.required, gate.onTimeout, gate.escalateTo], [['g'], 2, 'escalate', ['h']])
})

test('waits for a task of its own where the old one waited for another', () => {
  const outcome = {
    kind: 'child-requested',
    child: '01900000-0000-7000-8000-00000000cccc',
    template: { value: { name: 'child' } },
    input: { value: 1 },
    onFailure: 'fail',
  } as const
  const story = given(templateWith({ a: [] })).when(
    { start: 'a' },
    { type: 'report-outcome', step: 0, attempt: 1, outcome },
  )
  const { events, state } = forkOrThrow(story.events, story.events.length)
  assert.equal(typesOf(events).slice(-3), ['child-requested', 'step-waiting', 'command-delivered'])
  const step = state.nodes[0]?.state
  const child = step?.kind === 'waiting' ? step.wait.child?.task : undefined
  assert.ok(child !== undefined && child !== outcome.child)
  const delivered = events.at(-1)
  // The old task's own request is not sent a second time.
  assert.match(delivered?.type === 'command-delivered' ? delivered.data.key : '', outcome.child)
})

test('has as much time left as the old task had', () => {
  const template = { ...templateWith({ a: [] }), lifecycle: { maxDurationMs: 100_000 } }
  const { events } = given(template)
  const begun = Date.UTC(2026, 0, 1)
  const later = Date.UTC(2026, 5, 1)
  const { state } = forkOrThrow(events, events.length, { nowMs: later, times: events.map(() => begun + 40_000) })
  assert.is(state.deadline?.atMs, later + 60_000)
})

test('is nobody’s child, and not the same task by identity', () => {
  const { events } = given(templateWith({ a: [] }))
  const [first, ...rest] = events
  if (first?.type !== 'task-created') throw new Error('no beginning')
  const born = { ...first, data: { ...first.data, identity: 'key:x', parent: { task: OLD, step: 's' } } }
  const { state, events: copies } = forkOrThrow([born, ...rest], events.length)
  assert.is(state.parent, undefined)
  const created = copies[0]
  assert.is(created?.type === 'task-created' ? created.data.identity : 'x', undefined)
})

test('inside of a decision, beyond the record, or of what has ended, is refused', () => {
  const story = given(templateWith({ a: [] })).when({ start: 'a' }, { complete: 'a' })
  assert.equal(typesOf(story.events), [
    'task-created',
    'steps-materialized',
    'step-enqueued',
    'step-started',
    'step-completed',
    'task-completed',
  ])
  assert.equal(
    [0, 1, 2, 5, 6, 7, 1.5].map((at) => codeOf(story.events, at)),
    ['version_unknown', 'inside_decision', 'forked', 'forked', 'task_closed', 'version_unknown', 'version_unknown'],
  )
  const inside = fork(story.events, 1)
  assert.equal(E.isLeft(inside) ? inside.left.details : undefined, { before: 0, after: 2 })
  assert.is(codeOf(story.events, 5, { replan: true }), 'nothing_planned')
})

test.run()
