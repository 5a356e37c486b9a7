import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gates } from '../../projections/gates/gates.js'
import type { Command } from '../../src/core/decide/command.js'
import type { TaskEvent } from '../../src/core/event.js'
import { given, NOW, type Story } from '../support/given.js'
import { happened, rowsOf, storedAs } from '../support/projected-rows.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('gates')

const opening = (more: object = {}): Command => ({
  type: 'report-outcome',
  step: 0,
  attempt: 1,
  digest: 'sha256:shown',
  outcome: {
    kind: 'gate-opened',
    question: 'May it?',
    groups: ['reviewers'],
    required: 2,
    context: { value: null },
    ...more,
  },
})

const opened = (more?: object): Story =>
  given(templateWith({ ask: { type: 'gate' } }))
    .when({ start: 'ask' })
    .when(opening(more))

const vote = (actor: string, choice: 'approve' | 'reject'): TaskEvent =>
  happened('gate-voted', { step: 'ask', actor, vote: choice, comment: null, digest: 'sha256:shown' })

const rowOf = async ({ events }: Story, ...more: ReadonlyArray<TaskEvent>) =>
  (await rowsOf(gates, storedAs([...events, ...more])))[0]

test('people are asked, and what they say is counted', async () => {
  const row = await rowOf(opened(), vote('ada', 'approve'))
  assert.equal(
    [row?.step, row?.status, row?.question, row?.groups, row?.required, row?.approvals, row?.closed_at],
    ['ask', 'open', 'May it?', ['reviewers'], 2, 1, null],
  )
})

test('it is closed by an approval or a rejection, and keeps whose', async () => {
  const by = ['ada', 'bob']
  const approval = happened('gate-approved', { step: 'ask', by })
  const approved = await rowOf(opened(), vote('ada', 'approve'), vote('bob', 'approve'), approval)
  assert.equal([approved?.status, approved?.approvals, approved?.closed_by], ['approved', 2, by])
  assert.ok(approved?.closed_at)
  const error = { code: 'gate_rejected', message: 'no' }
  const rejection = happened('gate-rejected', { step: 'ask', by: ['ada'], error })
  const rejected = await rowOf(opened(), vote('ada', 'reject'), rejection)
  assert.equal([rejected?.status, rejected?.rejections, rejected?.closed_by], ['rejected', 1, ['ada']])
})

test('another one of the same step takes its place', async () => {
  const again = opened().events.find(({ type }) => type === 'gate-opened')
  const story = opened()
  if (again === undefined) throw new Error('no gate was opened')
  const rows = await rowsOf(gates, storedAs([...story.events, again]))
  assert.equal(
    rows.map(({ status }) => status),
    ['replaced', 'open'],
  )
})

test('one that nobody answers expires, or is escalated to others', async () => {
  const expired = await rowOf(
    opened({ timeoutMs: 1_000, onTimeout: 'reject' }).at(2_000).when({ type: 'expire-gate', step: 0 }),
  )
  assert.equal([expired?.status, expired?.timeout_at], ['expired', new Date(NOW + 1_000).toISOString()])
  const escalated = await rowOf(
    opened({ timeoutMs: 1_000, onTimeout: 'escalate', escalateTo: ['heads'] })
      .at(2_000)
      .when({ type: 'expire-gate', step: 0 }),
  )
  assert.equal([escalated?.status, escalated?.groups], ['open', ['heads']])
  assert.ok(escalated?.escalated_at)
})

test('one whose step was settled otherwise is withdrawn', async () => {
  const skipped = await rowOf(opened().when({ type: 'skip-step', step: 'ask', reason: null }))
  assert.is(skipped?.status, 'withdrawn')
  const cancelled = await rowOf(opened().when({ type: 'cancel-task', reason: null }))
  assert.is(cancelled?.status, 'withdrawn')
})

test.run()
