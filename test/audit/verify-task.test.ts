import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Verdict } from '../../src/audit/verdict.js'
import { verifyAll, verifyTask } from '../../src/audit/verify-task.js'
import { createMemoryStore } from '../../src/log/memory-store.js'
import type { StoredEvent } from '../../src/ports/log.js'
import { PAYLOAD, recordTask } from './recorded-task.js'

const test = suite('a record in the log')

/** Somebody with his own hands in the store. */
const tamper = (events: StoredEvent[] | undefined, version: number, change: Partial<StoredEvent>): void => {
  const event = events?.[version - 1]
  if (events === undefined || event === undefined) throw new Error('there is no such event')
  events[version - 1] = { ...event, ...change }
}

const faultOf = (verdict: Verdict | undefined) => {
  if (verdict?.kind !== 'broken') throw new Error('nothing was found')
  return [verdict.fault.code, verdict.fault.version]
}

test('is proven event by event, with its payloads', async () => {
  const { log, stream } = await recordTask()
  const verdict = await verifyTask(log, stream)
  assert.is(verdict?.kind === 'intact' ? `${verdict.version} ${verdict.payloads}` : '', '6 1')
  assert.is(await verifyTask(log, 'task-nobody'), undefined)
})

test('with one letter changed is broken there', async () => {
  const { log, stream, store } = await recordTask()
  tamper(store.streams.get(stream), 4, { data: '{"n":2.5}' })
  assert.equal(faultOf(await verifyTask(log, stream)), ['event_changed', 4])
})

test('without its last events is found out by its head', async () => {
  const { log, stream, store } = await recordTask()
  store.streams.get(stream)?.pop()
  assert.equal(faultOf(await verifyTask(log, stream)), ['record_cut_short', 6])
  store.heads.delete(stream)
  assert.equal(faultOf(await verifyTask(log, stream)), ['record_empty', 1])
})

test('whose payload was changed or lost is broken', async () => {
  const { log, stream, store } = await recordTask()
  const payloads = store.payloads.get(stream)
  for (const [digest] of payloads ?? []) payloads?.set(digest, PAYLOAD.replace('large', 'small'))
  assert.equal(faultOf(await verifyTask(log, stream)), ['payload_changed', null])
  payloads?.clear()
  assert.equal(faultOf(await verifyTask(log, stream)), ['payload_missing', null])
})

test('of every task is proven, and a task that is gone is known by its published head', async () => {
  const store = createMemoryStore()
  const { log, stream } = await recordTask(store)
  const second = await recordTask(store)
  const verdicts: Verdict[] = []
  await verifyAll(log, new Map(), (verdict) => verdicts.push(verdict))
  assert.equal(new Set(verdicts.map((verdict) => verdict.stream)), new Set([stream, second.stream]))
  assert.ok(verdicts.every(({ kind }) => kind === 'intact'))
  tamper(store.streams.get(second.stream), 1, { metadata: '{}' })
  const heads = new Map([['task-gone', [{ version: 3, hash: 'a' }]]])
  const again: Verdict[] = []
  await verifyAll(log, heads, (verdict) => again.push(verdict))
  const broken = again.filter(({ kind }) => kind === 'broken')
  assert.equal(
    broken.map((verdict) => [verdict.stream, ...faultOf(verdict)]),
    [
      [second.stream, 'event_changed', 1],
      ['task-gone', 'record_empty', 1],
    ],
  )
})

test.run()
