import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EVENTS_PER_PAGE, eventsPage } from '../../../src/dashboard/task/events/event-page.js'
import { packageRoot } from '../../../src/package-root.js'
import type { StoredEvent } from '../../../src/ports/log.js'
import { recordIn } from '../../audit/kept-history.js'

const test = suite('a page of events')

/** A kept history's stream; `change` is what somebody did to it. */
const logOf = (change: (event: StoredEvent) => StoredEvent = (event) => event) => {
  const { record } = recordIn(join(packageRoot, 'test/audit/histories/life-expectancy.ndjson'))
  return {
    readStream: async (stream: string, after: number, limit?: number) =>
      (await record.readStream(stream, after, limit)).map(change),
  }
}

test('each event of each page is proven on top of the one before it, also where another page shows that', async () => {
  const log = logOf()
  let seen = 0
  for (let after: number | null = 0; after !== null; ) {
    const page: Awaited<ReturnType<typeof eventsPage>> = await eventsPage(log, 't', after, null)
    assert.ok(page.events.length <= EVENTS_PER_PAGE)
    assert.ok(page.events.every(({ isProven }) => isProven))
    seen += page.events.length
    after = page.next
  }
  assert.is(seen, 266)
})

test('an event that is not the one that was appended is told, and so is what was built upon its hash', async () => {
  const changed = logOf((event) => (event.version === 7 ? { ...event, data: event.data.replace('{', '{ ') } : event))
  const { events } = await eventsPage(changed, 't', 0, null)
  assert.equal(
    events.filter(({ isProven }) => !isProven).map(({ event }) => event.version),
    [7],
  )
  const rewritten = logOf((event) => (event.version === 7 ? { ...event, hash: '0'.repeat(64) } : event))
  const page = await eventsPage(rewritten, 't', 0, null)
  assert.equal(
    page.events.filter(({ isProven }) => !isProven).map(({ event }) => event.version),
    [7, 8],
  )
})

test('of one type all are found, and the next page goes on after the last of them', async () => {
  const first = await eventsPage(logOf(), 't', 0, 'step-completed')
  assert.is(first.events.length, EVENTS_PER_PAGE)
  assert.is(first.next, first.events.at(-1)?.event.version)
  const second = await eventsPage(logOf(), 't', first.next ?? 0, 'step-completed')
  assert.is(second.next, null)
  assert.ok(
    [...first.events, ...second.events].every(({ event, isProven }) => isProven && event.type === 'step-completed'),
  )
})

test.run()
