import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runMirrorSeed } from './mirror-seed.js'

const test = suite('the simulation of the mirror')

const SEEDS = 60
const KEYS = ['events', 'payloads', 'deaths', 'refused', 'lost', 'late', 'wrongVersions'] as const

test('whatever dies, is lost, or arrives late or twice, the store holds the log, every event once', async () => {
  const alive = setInterval(() => undefined, 60_000)
  const sums = { events: 0, payloads: 0, deaths: 0, refused: 0, lost: 0, late: 0, wrongVersions: 0 }
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const report = await runMirrorSeed(seed)
    for (const key of KEYS) sums[key] += report[key]
  }
  clearInterval(alive)
  // A run without trouble would prove nothing.
  const least = Math.min(...KEYS.map((key) => sums[key]))
  assert.ok(sums.deaths === 6 * SEEDS && least > 2 * SEEDS, JSON.stringify(sums))
})

test.run()
