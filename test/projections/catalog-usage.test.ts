import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { catalogUsage } from '../../projections/catalog-usage/catalog-usage.js'
import { given, type Story } from '../support/given.js'
import { rowsOf, storedAs } from '../support/projected-rows.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('catalog usage')

const usage = ({ events }: Story) => rowsOf(catalogUsage, storedAs(events))

test('calls are counted by their handler, with how they ended and how long they took', async () => {
  const story = given(
    templateWith({ a: { handler: 'ok' }, b: { handler: 'ok', dependencies: ['a'] }, c: { handler: 'other' } }),
  ).when({ start: 'a' }, { complete: 'a' }, { start: 'b' }, { complete: 'b' }, { start: 'c' })
  assert.equal(
    (await usage(story)).map(({ handler, attempts, completed }) => [handler, attempts, completed]),
    [
      ['ok', 2, 2],
      ['other', 1, undefined],
    ],
  )
})

test('a duration is added up, and counted in its column', async () => {
  // The events stand a second from each other: queued, started, ended.
  const [row] = await usage(given(templateWith({ a: [] })).when({ start: 'a' }, { complete: 'a' }))
  assert.equal([row?.queued_ms, row?.latency_ms, row?.up_to_1_s], [1_000, 1_000, 1])
})

test('a failure that is tried again, one that is not, and a lost worker are told apart', async () => {
  const twice = templateWith({ a: { retry: { maxAttempts: 2, backoff: 'none' } } })
  const story = given(twice)
    .when({ start: 'a' }, { lose: 1 }, { start: 'a' }, { fail: 'a' })
    .at(60_000)
    .when({ retry: 'a' }, { start: 'a' }, { fail: 'a' })
  const [row] = await usage(story)
  assert.equal([row?.attempts, row?.lost, row?.retried, row?.failed], [3, 1, 1, 1])
})

test('a handler that has left people to answer has done its part', async () => {
  const outcome = { kind: 'gate-opened', question: '?', groups: [], required: 1, context: { value: null } } as const
  const story = given(templateWith({ ask: { type: 'gate', handler: 'catalog:gate' } }))
    .when({ start: 'ask' })
    .when({ type: 'report-outcome', step: 0, attempt: 1, outcome, digest: 'd' })
    .when({ type: 'vote-gate', step: 'ask', vote: 'approve', comment: null, groups: [] })
  const [row] = await usage(story)
  assert.equal([row?.attempts, row?.handed_back, row?.completed], [1, 1, undefined])
})

test('what a fork took over was called in another task', async () => {
  const { events } = given(templateWith({ a: [] })).when({ start: 'a' }, { complete: 'a' })
  const copies = events.map((event) => ({ ...event, metadata: { ...event.metadata, copyOf: event.id } }))
  assert.equal(await rowsOf(catalogUsage, storedAs(copies)), [])
})

test.run()
