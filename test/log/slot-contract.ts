/** The part of the contract that is about limits: who takes a slot, who is throttled, and who gives one back. */
import { randomUUID } from 'node:crypto'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import type { AppendOutcome, SlotTaken, StreamAppend } from '../../src/ports/log.js'
import { appendTo, land, NOWHERE, newStream, one, type Standing } from './appends.js'
import type { WithLog } from './contract.js'

const slot = (limit: string, concurrency: number, holder = '1/1'): SlotTaken => ({ holder, limit, concurrency })
const paced = (limit: string, max: number, perMs: number, holder = '1/1'): SlotTaken => ({
  holder,
  limit,
  rate: { max, perMs },
})

const taking = (standing: Standing, take: ReadonlyArray<SlotTaken>, free: ReadonlyArray<string> = []): StreamAppend =>
  appendTo(newStream(), standing, { slots: { free, take } })

const said = (outcome: AppendOutcome | undefined): string =>
  outcome?.kind === 'refused' ? `${outcome.constraint} ${outcome.throttle?.room}` : String(outcome?.kind)

export const slotContract = (test: Test, withLog: WithLog): void => {
  slots(test, withLog)
  pace(test, withLog)
}

const slots = (test: Test, withLog: WithLog): void => {
  test(
    'a limit gives as many slots as it has, whoever asks, and leaves those alone who ask for none',
    withLog(async ({ log, other }) => {
      const limit = randomUUID()
      const take = [slot(limit, 2)]
      const outcomes = await log.append([taking(NOWHERE, take), taking(NOWHERE, take), taking(NOWHERE, take)])
      assert.equal(outcomes.map(said), ['landed', 'landed', 'throttled 0'])
      const [refused, free] = await other.append([taking(NOWHERE, take), appendTo(newStream(), NOWHERE)])
      assert.equal([said(refused), said(free)], ['throttled 0', 'landed'])
      assert.equal(refused?.kind === 'refused' && refused.throttle, { limit, room: 0 })
      assert.is(said(await one(log, taking(NOWHERE, [slot(randomUUID(), 1)]))), 'landed')
    }),
  )

  test(
    'a stream that is throttled takes nothing and stores nothing, and is told how much room there was',
    withLog(async ({ log }) => {
      const [narrow, wide] = [randomUUID(), randomUUID()]
      await land(log, taking(NOWHERE, [slot(narrow, 3)]))
      const both = ['a', 'b', 'c'].flatMap((holder) => [slot(wide, 3, holder), slot(narrow, 3, holder)])
      const refused = taking(NOWHERE, both)
      assert.is(said(await one(log, refused)), 'throttled 2')
      assert.equal(await log.readStream(refused.stream, 0), [])
      assert.is(await log.head(refused.stream), undefined)
      const all = ['a', 'b', 'c'].map((holder) => slot(wide, 3, holder))
      assert.is(said(await one(log, taking(NOWHERE, all))), 'landed')
    }),
  )

  test(
    'a slot is given back by the append that ends its attempt, and may be taken again by the same one',
    withLog(async ({ log }) => {
      const limit = randomUUID()
      const first = taking(NOWHERE, [slot(limit, 1)])
      const started = await land(log, first)
      assert.is(said(await one(log, taking(NOWHERE, [slot(limit, 1)]))), 'throttled 0')
      const next = { ...appendTo(first.stream, started), slots: { free: ['1/1'], take: [slot(limit, 1, '2/1')] } }
      const ended = await land(log, next)
      assert.is(said(await one(log, taking(NOWHERE, [slot(limit, 1)]))), 'throttled 0')
      const last = { ...appendTo(first.stream, ended), slots: { free: ['2/1', '9/9'], take: [] } }
      const take = [slot(limit, 1)]
      const outcomes = await log.append([taking(NOWHERE, take), last, taking(NOWHERE, take), taking(NOWHERE, take)])
      assert.equal(outcomes.map(said), ['throttled 0', 'landed', 'landed', 'throttled 0'])
    }),
  )

  test(
    'a stream in conflict, and one whose task exists, give nothing back and take nothing',
    withLog(async ({ log }) => {
      const [limit, identity] = [randomUUID(), randomUUID()]
      const first = { ...taking(NOWHERE, [slot(limit, 2)]), identity }
      await land(log, first)
      const behind = { ...appendTo(first.stream, NOWHERE), slots: { free: ['1/1'], take: [slot(limit, 2, '2/1')] } }
      assert.is(said(await one(log, behind)), 'conflict')
      const twin = { ...taking(NOWHERE, [slot(limit, 2)]), identity }
      const rivals = [0, 1].map(() => ({ ...taking(NOWHERE, [slot(limit, 2)]), identity: `new ${identity}` }))
      assert.equal((await log.append([twin, ...rivals])).map(said), ['duplicate', 'landed', 'duplicate'])
      assert.is(said(await one(log, taking(NOWHERE, [slot(limit, 2)]))), 'throttled 0')
      assert.is(said(await one(log, taking(NOWHERE, [slot(limit, 3)]))), 'landed')
    }),
  )
}

const pace = (test: Test, withLog: WithLog): void => {
  test(
    'a rate gives what its bucket holds, and says when there is more',
    withLog(async ({ log, other }) => {
      const limit = randomUUID()
      const hour = 3_600_000
      const take = (count: number) => Array.from({ length: count }, (_, index) => paced(limit, 4, hour, `${index}`))
      assert.is(said(await one(log, taking(NOWHERE, take(3)))), 'landed')
      const refused = await one(other, taking(NOWHERE, take(2)))
      assert.is(said(refused), 'throttled 1')
      const wait = (refused.kind === 'refused' && refused.throttle?.retryAfterMs) || 0
      assert.ok(wait > hour / 4 - 60_000 && wait <= hour / 4, `${wait}`)
      assert.is(said(await one(log, taking(NOWHERE, take(1)))), 'landed')
      assert.is(said(await one(other, taking(NOWHERE, take(1)))), 'throttled 0')
      // A wider limit, as an operator may set it later, does not fill the bucket.
      assert.is(said(await one(log, taking(NOWHERE, [paced(limit, 40, hour)]))), 'throttled 0')
    }),
  )

  test(
    'a limit of both takes from neither where the other has none',
    withLog(async ({ log }) => {
      const limit = randomUUID()
      const both = { ...paced(limit, 1, 3_600_000), concurrency: 1 }
      const first = taking(NOWHERE, [both])
      const started = await land(log, first)
      assert.is(said(await one(log, taking(NOWHERE, [both]))), 'throttled 0')
      await land(log, { ...appendTo(first.stream, started), slots: { free: ['1/1'], take: [] } })
      const refused = await one(log, taking(NOWHERE, [both]))
      assert.ok(refused.kind === 'refused' && refused.throttle?.retryAfterMs !== undefined)
      assert.is(said(await one(log, taking(NOWHERE, [slot(limit, 1)]))), 'landed')
    }),
  )
}
