import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runSeed } from './run-seed.js'

const test = suite('the simulation')

const SEEDS = 150

test('whatever dies between two awaits, every task ends, and the log never holds what must not be', async () => {
  const alive = setInterval(() => undefined, 60_000)
  let deaths = 0
  let complete = 0
  let blocked = 0
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const report = await runSeed(seed)
    deaths += report.deaths
    complete += report.ends.complete ?? 0
    blocked += report.ends.blocked ?? 0
  }
  clearInterval(alive)
  // A run in which nobody died, or nothing failed, would prove nothing.
  assert.ok(deaths > SEEDS, `only ${deaths} processes died`)
  assert.ok(complete > SEEDS, `only ${complete} tasks completed`)
  assert.ok(blocked > SEEDS / 5, `only ${blocked} tasks were blocked`)
})

test('the same seed is the same world', async () => {
  const alive = setInterval(() => undefined, 60_000)
  assert.equal(await runSeed(7), await runSeed(7))
  clearInterval(alive)
})

test.run()
