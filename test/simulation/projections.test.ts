import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runProjectionSeed } from './projection-seed.js'

const test = suite('the simulation of projections')

const SEEDS = 30
const KEYS = ['deaths', 'rebuilds', 'cancelled', 'swaps', 'lost', 'upgrades'] as const

test('whoever dies or gives up between two awaits, what serves is the fold of the log, and comes to its end', async () => {
  const alive = setInterval(() => undefined, 60_000)
  const sums = { deaths: 0, rebuilds: 0, cancelled: 0, swaps: 0, lost: 0, upgrades: 0 }
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const report = await runProjectionSeed(seed)
    for (const key of KEYS) sums[key] += report[key]
  }
  clearInterval(alive)
  // A run without trouble would prove nothing.
  const { deaths, rebuilds, cancelled, swaps, lost, upgrades } = sums
  const isTrouble = deaths > 3 * SEEDS && rebuilds > SEEDS && cancelled > SEEDS / 4 && lost > SEEDS / 2
  const enough = isTrouble && swaps > SEEDS && upgrades > SEEDS / 2
  assert.ok(enough, JSON.stringify(sums))
})

test.run()
