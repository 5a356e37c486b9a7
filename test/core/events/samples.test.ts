import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeEvent, EVENTS, SCHEMA_VERSION } from '../../../src/core/event.js'
import { packageRoot } from '../../../src/package-root.js'

const test = suite('stored events')

/** One frozen sample a type and version: what has been written once is read for ever. Samples are added, never changed. */
const SAMPLES = join(packageRoot, 'test/core/events/samples')

const storedAs = (type: string, schemaVersion: number, data: string) => ({
  id: '01890000-0000-7000-8000-0000000000ff',
  type,
  schemaVersion,
  data,
  metadata: '{"actor":{"kind":"engine"},"causation":null,"correlation":"c"}',
})

test('every type of event has a sample of its version, and every sample is read as it was written', () => {
  const files = readdirSync(SAMPLES)
  for (const type of Object.keys(EVENTS))
    assert.ok(files.includes(`${type}.v${SCHEMA_VERSION}.json`), `${type} has no sample`)
  for (const file of files) {
    const [type = '', version = ''] = file.split('.')
    const text = readFileSync(join(SAMPLES, file), 'utf8')
    const decoded = decodeEvent(storedAs(type, Number(version.slice(1)), text))
    if (E.isLeft(decoded)) throw new Error(decoded.left.message)
    assert.equal(decoded.right.data, JSON.parse(text), file)
  }
})

test('ARCHITECTURE names every type of event, and none that there is not', () => {
  const text = readFileSync(join(packageRoot, 'ARCHITECTURE.md'), 'utf8')
  const [, listed = ''] = text.split(/^\* of a task: /m)
  const named = [...listed.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, type]) => type)
  assert.equal(named.toSorted(), Object.keys(EVENTS).toSorted())
})

test("a key that a newer process added is kept out of nobody's way", () => {
  const decoded = decodeEvent(storedAs('task-blocked', 1, '{"failed":["a"],"since":"tomorrow"}'))
  assert.ok(E.isRight(decoded))
})

test('a type, a version and a shape that this process does not know are told apart', () => {
  const codeOf = (stored: ReturnType<typeof storedAs>) => {
    const decoded = decodeEvent(stored)
    return E.isLeft(decoded) ? decoded.left.code : 'read'
  }
  assert.is(codeOf(storedAs('task-teleported', 1, '{}')), 'unknown_event_type')
  assert.is(codeOf(storedAs('task-blocked', 2, '{"failed":[]}')), 'unknown_event_version')
  assert.is(codeOf(storedAs('task-blocked', 1, '{"failed":"a"}')), 'unreadable_event')
})

test.run()
