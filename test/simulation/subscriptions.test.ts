import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runSubscriptionSeed } from './subscription-seed.js'

const test = suite('the simulation of subscriptions')

const SEEDS = 40

test('whatever dies or stands still between two awaits, everything is handled, in order, and once where it was to be', async () => {
  const alive = setInterval(() => undefined, 60_000)
  const sums = { deaths: 0, pauses: 0, failures: 0, lost: 0, repeats: 0 }
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const report = await runSubscriptionSeed(seed)
    for (const key of ['deaths', 'pauses', 'failures', 'lost', 'repeats'] as const) sums[key] += report[key]
  }
  clearInterval(alive)
  // A run without trouble would prove nothing.
  assert.ok(
    sums.deaths > SEEDS && sums.pauses > SEEDS && sums.failures > SEEDS && sums.lost > SEEDS && sums.repeats > 0,
    JSON.stringify(sums),
  )
})

test.run()
