/** Whatever is proposed: the right finding, nothing materialised, nothing called, and the task in the right state. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Attack, attempt, type Outcome } from './attack.js'
import { ANSWERS } from './proposals/answers.js'
import { BOUNDS } from './proposals/bounds.js'
import { CONTRACTS } from './proposals/contracts.js'
import { EXPRESSIONS } from './proposals/expressions.js'
import { GRAPH } from './proposals/graph.js'
import { NETWORK } from './proposals/network.js'
import { SECRETS } from './proposals/secrets.js'
import { VOCABULARY } from './proposals/vocabulary.js'

const test = suite('the adversary')

const THEMES = { VOCABULARY, GRAPH, BOUNDS, NETWORK, SECRETS, EXPRESSIONS, CONTRACTS, ANSWERS }

const codesOf = (outcome: Outcome): ReadonlyArray<string> =>
  [...new Set(outcome.findings.flat().map(({ code }) => code))].sort()

const plannedSteps = ({ result }: Outcome): ReadonlyArray<string> =>
  Object.keys(result.steps).filter((name) => name.startsWith('plan/'))

const assertRejected = (attack: Attack, outcome: Outcome): void => {
  const { result, events, usage } = outcome
  assert.equal(codesOf(outcome), attack.finds, JSON.stringify(outcome.findings).slice(0, 2_000))
  assert.equal(plannedSteps(outcome), [])
  assert.ok(events.every((event) => event.type !== 'steps-materialized' || event.data.origin === 'template'))
  // One call was made and is charged; the frame's steps are all that was spent.
  assert.is(outcome.requests.length, 1)
  assert.equal([usage.used.plannerCalls, usage.reserved.plannerCalls, usage.reserved.steps], [1, 0, 0])
  assert.equal([result.steps.plan?.state, result.steps.plan?.error?.code], ['error', 'plan_rejected'])
  assert.equal([result.status, result.error?.step], ['blocked_by_failures', 'plan'])
  assert.equal(outcome.allowed, [])
}

/** What was rightly accepted is stopped where it would have done harm, or turns out to do none. */
const assertStopped = (attack: Attack, outcome: Outcome): void => {
  assert.equal(codesOf(outcome), [])
  for (const [step, code] of Object.entries(attack.fails ?? {})) {
    const { error, attempts } = outcome.result.steps[step] ?? {}
    assert.equal([error?.code, attempts], [code, 1], `${step}: ${error?.message}`)
  }
  const harmless = Object.keys(attack.fails ?? {}).length === 0
  assert.is(outcome.result.status, harmless ? 'waiting_for_approval' : 'blocked_by_failures')
}

for (const [theme, attacks] of Object.entries(THEMES)) {
  for (const attack of attacks) {
    test(`${theme.toLowerCase()}: ${attack.name}`, async () => {
      const outcome = await attempt(attack)
      if (attack.finds === undefined) assertStopped(attack, outcome)
      else assertRejected(attack, outcome)
      assert.equal(outcome.canary, [])
    })
  }
}

test('there are enough of them, and no two are the same', () => {
  const names = Object.values(THEMES).flatMap((attacks) => attacks.map(({ name }) => name))
  assert.ok(names.length >= 100, `${names.length}`)
  assert.is(new Set(names).size, names.length)
})

test.run()
