import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { StepDefinition } from '../../../src/core/step.js'
import type { Explanation, Reason, Surroundings } from '../../../src/core/why/reason.js'
import { whyStep, whyTask } from '../../../src/core/why/why.js'
import { given } from '../../support/given.js'
import { templateWith } from '../../support/small-engine.js'

const test = suite('why a step is not running')

const NOW = Date.UTC(2026, 0, 1)
const WORKER = { id: 1, worker: 'w:1', queues: ['default'], handlers: ['a', 'b'] }
const AROUND: Surroundings = { nowMs: NOW, sessions: [WORKER] }

type Steps = Readonly<Record<string, ReadonlyArray<string> | Partial<StepDefinition>>>
type Story = ReturnType<typeof given>

const why = ({ state }: Story, step: string, around: Partial<Surroundings> = {}): Explanation => {
  const explained = whyStep(state, step, { ...AROUND, ...around })
  if (explained === undefined) throw new Error(`there is no step ${step}`)
  return explained
}
const of = (steps: Steps): Story => given(templateWith(steps))
const kinds = (explained: Explanation): ReadonlyArray<Reason['kind']> => explained.reasons.map(({ kind }) => kind)
const said = (explained: Explanation): string => explained.sentences.join('\n')

test('it stands in a queue: nobody serves it, nobody has its handler, a limit holds it, or a worker will come', () => {
  const story = of({ a: [] })
  assert.equal(kinds(why(story, 'a', { sessions: [] })), ['no_worker'])
  assert.equal(kinds(why(story, 'a', { sessions: [{ ...WORKER, queues: ['billing'] }] })), ['no_worker'])
  const without = why(story, 'a', { sessions: [{ ...WORKER, handlers: ['b'] }] })
  assert.equal(without.reasons, [{ kind: 'no_handler', queue: 'default', handler: 'a' }])
  assert.match(said(without), /no live worker there has the handler a/)
  assert.equal(kinds(why(story, 'a', { sessions: [{ ...WORKER, handlers: [] }] })), ['queued'])
  const held = why(story, 'a', { limitsOf: () => ['10 a minute of key mail'] })
  assert.equal(held.reasons, [{ kind: 'limit', limit: '10 a minute of key mail' }])
  assert.equal(kinds(why(story, 'a')), ['queued'])
})

test('a planning step that nobody takes says that there is no planner', () => {
  const story = of({ plan: { type: 'planning', handler: 'catalog:plan' } })
  const catalog = { ...WORKER, queues: ['catalog'], handlers: ['catalog:wait'] }
  assert.match(said(why(story, 'plan', { sessions: [catalog] })), /no live worker has a planner/)
})

test('it runs, and its worker is known or gone', () => {
  const story = of({ a: [] }).when({ start: 'a' })
  assert.equal(why(story, 'a').reasons, [{ kind: 'running', attempt: 1, worker: 'w:1' }])
  assert.match(said(why(story, 'a', { sessions: [] })), /its worker is gone/)
})

test('its retry is due at a time', () => {
  const story = of({ a: { retry: { baseMs: 60_000, backoff: 'linear', jitter: 0 } } }).when(
    { start: 'a' },
    { fail: 'a' },
  )
  assert.match(said(why(story, 'a')), /broken: it broke\); the next one is due 2026-01-01T00:01:00.000Z \(in 1 min\)/)
})

test('a paused task holds whatever would be claimed, and so does one that has yet to begin', () => {
  const paused = of({ a: [] }).when({ type: 'pause-task', reason: null })
  assert.equal(kinds(why(paused, 'a')), ['paused', 'queued'])
  const later = of({ a: [] })
  later.state.startsAtMs = NOW + 3_600_000
  assert.match(said(why(later, 'a')), /the task begins 2026-01-01T01:00:00.000Z \(in 1 h\)/)
})

const waiting = (outcome: { readonly untilMs?: number; readonly signal?: string }): Story =>
  of({ a: [], b: ['a'] })
    .when({ start: 'a' })
    .when({ type: 'report-outcome', step: 0, attempt: 1, outcome: { kind: 'waiting', ...outcome } })

test('it waits for a time, a signal or another task', () => {
  assert.match(said(why(waiting({ untilMs: NOW + 5000 }), 'a')), /waits until .* \(in 5 s\)/)
  assert.match(said(why(waiting({ signal: 'go', untilMs: NOW + 5000 }), 'a')), /the signal go, at most until/)
  const child = of({ a: [] })
    .when({ start: 'a' })
    .when({
      type: 'report-outcome',
      step: 0,
      attempt: 1,
      outcome: {
        kind: 'child-requested',
        child: 'c1',
        template: { value: {} },
        input: { value: null },
        onFailure: 'fail',
      },
    })
  assert.equal(why(child, 'a').reasons, [{ kind: 'child', task: 'c1' }])
})

test('it waits for a step that waits for a gate: the way there, and who may vote', () => {
  const story = of({ a: { type: 'gate' }, b: ['a'], c: ['b'] })
    .when({ start: 'a' })
    .when({
      type: 'report-outcome',
      step: 0,
      attempt: 1,
      outcome: {
        kind: 'gate-opened',
        question: 'Ship it?',
        groups: ['leads'],
        required: 2,
        context: { value: null },
      },
    })
  const explained = why(story, 'c', { groups: { leads: ['ada', 'bob'] } })
  const [reason] = explained.reasons
  assert.equal(reason?.kind === 'dependency' && reason.path, ['b', 'a'])
  assert.match(
    said(explained),
    /c waits for b, which waits for a: a waits for approval \("Ship it\?"\): it needs 2; members of leads may vote \(ada, bob\)/,
  )
})

test('of several ways to a cause the shortest is told, and the other dependencies are counted', () => {
  const story = of({ a: [], b: [], long: ['b'], longer: ['long'], c: ['longer', 'a'] })
  const [reason] = why(story, 'c').reasons
  assert.equal(reason?.kind === 'dependency' && { path: reason.path, others: reason.others }, {
    path: ['a'],
    others: 1,
  })
})

test('it does not exist yet, because a decision has to be made', () => {
  const explained = why(of({ a: { type: 'decision' }, b: ['a'] }), 'b')
  assert.equal(explained.reasons[0], { kind: 'undecided', by: ['a'] })
  assert.match(said(explained), /b does not exist yet: a has to decide whether it will\nb waits for a: a stands in/)
})

test('it will never run: a decision chose otherwise, a step was skipped, or one failed above', () => {
  const decided = of({ a: { type: 'decision' }, b: ['a'], c: ['b'], d: ['a'] }).when(
    { start: 'a' },
    {
      type: 'report-outcome',
      step: 0,
      attempt: 1,
      outcome: { kind: 'decided', create: ['d'], result: { value: null } },
    },
  )
  assert.match(said(why(decided, 'b')), /b will not run: a decided otherwise/)
  const skipped = of({ a: [], b: ['a'], c: ['b'], d: [] }).when({ type: 'skip-step', step: 'a', reason: null })
  assert.is(said(why(skipped, 'c')), 'c will not run: a was skipped, and b with it')
  const failed = of({ a: [], b: ['a'], c: ['b'] }).when({ start: 'a' }, { fail: 'a', retryable: false })
  const [reason] = why(failed, 'c').reasons
  assert.equal(reason?.kind === 'never' && reason.path, ['b', 'a'])
  assert.is(said(why(failed, 'c')), 'c will not run: a failed (broken: it broke), and b with it')
  assert.match(said(why(failed, 'a')), /a failed \(permanent\): broken: it broke/)
})

test('a window of parallelism keeps it, and whoever waits for the batch is told what is left of it', () => {
  const story = of({ a: [], b: ['a'] })
    .when({ start: 'a' })
    .when({
      type: 'report-outcome',
      step: 0,
      attempt: 1,
      outcome: { kind: 'fanned-out', items: [1, 2, 3], handler: 'a', config: {}, parallelism: 2 },
    })
  assert.equal(why(story, 'a[2]').reasons, [{ kind: 'parallelism', of: 'a', limit: 2 }])
  assert.match(said(why(story, 'a')), /a is done, and 3 of its 3 instances have not settled/)
  const [reason] = why(story, 'b').reasons
  assert.equal(reason?.kind === 'dependency' && reason.path, ['a', 'a[0]'])
})

test('a task says with which steps it stands, or how it ended', () => {
  const around = { ...AROUND, sessions: [] }
  const open = whyTask(of({ a: [], b: ['a'], c: [] }).state, around)
  assert.equal(
    open.steps.map(({ step }) => step),
    ['a', 'c'],
  )
  assert.is(open.others, 0)
  const blocked = of({ a: [] }).when({ start: 'a' }, { fail: 'a', retryable: false })
  assert.match(said(whyTask(blocked.state, around)), /the task is blocked: a failed for good/)
  const done = of({ a: [] }).when({ start: 'a' }, { complete: 'a' })
  assert.match(said(whyTask(done.state, around)), /the task is complete/)
  const cancelled = of({ a: [], b: ['a'] }).when({ type: 'cancel-task', reason: null })
  assert.match(said(why(cancelled, 'b')), /a was cancelled|the task is cancelled/)
})

test('a step that nobody declared is not explained', () => {
  assert.is(whyStep(of({ a: [] }).state, 'nobody', AROUND), undefined)
})

test.run()
