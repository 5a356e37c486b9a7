import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { templatePerformance } from '../../projections/template-performance/template-performance.js'
import { given, type Story } from '../support/given.js'
import { rowsOf, storedAs } from '../support/projected-rows.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('template performance')

const ONE = templateWith({ a: { retry: { maxAttempts: 1 } } })
const OTHER = '01900000-0000-7000-8000-0000000000bb'

const rowOf = async ({ events }: Story) => (await rowsOf(templatePerformance, storedAs(events)))[0]

test('tasks of a version are counted together, by how they ended', async () => {
  const well = storedAs(given(ONE).when({ start: 'a' }, { complete: 'a' }).events)
  const badly = storedAs(given(ONE).when({ type: 'cancel-task', reason: null }).events, OTHER)
  const both = [...well, ...badly.map((event) => ({ ...event, position: event.position + well.length }))]
  const [row, ...others] = await rowsOf(templatePerformance, both)
  assert.equal(others, [])
  assert.equal(
    [row?.template, row?.template_version, row?.created, row?.complete, row?.cancelled, row?.steps],
    ['small', '1', 2, 1, 1, 2],
  )
})

test('the time from creation to the end is added up', async () => {
  const story = given(ONE).when({ start: 'a' }, { complete: 'a' })
  // A second from one event to the next.
  assert.is((await rowOf(story))?.duration_ms, (story.events.length - 1) * 1_000)
})

test('an end that became another one is counted once', async () => {
  const failed = given(ONE).when({ start: 'a' }, { fail: 'a' }, { type: 'fail-blocked-task' })
  assert.equal((await rowOf(failed))?.error, 1)
  const resolved = failed.when({ type: 'resolve-dead-letter', resolution: 'manually_resolved', reason: null })
  const row = await rowOf(resolved)
  assert.equal([row?.error, row?.resolved_manually, row?.blocked], [undefined, 1, 1])
})

test('an end that was taken back is counted no more', async () => {
  const failed = given(ONE).when({ start: 'a' }, { fail: 'a' }, { type: 'fail-blocked-task' })
  const row = await rowOf(failed.when({ type: 'reset-step', step: 'a', reason: null }))
  assert.equal([row?.created, row?.error, row?.duration_ms, row?.failed_attempts], [1, undefined, undefined, 1])
})

test.run()
