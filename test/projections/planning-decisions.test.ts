import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { planningDecisions } from '../../projections/planning-decisions/planning-decisions.js'
import { packageRoot } from '../../src/package-root.js'
import { recordIn } from '../audit/kept-history.js'
import { plainEvent, rowsOf } from '../support/projected-rows.js'

const test = suite('planning decisions')

const decisionsOf = async (history: string) => {
  const { record, stream } = recordIn(join(packageRoot, `test/audit/histories/${history}.ndjson`))
  return rowsOf(planningDecisions, (await record.readStream(stream, 0)).map(plainEvent))
}

test('each call is a row: asked, answered, judged; and so is what a person proposed instead', async () => {
  const rows = await decisionsOf('planned-approved-and-edited')
  assert.equal(
    rows.map((row) => [row.by, row.call, row.revision, row.status, row.finding_codes, row.steps_created]),
    [
      ['planner', 1, 0, 'rejected', ['schema'], 0],
      ['planner', 2, 1, 'rejected', ['unknown_handler'], 0],
      ['planner', 3, 2, 'accepted', [], 0],
      ['person', 3, null, 'accepted', [], 3],
    ],
  )
  const [first] = rows
  assert.is(first?.stop_reason, 'end_turn')
  assert.ok(Number(first?.input_tokens) > 0)
  assert.ok(first?.asked_at && first.answered_at && first.judged_at && first.prompt_digest && first.context_digest)
})

test('a call that failed says how', async () => {
  const rows = await decisionsOf('planned-in-two-phases-and-failed')
  const phases = new Set(rows.map(({ step }) => step))
  assert.is(phases.size, 2)
  assert.ok(
    rows.every(({ status }) => ['accepted', 'rejected', 'failed'].includes(String(status))),
    JSON.stringify(rows.map(({ status }) => status)),
  )
})

test('what a fork took over is marked as that', async () => {
  const { record, stream } = recordIn(join(packageRoot, 'test/audit/histories/planned-approved-and-edited.ndjson'))
  const copies = (await record.readStream(stream, 0)).map(plainEvent).map((event) => ({
    ...event,
    metadata: JSON.stringify({ ...JSON.parse(event.metadata), copyOf: event.id }),
  }))
  for (const row of await rowsOf(planningDecisions, copies)) assert.is(row.copied, true)
})

test.run()
