import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HINT_AGE_MS, MAX_SWEPT_PAGES, PRIORITY_AGE_MS, SWEEP_BATCH } from '../../src/core/limits.js'
import { HintSweep } from '../../src/engine/hint-sweep.js'
import type { DueEntry, Log } from '../../src/ports/log.js'
import type { Hint } from '../../src/ports/queue.js'
import { createFakeClock } from '../support/fake-clock.js'

const test = suite('the sweep of hints')

const NOW = Date.UTC(2026, 0, 1)

/** Rows that never go, in order; the oldest first. */
const standing = (count: number, waitedMs: number): ReadonlyArray<DueEntry> =>
  Array.from({ length: count }, (_, index) => ({
    stream: `task-${index}`,
    key: 'queue/0',
    kind: 'queue',
    dueAt: NOW - waitedMs,
    target: 'default',
    priority: 2,
    data: '{"step":0,"attempt":1,"enqueue":1,"version":3}',
  }))

const sweepOver = (rows: ReadonlyArray<DueEntry>) => {
  const sent: Hint[] = []
  const raised: Hint[] = []
  const dueBefore: Log['dueBefore'] = async (nowMs, _, limit, after) => {
    const from = after === undefined ? 0 : rows.findIndex(({ stream }) => stream === after.stream) + 1
    return rows
      .slice(from)
      .filter(({ dueAt }) => dueAt <= nowMs)
      .slice(0, limit)
  }
  const queue = {
    send: async (_: string, hints: ReadonlyArray<Hint>) => void sent.push(...hints),
    resend: async (_: string, hints: ReadonlyArray<Hint>) => void raised.push(...hints),
  }
  return { sweep: new HintSweep({ log: { dueBefore }, queue, clock: createFakeClock(NOW) }), sent, raised }
}

test('a page at a time, and in turn: what cannot run does not keep the others from being hinted', async () => {
  const { sweep, sent } = sweepOver(standing(2.5 * SWEEP_BATCH, HINT_AGE_MS))
  const seen = async () => {
    await sweep.sweep(false)
    return sent.splice(0).map(({ stream }) => stream)
  }
  const pages = [await seen(), await seen(), await seen()]
  assert.equal(
    pages.map((page) => page.length),
    [SWEEP_BATCH, SWEEP_BATCH, SWEEP_BATCH / 2],
  )
  assert.is(new Set(pages.flat()).size, 2.5 * SWEEP_BATCH)
  assert.equal(await seen(), pages[0])
})

test('a queue that has lost its content gets everything, however long it takes', async () => {
  const pages = MAX_SWEPT_PAGES + 3
  const { sweep, sent } = sweepOver(standing(pages * SWEEP_BATCH - 1, 0))
  await sweep.sweep(true)
  assert.equal([sent.length, sweep.isRefilling], [MAX_SWEPT_PAGES * SWEEP_BATCH, true])
  await sweep.sweep(false)
  assert.equal([sent.length, sweep.isRefilling], [pages * SWEEP_BATCH - 1, false])
})

test('what has waited for a level or more moves up in its queue', async () => {
  const old = sweepOver(standing(1, PRIORITY_AGE_MS))
  await old.sweep.sweep(false)
  const young = sweepOver(standing(1, PRIORITY_AGE_MS - 1))
  await young.sweep.sweep(false)
  assert.equal([old.sent.length, young.raised.length], [0, 0])
  assert.is((young.sent[0]?.priority ?? 0) - (old.raised[0]?.priority ?? 0), 1)
})

test.run()
