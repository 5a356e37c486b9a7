/** What single facts of the log mean in numbers, by the frozen sample of each. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeEvent } from '../../src/core/event.js'
import { emptyState } from '../../src/core/state.js'
import { packageRoot } from '../../src/package-root.js'
import { Counts } from '../../src/telemetry/counts.js'
import { EventCounts } from '../../src/telemetry/event-counts.js'
import type { MetricName } from '../../src/telemetry/metric-table.js'

const test = suite('counts of events')

const SAMPLES = join(packageRoot, 'test/core/events/samples')
const METADATA = JSON.stringify({ actor: { kind: 'engine' }, causation: null, correlation: 'c' })

/** Each sample of these types lands once; what a metric then says, by its last label. */
const countedOf = (
  metric: MetricName,
  label: string,
  isMeant: (type: string) => boolean,
): Readonly<Record<string, number>> => {
  const counts = new Counts()
  const events = new EventCounts(counts, 10, { taskEnded: () => undefined, boundUsed: () => undefined })
  const landed = readdirSync(SAMPLES)
    .filter((file) => isMeant(file.split('.')[0] ?? ''))
    .map((file) => ({ type: file.split('.')[0] ?? '', data: readFileSync(join(SAMPLES, file), 'utf8') }))
    .map(({ type, data }) => decodeEvent({ id: 'e', type, schemaVersion: 1, data, metadata: METADATA }))
    .flatMap((decoded) => (E.isRight(decoded) ? [decoded.right] : []))
  assert.ok(landed.length > 0)
  events.landed(emptyState(), landed, 0, 0)
  return Object.fromEntries([...counts.all(metric)].map(({ labels, value }) => [labels[label], value]))
}

test('what became of gates is counted; a vote is none of it', () => {
  assert.equal(
    countedOf('tasker_gates_total', 'outcome', (type) => type.startsWith('gate-')),
    { opened: 2, approved: 1, rejected: 1, expired: 1, escalated: 1, reminded: 2 },
  )
})

test('times that were up are counted by their limit, those of phases and fragments, too', () => {
  const counted = countedOf('tasker_deadlines_passed_total', 'limit', (type) => type.endsWith('deadline-passed'))
  assert.equal([counted.phase, counted.fragment, counted.max_duration_minutes], [1, 1, 1])
  assert.is(
    Object.values(counted).reduce((sum, one) => sum + one, 0),
    6,
  )
})

test('domain events are counted: published, and withheld', () => {
  assert.equal(
    countedOf('tasker_domain_events_total', 'outcome', (type) => type.startsWith('domain-event-')),
    { published: 1, withheld: 1 },
  )
})

test.run()
