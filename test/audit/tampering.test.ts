/**
 * A record that somebody with hands in the store has tampered with, proven where it is stored (one task, and all of
 * them) and as the bundle that it would be exported as: every way of asking finds the same first broken event.
 */
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bundleLines } from '../../src/audit/bundle.js'
import type { KnownHead } from '../../src/audit/event-chain.js'
import type { Verdict } from '../../src/audit/verdict.js'
import { verifyBundle } from '../../src/audit/verify-bundle.js'
import { verifyAll, verifyTask } from '../../src/audit/verify-task.js'
import { hashEvent } from '../../src/log/hash.js'
import type { MemoryStore } from '../../src/log/memory-store.js'
import type { StoredEvent } from '../../src/ports/log.js'
import { linesOf, piecesOf, recordTask } from './recorded-task.js'

const test = suite('a record that was tampered with')

const EVENTS = 6

type Tampering = (events: ReadonlyArray<StoredEvent>) => ReadonlyArray<StoredEvent>

const faultOf = (verdict: Verdict | undefined): unknown => {
  if (verdict?.kind !== 'broken') return 'nothing was found'
  return { code: verdict.fault.code, version: verdict.fault.version }
}

/** What each way of asking says of a task whose events were changed; `heads` were published before. */
const verdictsOn = async (tampering: Tampering, headsOf: (events: ReadonlyArray<StoredEvent>) => KnownHead[]) => {
  const { log, store, stream } = await recordTask()
  const genuine = [...(store.streams.get(stream) ?? [])]
  const heads = headsOf(genuine)
  put(store, stream, tampering(genuine))
  const all: Verdict[] = []
  await verifyAll(log, new Map([[stream, heads]]), (verdict) => all.push(verdict))
  const bundle = await verifyBundle(piecesOf(await linesOf(bundleLines(log, stream))), () => heads)
  if (E.isLeft(bundle)) throw new Error(bundle.left.message)
  return { task: await verifyTask(log, stream, heads), all: all[0], bundle: bundle.right }
}

const put = (store: MemoryStore, stream: string, events: ReadonlyArray<StoredEvent>): void => {
  store.streams.get(stream)?.splice(0, EVENTS, ...events)
}

const isFound = async (
  tampering: Tampering,
  expected: { readonly code: string; readonly version: number | null },
  headsOf: (events: ReadonlyArray<StoredEvent>) => KnownHead[] = () => [],
): Promise<void> => {
  const { task, all, bundle } = await verdictsOn(tampering, headsOf)
  assert.equal([faultOf(task), faultOf(all)], [expected, expected])
  // What cannot be an event at all (a schema version of 0) is found there too, as a line that is none.
  const isNone = bundle.kind === 'broken' && bundle.fault.code === 'line_malformed'
  assert.equal(faultOf(bundle), isNone ? { ...expected, code: 'line_malformed' } : expected)
}

const changed = (version: number, change: (event: StoredEvent) => Partial<StoredEvent>): Tampering => {
  return (events) => events.map((event) => (event.version === version ? { ...event, ...change(event) } : event))
}

/** Flips one bit of the last letter; it stays text. */
const flipped = (text: string): string => text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) ^ 1)

test('one flipped bit of any event, in whatever of it is hashed, is found at that event', async () => {
  for (let version = 1; version <= EVENTS; version += 1) {
    const expected = { code: 'event_changed', version }
    for (const field of ['id', 'type', 'data', 'metadata', 'time'] as const) {
      await isFound(
        changed(version, (event) => ({ [field]: flipped(event[field]) })),
        expected,
      )
    }
    await isFound(
      changed(version, ({ schemaVersion }) => ({ schemaVersion: schemaVersion ^ 1 })),
      expected,
    )
    await isFound(
      changed(version, ({ hash }) => ({ hash: hash.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) })),
      expected,
    )
  }
})

test('one removed event is found where it stood', async () => {
  for (let version = 1; version <= EVENTS; version += 1) {
    const code = version === EVENTS ? 'record_cut_short' : 'event_missing'
    await isFound((events) => events.filter((event) => event.version !== version), { code, version })
  }
})

test('one swapped pair is found at the first of the two, whether or not they were numbered anew', async () => {
  for (let version = 1; version < EVENTS; version += 1) {
    const swapped: Tampering = (events) => {
      const both = events.slice(version - 1, version + 1).reverse()
      return [...events.slice(0, version - 1), ...both, ...events.slice(version + 1)]
    }
    await isFound(swapped, { code: 'event_missing', version })
    const numbered: Tampering = (events) => swapped(events).map((event, at) => ({ ...event, version: at + 1 }))
    await isFound(numbered, { code: 'event_changed', version })
  }
})

/** As a forger does it: everything from there on is hashed anew, and the log's own head with it. */
const hashedAnew = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<StoredEvent> => {
  let previous = ''
  return events.map((event) => {
    previous = hashEvent(previous, event)
    return { ...event, hash: previous }
  })
}

/** The same three, with the log's head put right by the forger as well. */
const forgedVerdicts = async (tampering: Tampering, published: ReadonlyArray<number>) => {
  const { log, store, stream } = await recordTask()
  const genuine = [...(store.streams.get(stream) ?? [])]
  const heads = published.map((version) => ({ version, hash: genuine[version - 1]?.hash ?? '' }))
  const forged = tampering(genuine)
  put(store, stream, forged)
  const head = store.heads.get(stream)
  const last = forged.at(-1)
  if (head === undefined || last === undefined) throw new Error('there is nothing to forge')
  store.heads.set(stream, { ...head, version: last.version, hash: last.hash })
  const all: Verdict[] = []
  await verifyAll(log, new Map([[stream, heads]]), (verdict) => all.push(verdict))
  const bundle = await verifyBundle(piecesOf(await linesOf(bundleLines(log, stream))), () => heads)
  if (E.isLeft(bundle)) throw new Error(bundle.left.message)
  return [await verifyTask(log, stream, heads), all[0], bundle.right].map(faultOf)
}

test('a forgery that was hashed anew, head and all, is found by a published head alone', async () => {
  const forgery: Tampering = (events) => hashedAnew(changed(4, () => ({ data: '{"forged":true}' }))(events))
  const nothing = 'nothing was found'
  assert.equal(await forgedVerdicts(forgery, []), [nothing, nothing, nothing])
  assert.equal(
    await forgedVerdicts(forgery, [3]),
    [nothing, nothing, nothing],
    'what was published does not speak of it',
  )
  // Nobody can say more than that it is one of those since the last head that agrees: the first of them is named.
  for (const [published, version] of [
    [[4], 1],
    [[6], 1],
    [[3, 4], 4],
    [[3, 6], 4],
    [[6, 3], 4],
  ] as const) {
    const found = { code: 'head_differs', version }
    assert.equal(await forgedVerdicts(forgery, published), [found, found, found], published.join())
  }
})

test('a record whose last events were cut off, head and all, is found by a head that was published of them', async () => {
  const cut: Tampering = (events) => events.slice(0, 4)
  const nothing = 'nothing was found'
  assert.equal(await forgedVerdicts(cut, [4]), [nothing, nothing, nothing])
  const found = { code: 'head_beyond_record', version: 5 }
  for (const published of [[6], [5], [4, 6]]) {
    assert.equal(await forgedVerdicts(cut, published), [found, found, found], published.join())
  }
})

test.run()
