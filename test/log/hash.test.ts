/** The hash chain is frozen: what was recorded once must verify for ever. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createEventTimes, timeText } from '../../src/log/event-time.js'
import { digestOf, hashEvent, NO_HASH } from '../../src/log/hash.js'
import { jsonTextFault, plainTextFault } from '../../src/log/stored-text.js'
import { chainOf } from './appends.js'

const test = suite('hash')

const first = {
  position: 1,
  stream: 'task-0190a000-0000-7000-8000-000000000001',
  version: 1,
  id: '0190a000-0000-7000-8000-0000000000aa',
  type: 'task-created',
  schemaVersion: 1,
  time: '2026-01-02T03:04:05.678901Z',
  data: '{"name":"Zürich 😀","n":1.0}',
  metadata: '{"actor":{"kind":"engine"},"causation":null,"correlation":"c"}',
  hash: 'b4a0c03f04f6e2a144f82280170f3caced6f0edcfb1d57f9bbb3cc71a171a75b',
}
const second = {
  ...first,
  position: 2,
  version: 2,
  type: 'task-completed',
  data: '{}',
  hash: 'eaf3d00ded8ab00141019ac17c1c75fabc823e5910a37b8c71f126f385e7b296',
}

test('the frozen samples hash to what they were recorded with', () => {
  assert.is(hashEvent(NO_HASH, first), first.hash)
  assert.is(hashEvent(first.hash, second), second.hash)
  assert.equal(chainOf([first, second]), [first.hash, second.hash])
})

test('every field is part of the hash, and none can borrow from its neighbour', () => {
  const hash = hashEvent(NO_HASH, first)
  const changes = [
    { stream: `${first.stream}0` },
    { version: 2 },
    { id: first.id.replace('a', 'b') },
    { type: 'task-create', schemaVersion: 1 },
    { schemaVersion: 2 },
    { time: timeText(0) },
    { data: `${first.data} ` },
    { data: `${first.data}{`, metadata: first.metadata.slice(1) },
  ]
  for (const change of changes) assert.is.not(hashEvent(NO_HASH, { ...first, ...change }), hash)
  assert.is.not(hashEvent(hash, first), hash)
})

test('a large event is hashed like a small one', () => {
  for (const length of [70_000, 400_000, 3_000_000]) {
    const large = { ...first, data: JSON.stringify('ü'.repeat(length)) }
    assert.is(hashEvent(NO_HASH, large), chainOf([large])[0])
  }
  assert.is(hashEvent(NO_HASH, first), first.hash)
})

test('a digest is of the exact bytes', () => {
  assert.is(digestOf(''), 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  assert.is(digestOf('"ü"'), 'sha256:e4c77d3f26dacb0bcd1ef966781f0988c483f20cb118c5605ccf670c17944c6f')
})

test('times have six decimals and never stand still or go back', () => {
  const now = [1_000, 1_000, 999, 1_001.9]
  const times = createEventTimes(() => now.shift() ?? 0)
  assert.equal(
    [times(), times(), times(), times()].map((time) => time.text),
    [
      '1970-01-01T00:00:01.000000Z',
      '1970-01-01T00:00:01.000001Z',
      '1970-01-01T00:00:01.000002Z',
      '1970-01-01T00:00:01.001000Z',
    ],
  )
})

test('an escape is only what JSON reads as one', () => {
  assert.is(jsonTextFault('"\\\\u0000"'), undefined)
  assert.is(jsonTextFault('"\\\\\\u0000"'), 'text_has_no_nul')
  assert.is(jsonTextFault('"\\ud83d\\ude00"'), undefined)
  assert.is(jsonTextFault('"\\ud83d\\\\ude00"'), 'text_has_no_lone_surrogate')
  assert.is(jsonTextFault('"\\u0041\\ude00"'), 'text_has_no_lone_surrogate')
  assert.is(jsonTextFault('"\\ud83d\\ud83d\\ude00"'), 'text_has_no_lone_surrogate')
  assert.is(plainTextFault('\\u0000'), undefined)
  assert.is(plainTextFault('a\udc00'), 'text_has_no_lone_surrogate')
})

test.run()
