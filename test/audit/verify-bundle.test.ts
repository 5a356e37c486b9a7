import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bundleLines, eventLine, headerLine, payloadLine } from '../../src/audit/bundle.js'
import type { KnownHead } from '../../src/audit/event-chain.js'
import type { Verdict } from '../../src/audit/verdict.js'
import { verifyBundle } from '../../src/audit/verify-bundle.js'
import { hashEvent } from '../../src/log/hash.js'
import type { StoredEvent } from '../../src/ports/log.js'
import { linesOf, PAYLOAD, piecesOf, recordTask } from './recorded-task.js'

const test = suite('a bundle')

const exported = async () => {
  const { log, stream } = await recordTask()
  return { stream, events: await log.readStream(stream, 0), lines: await linesOf(bundleLines(log, stream)) }
}

const verdictOn = async (
  lines: ReadonlyArray<string>,
  heads: ReadonlyArray<KnownHead> = [],
  size?: number,
): Promise<Verdict> => {
  const verified = await verifyBundle(piecesOf(lines, size), () => heads)
  if (E.isLeft(verified)) throw new Error(verified.left.message)
  return verified.right
}

const faultIn = async (lines: ReadonlyArray<string>, heads: ReadonlyArray<KnownHead> = []) => {
  const verdict = await verdictOn(lines, heads)
  if (verdict.kind === 'intact') throw new Error('nothing was found')
  return verdict.fault
}

/** The events with one of them changed and everything from it on hashed anew, as a forger would do it. */
const forged = (events: ReadonlyArray<StoredEvent>, version: number): ReadonlyArray<StoredEvent> => {
  let previous = ''
  return events.map((event) => {
    const changed = event.version === version ? { ...event, data: '{"forged":true}' } : event
    previous = hashEvent(previous, changed)
    return { ...changed, hash: previous }
  })
}

const bundleOf = (events: ReadonlyArray<StoredEvent>): string[] => {
  const last = events.at(-1)
  return last === undefined ? [] : [headerLine(last), ...events.map(eventLine)]
}

test('stands on its own, with its payloads', async () => {
  const { stream, events, lines } = await exported()
  assert.equal(JSON.parse(lines[0] ?? ''), { bundle_version: '1.0', stream, version: 6, hash: events[5]?.hash })
  assert.is(lines.length, 1 + 6 + 1)
  assert.is(JSON.parse(lines[1] ?? '').event.data, events[0]?.data)
  assert.is(Buffer.from(JSON.parse(lines[7] ?? '').payload.base64, 'base64').toString(), PAYLOAD)
  const verdict = await verdictOn(lines)
  assert.equal(verdict, { kind: 'intact', stream, version: 6, hash: events[5]?.hash, payloads: 1, heads: 0 })
})

test('is proven whatever pieces it is read in', async () => {
  const { lines } = await exported()
  for (const size of [1, 7, 100_000]) assert.is((await verdictOn(lines, [], size)).kind, 'intact')
})

test('with any one bit of any event flipped is broken at that event', async () => {
  const { lines } = await exported()
  for (let version = 1; version <= 6; version += 1) {
    const bytes = Buffer.from(lines[version] ?? '')
    for (let bit = 0; bit < bytes.length * 8; bit += 5) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const tampered = [...lines.slice(0, version), flipped.toString('latin1'), ...lines.slice(version + 1)]
      const raw = Buffer.concat(
        tampered.map((line, index) => Buffer.concat([index === version ? flipped : Buffer.from(line), NEWLINE])),
      )
      const verified = await verifyBundle(once(raw))
      if (E.isLeft(verified)) throw new Error(verified.left.message)
      const verdict = verified.right
      assert.is(verdict.kind, 'broken', `bit ${bit} of event ${version}`)
      if (verdict.kind === 'broken') assert.is(verdict.fault.version, version, `bit ${bit}: ${verdict.fault.message}`)
    }
  }
})

const NEWLINE = Buffer.from('\n')

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

test('with an event removed is broken where it stood', async () => {
  const { lines } = await exported()
  for (let version = 1; version <= 6; version += 1) {
    const fault = await faultIn(lines.filter((_, index) => index !== version))
    assert.is(fault.version, version)
    assert.is(fault.code, version === 6 ? 'record_cut_short' : 'event_missing')
  }
})

test('with two events swapped is broken at the first of them, also when they were numbered anew', async () => {
  const { lines, events } = await exported()
  const [one = '', other = ''] = lines.slice(3, 5)
  const fault = await faultIn([...lines.slice(0, 3), other, one, ...lines.slice(5)])
  assert.equal([fault.code, fault.version], ['event_missing', 3])
  const [third, fourth] = events.slice(2, 4)
  if (third === undefined || fourth === undefined) throw new Error('too short')
  const numbered = [eventLine({ ...fourth, version: 3 }), eventLine({ ...third, version: 4 })]
  const anew = await faultIn([...lines.slice(0, 3), ...numbered, ...lines.slice(5)])
  assert.equal([anew.code, anew.version], ['event_changed', 3])
})

test('whose events were hashed anew is found out by a head that was published before', async () => {
  const { events, lines: genuine } = await exported()
  const lines = [...bundleOf(forged(events, 4)), ...genuine.slice(7)]
  assert.is((await verdictOn(lines)).kind, 'intact', 'a forger who hashes everything anew leaves no trace in it')
  const published = (version: number): KnownHead => ({ version, hash: events[version - 1]?.hash ?? '' })
  const fault = await faultIn(lines, [published(6), published(3)])
  assert.is(fault.code, 'head_differs')
  assert.is(fault.version, 4)
  assert.match(fault.message, 'one of the events 4 to 6')
  assert.match((await faultIn(lines, [published(4), published(3)])).message, /^event 4 was rewritten/)
})

test('that agrees with published heads says how many, and one that ends before a head is cut short', async () => {
  const { lines, events } = await exported()
  const heads = [2, 6].map((version) => ({ version, hash: events[version - 1]?.hash ?? '' }))
  const verdict = await verdictOn(lines, heads)
  assert.is(verdict.kind === 'intact' ? verdict.heads : 0, 2)
  const beyond = await faultIn(lines, [{ version: 9, hash: events[5]?.hash ?? '' }])
  assert.equal([beyond.code, beyond.version], ['head_beyond_record', 7])
})

test('is broken by an event too many, a changed head, and an event of another stream', async () => {
  const { lines, events } = await exported()
  const header = (more: object): string => JSON.stringify({ ...JSON.parse(lines[0] ?? ''), ...more })
  assert.equal((await faultIn([header({ version: 5 }), ...lines.slice(1)])).code, 'record_too_long')
  assert.equal((await faultIn([header({ hash: events[0]?.hash }), ...lines.slice(1)])).code, 'head_differs')
  const [first] = events
  if (first === undefined) throw new Error('too short')
  const foreign = eventLine({ ...first, stream: 'task-other' })
  assert.equal((await faultIn([lines[0] ?? '', foreign])).code, 'event_of_another_stream')
})

test('is broken by a payload that is changed, missing, or nobody’s', async () => {
  const { lines } = await exported()
  const payload = lines[7] ?? ''
  const changed = payload.replace(/"base64":"../, '"base64":"AA')
  assert.is((await faultIn([...lines.slice(0, 7), changed])).code, 'payload_changed')
  assert.is((await faultIn(lines.slice(0, 7))).code, 'payload_missing')
  assert.is((await faultIn([...lines, payload])).code, 'payload_foreign')
  const nobodys = payloadLine({ digest: `sha256:${'0'.repeat(64)}`, text: 'x' })
  assert.is((await faultIn([...lines, nobodys])).code, 'payload_changed')
})

test('with a malformed line says which, and which event should stand there', async () => {
  const { lines } = await exported()
  const instead = async (line: string) => faultIn([...lines.slice(0, 2), line, ...lines.slice(3)])
  const broken = [
    'x',
    '',
    '[]',
    '{"event":{}}',
    '{"event":7}',
    '{"other":1}',
    lines[0] ?? '',
    (lines[2] ?? '').replace('"data"', '"dat"'),
    (lines[2] ?? '').replace('{"event":', '{"more":1,"event":'),
    (lines[2] ?? '').replace('"version":2', '"version":2.5'),
    (lines[2] ?? '').replace('"data":"', '"data":"\\ud800'),
    '{"payload":{"digest":"d","base64":"*"}}',
  ]
  for (const line of broken) {
    const fault = await instead(line)
    assert.is(fault.code, 'line_malformed', line)
    assert.match(fault.message, 'line 3, where event 2 should stand')
  }
})

test('is not what does not begin like one', async () => {
  const { lines } = await exported()
  const beginnings: ReadonlyArray<ReadonlyArray<string>> = [
    [],
    ['{}'],
    ['hello'],
    lines.slice(1),
    ['{"bundle_version":"2.0","stream":"s","version":1,"hash":"h"}'],
  ]
  for (const beginning of beginnings) {
    const verified = await verifyBundle(piecesOf(beginning))
    assert.ok(E.isLeft(verified))
    if (E.isLeft(verified)) assert.match(verified.left.message, 'this is no bundle')
  }
})

test('text that is no UTF-8 is broken, and so is half a surrogate, which has the bytes of another character', async () => {
  const { lines } = await exported()
  const bytes = Buffer.concat([Buffer.from(`${lines[0]}\n`), Buffer.from([0xff, 0xfe, 0x0a])])
  const verified = await verifyBundle(once(bytes))
  assert.ok(E.isRight(verified))
  if (E.isRight(verified) && verified.right.kind === 'broken') assert.match(verified.right.fault.message, 'no UTF-8')
})

test.run()
