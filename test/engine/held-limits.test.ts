import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ClaimLimits } from '../../src/core/claim-limits.js'
import { heldLimits, limitsOfSteps } from '../../src/engine/held-limits.js'
import type { LimitUse } from '../../src/ports/log.js'
import { given } from '../support/given.js'
import { templateWith } from '../support/small-engine.js'

const test = suite('limits that hold a step')

const LIMITS: ClaimLimits = {
  queues: { default: { concurrency: 2 } },
  keys: { mail: { rate: { max: 10, perMs: 60_000 } } },
}

const { state } = given(templateWith({ plain: [], mail: { limitKey: 'mail' } }))

const held = (use: ReadonlyArray<LimitUse>) => heldLimits({ limitUse: async () => use }, limitsOfSteps(LIMITS, state))

test('a full limit is told with what is full, and one with room is not', async () => {
  const of = await held([
    { limit: 'queue/default', held: 2, tokens: null },
    { limit: 'key/mail', held: 0, tokens: 0.5 },
  ])
  assert.equal(of('plain'), ['queue/default runs 2 at a time, and 2 run'])
  assert.equal(of('mail'), [
    'queue/default runs 2 at a time, and 2 run',
    'key/mail begins 10 in 60 s, and has room again in 3 s',
  ])
  const free = await held([
    { limit: 'queue/default', held: 1, tokens: null },
    { limit: 'key/mail', held: 0, tokens: 1 },
  ])
  assert.equal([...free('plain'), ...free('mail'), ...free('nobody')], [])
})

test('each limit is asked for once, whatever the number of steps', async () => {
  const asked: string[] = []
  const log = {
    limitUse: async (needs: ReadonlyArray<{ readonly limit: string }>) => {
      asked.push(...needs.map(({ limit }) => limit))
      return []
    },
  }
  await heldLimits(log, limitsOfSteps(LIMITS, state))
  assert.equal(asked, ['queue/default', 'key/mail'])
})

test.run()
