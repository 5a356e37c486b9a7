import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { stepTimeline } from '../../projections/step-timeline/step-timeline.js'
import { given, type Story } from '../support/given.js'
import { rowsOf, storedAs, timeOf } from '../support/projected-rows.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('step timeline')

const ONE = templateWith({ a: { retry: { maxAttempts: 2, backoff: 'none' } } })

const attempts = async ({ events }: Story): Promise<ReadonlyArray<unknown>> =>
  (await rowsOf(stepTimeline, storedAs(events))).map(({ step, attempt, outcome }) => [step, attempt, outcome])

test('an attempt is there from the moment in which it is queued', async () => {
  assert.equal(await attempts(given(ONE)), [['a', 1, null]])
})

test('every attempt has its own times, worker and error', async () => {
  const story = given(ONE)
    .when({ start: 'a' }, { fail: 'a' })
    .at(60_000)
    .when({ retry: 'a' }, { start: 'a' }, { complete: 'a' })
  const rows = await rowsOf(stepTimeline, storedAs(story.events))
  assert.equal(await attempts(story), [
    ['a', 1, 'retried'],
    ['a', 2, 'completed'],
  ])
  const [first, second] = rows
  const at = (type: string): string => timeOf(story.events.findIndex((event) => event.type === type))
  assert.equal(
    [first?.enqueued_at, first?.started_at, first?.ended_at],
    [at('step-enqueued'), at('step-started'), at('step-attempt-failed')],
  )
  assert.equal([first?.worker, first?.session, first?.error_code], ['w', 1, 'broken'])
  assert.equal([second?.ended_at, second?.error_code], [at('step-completed'), null])
})

test('what became of an attempt that did not end by itself', async () => {
  const lost = given(ONE).when({ start: 'a' }, { lose: 1 })
  assert.equal(await attempts(lost), [
    ['a', 1, 'lost'],
    ['a', 2, null],
  ])
  const drained = given(ONE).when({ start: 'a' }, { lose: 1, drained: true })
  assert.equal((await attempts(drained))[0], ['a', 1, 'drained'])
  const cancelled = given(ONE).when({ start: 'a' }, { type: 'cancel-task', reason: null })
  assert.equal(await attempts(cancelled), [['a', 1, 'cancelled']])
  const skipped = given(ONE).when({ type: 'skip-step', step: 'a', reason: null })
  assert.equal(await attempts(skipped), [['a', 1, 'by_hand']])
})

test('an attempt that hands its step back is followed by the next one', async () => {
  const story = given(ONE)
    .when({ start: 'a' })
    .when({ type: 'report-outcome', step: 0, attempt: 1, outcome: { kind: 'yielded', checkpoint: 3 } })
  assert.equal(await attempts(story), [
    ['a', 1, 'yielded'],
    ['a', 2, null],
  ])
})

test.run()
