/** The bounds that stand with each call of a planner are held against the fold; time passes, and is no difference. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { replayTask } from '../../src/audit/replay.js'
import type { Bounds } from '../../src/core/bounds.js'
import { packageRoot } from '../../src/package-root.js'
import { recordIn } from './kept-history.js'

const test = suite('bounds in a replay')

const DAY = 86_400
const MINUTE = 60

/** How many calls differ where each was recorded with these bounds instead, by so many milliseconds later. */
const differing = async (change: (bounds: Bounds) => Bounds, laterMs = 0): Promise<number> => {
  const { record, stream } = recordIn(join(packageRoot, 'test/audit/histories/life-expectancy.ndjson'))
  const readStream: typeof record.readStream = async (...asked) =>
    (await record.readStream(...asked)).map((stored) => {
      if (stored.type !== 'plan-requested') return stored
      const data = JSON.parse(stored.data)
      const time = new Date(Date.parse(stored.time) + laterMs).toISOString().replace('Z', '000Z')
      return { ...stored, time, data: JSON.stringify({ ...data, boundsLeft: change(data.boundsLeft) }) }
    })
  const catalog = createCatalog()
  const replayed = await replayTask({ ...record, readStream }, stream, { vocabulary: vocabularyOf(catalog.handlers) })
  await catalog.close()
  if (E.isLeft(replayed)) throw new Error(replayed.left.message)
  return replayed.right.differences.filter(({ of }) => of === 'bounds').length
}

const withSeconds = (seconds: number | undefined) => (bounds: Bounds) => {
  const { max_wall_clock_seconds: _, ...others } = bounds
  return seconds === undefined ? others : { ...others, max_wall_clock_seconds: seconds }
}

test('what was left of the time is between what the event’s time leaves and what was stated', async () => {
  const calls = 3
  assert.is(await differing(withSeconds(DAY)), 0)
  assert.is(await differing(withSeconds(DAY + 1)), calls)
  assert.is(
    await differing(withSeconds(DAY - 30), MINUTE * 1_000),
    0,
    'it was asked some seconds before it was recorded',
  )
  assert.is(await differing(withSeconds(DAY - 2 * MINUTE), MINUTE * 1_000), calls, 'more time had passed than was told')
  assert.is(await differing(withSeconds(undefined)), calls)
})

test('any other bound is what the fold leaves, to the letter', async () => {
  assert.is(await differing((bounds) => ({ ...bounds, max_steps: (bounds.max_steps ?? 0) + 1 })), 3)
  assert.is(await differing((bounds) => ({ ...bounds, allowed_hosts: ['elsewhere.example'] })), 3)
})

test.run()
