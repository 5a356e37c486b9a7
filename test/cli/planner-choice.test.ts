import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { plannerChoice } from '../../src/cli/planner-choice.js'
import { UserError } from '../../src/cli/user-error.js'

const refusal = (named: string, environment: Readonly<Record<string, string>> = {}): string => {
  try {
    plannerChoice(named, environment)
  } catch (error) {
    if (error instanceof UserError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'chosen'
}

test('each planner is chosen by its name', () => {
  const keys = { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' }
  assert.equal(plannerChoice('anthropic', keys), { kind: 'anthropic' })
  assert.equal(plannerChoice('openai', keys), { kind: 'openai', baseURL: undefined })
  assert.equal(plannerChoice('recorded:C:/answers.json', {}), { kind: 'recorded', file: 'C:/answers.json' })
  assert.equal(plannerChoice('rules:./rules.js', {}), { kind: 'rules', module: './rules.js' })
})

test('an endpoint of one’s own is named with the planner or in the environment, and may want no key', () => {
  const baseURL = 'http://127.0.0.1:8080/v1'
  assert.equal(plannerChoice(`openai:${baseURL}`, { OPENAI_BASE_URL: 'http://other/v1' }), { kind: 'openai', baseURL })
  assert.equal(plannerChoice('openai', { OPENAI_BASE_URL: baseURL }), { kind: 'openai', baseURL })
})

test('without a name it is Claude where there is a key, and nobody where there is none', () => {
  assert.equal(plannerChoice(undefined, { ANTHROPIC_API_KEY: 'a' }), { kind: 'anthropic' })
  assert.is(plannerChoice(undefined, { ANTHROPIC_API_KEY: '', OPENAI_API_KEY: 'o' }), undefined)
})

test('a planner that cannot be asked, and a name that means nothing, are refused', () => {
  assert.match(refusal('anthropic'), /^planner_not_configured: .*ANTHROPIC_API_KEY/)
  assert.match(refusal('openai'), /^planner_not_configured: .*OPENAI_API_KEY/)
  for (const named of ['', 'claude', 'openai:', 'recorded', 'recorded:', 'rules', 'rules:', 'anthropic:x']) {
    assert.match(refusal(named, { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' }), /^usage: --planner must be/, named)
  }
})

test.run()
