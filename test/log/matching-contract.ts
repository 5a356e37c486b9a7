/** The part of the contract that is about reading some of the events. */
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { partitionOf } from '../../src/log/partition.js'
import type { EventFilter, Log } from '../../src/ports/log.js'
import { appendTo, event, head, land, NOWHERE, newStream } from './appends.js'
import type { WithLog } from './contract.js'

/** All that match above a position, page by page, each page of at most `limit`. */
const allMatching = async (
  log: Log,
  start: number,
  filter: EventFilter,
  limit: number,
): Promise<ReadonlyArray<string>> => {
  const found: string[] = []
  const end = await log.position()
  for (let after = start; after < end; ) {
    const { events, lookedTo } = await log.readMatching(after, filter, limit)
    assert.ok(events.length <= limit && lookedTo > after && lookedTo <= (await log.position()))
    assert.ok(events.every(({ position }) => position > after && position <= lookedTo))
    found.push(...events.map(({ stream, version }) => `${stream}/${version}`))
    after = lookedTo
  }
  return found
}

export const matchingContract = (test: Test, withLog: WithLog): void => {
  test(
    'some events are found by type, stream, template, namespace, correlation and partition, however long the pages',
    withLog(async ({ log }) => {
      const start = await log.position()
      const [a, b, c] = [newStream(), newStream(), newStream()]
      const correlated = { ...event('{}', 'task-paused'), metadata: '{"correlation":"é-1"}' }
      const first = await land(
        log,
        appendTo(a, NOWHERE, { events: [event(), event('{}', 'task-paused')], head: head({ template: 'x' }) }),
      )
      await land(
        log,
        appendTo(b, NOWHERE, { events: [event(), correlated, event()], head: head({ namespace: 'other' }) }),
      )
      await land(log, appendTo(a, first, { events: [event(), event()], head: head({ template: 'x' }) }))
      await land(log, appendTo(c, NOWHERE, { events: [event('{}', 'of-tomorrow')] }))
      const names = (stream: string, ...versions: ReadonlyArray<number>) =>
        versions.map((version) => `${stream}/${version}`)
      const finds = async (filter: EventFilter, wanted: ReadonlyArray<string>): Promise<void> => {
        for (const limit of [1, 2, 100]) assert.equal(await allMatching(log, start, filter, limit), wanted)
      }
      await finds({}, [...names(a, 1, 2), ...names(b, 1, 2, 3), ...names(a, 3, 4), ...names(c, 1)])
      await finds({ types: ['task-paused', 'of-tomorrow'] }, [...names(a, 2), ...names(b, 2), ...names(c, 1)])
      await finds({ types: [] }, [])
      await finds({ stream: a }, names(a, 1, 2, 3, 4))
      await finds({ stream: a, types: ['task-paused'] }, names(a, 2))
      await finds({ stream: a, namespace: 'other' }, [])
      await finds({ template: 'x' }, names(a, 1, 2, 3, 4))
      await finds({ namespace: 'other' }, names(b, 1, 2, 3))
      await finds({ namespace: 'other', template: 'x' }, [])
      await finds({ correlation: 'é-1' }, names(b, 2))
      await finds({ stream: b, correlation: 'é-1' }, names(b, 2))
      const ofC = partitionOf(c)
      const elsewhere = new Set(Array.from({ length: 256 }, (_, partition) => partition).filter((one) => one !== ofC))
      const others = [a, b].filter((stream) => partitionOf(stream) !== ofC).length
      if (others === 2) await finds({ partitions: new Set([ofC]) }, names(c, 1))
      if (others === 2)
        await finds({ partitions: elsewhere }, [...names(a, 1, 2), ...names(b, 1, 2, 3), ...names(a, 3, 4)])
      assert.equal(
        (await log.readMatching(first.position, { stream: a }, 10)).events.map(({ version }) => version),
        [3, 4],
      )
    }),
  )

  test(
    'beyond the end nothing is found, and nothing was looked at',
    withLog(async ({ log }) => {
      await land(log, appendTo(newStream(), NOWHERE))
      const end = await log.position()
      assert.equal(await log.readMatching(end, {}, 10), { events: [], lookedTo: end })
      assert.equal(await log.readMatching(end + 5, {}, 10), { events: [], lookedTo: end + 5 })
      assert.equal(await log.readMatching(end, { stream: newStream() }, 10), { events: [], lookedTo: end })
    }),
  )
}
