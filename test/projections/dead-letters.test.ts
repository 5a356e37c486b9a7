import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deadLetters } from '../../projections/dead-letters/dead-letters.js'
import { given, type Story } from '../support/given.js'
import { rowsOf, storedAs } from '../support/projected-rows.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('dead letters')

const blocked = (): Story => given(templateWith({ a: [] })).when({ start: 'a' }, { fail: 'a', retryable: false })

const rowsIn = ({ events }: Story) => rowsOf(deadLetters, storedAs(events))

test('a task that went well was never one', async () => {
  assert.equal(await rowsIn(given(templateWith({ a: [] })).when({ start: 'a' }, { complete: 'a' })), [])
})

test('a task that is blocked is one, with the step and the error that made it one', async () => {
  const [row] = await rowsIn(blocked())
  assert.equal(
    [row?.reason, row?.step, row?.code, row?.message, row?.template, row?.ended_at],
    ['blocked', 'a', 'broken', 'it broke', 'small', null],
  )
})

test('a step that used up its attempts or its workers is the reason', async () => {
  const once = templateWith({ a: { retry: { maxAttempts: 1 } } })
  const [exhausted] = await rowsIn(given(once).when({ start: 'a' }, { fail: 'a' }))
  assert.is(exhausted?.reason, 'exhausted')
  const fragile = templateWith({ a: { retry: { maxLosses: 0 } } })
  const [lost] = await rowsIn(given(fragile).when({ start: 'a' }, { lose: 1 }))
  assert.equal([lost?.reason, lost?.code], ['exhausted', 'lost_too_often'])
})

test('what a person decides ends it, and is kept with who said so and why', async () => {
  const story = blocked().when({ type: 'resolve-dead-letter', resolution: 'manually_resolved', reason: 'by phone' })
  const [row, ...others] = await rowsIn(story)
  assert.equal(others, [])
  assert.equal([row?.resolution, row?.resolved_by, row?.resolution_reason], ['manually_resolved', 'engine', 'by phone'])
  assert.ok(row?.ended_at)
})

test('one that was repaired and fails again is a second one', async () => {
  const story = blocked()
    .when({ type: 'reset-step', step: 'a', reason: 'again' })
    .when({ start: 'a' }, { fail: 'a', retryable: false })
  assert.equal(
    (await rowsIn(story)).map(({ reason, resolution }) => [reason, resolution]),
    [
      ['blocked', 'task-reopened'],
      ['blocked', null],
    ],
  )
})

test.run()
