import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readOptions } from '../../scripts/demonstration/options.js'

test('recorded answers are played where there is no key, and Claude plans where there is one', () => {
  assert.equal(readOptions([], {}), E.right({ planner: 'recorded', serve: false, help: false }))
  assert.equal(
    readOptions([], { ANTHROPIC_API_KEY: 'k' }),
    E.right({ planner: 'anthropic', serve: false, help: false }),
  )
})

test('the planner can be chosen, but not Claude without a key', () => {
  assert.equal(
    readOptions(['--planner', 'recorded'], { ANTHROPIC_API_KEY: 'k' }),
    E.right({ planner: 'recorded', serve: false, help: false }),
  )
  assert.equal(readOptions(['--planner=anthropic'], {}), E.left('--planner anthropic needs ANTHROPIC_API_KEY'))
})

test('an unknown flag and an unknown planner are refused', () => {
  assert.equal(readOptions(['--fast'], {}), E.left('there is no "--fast"'))
  assert.equal(readOptions(['--planner'], {}), E.left('--planner is anthropic or recorded, not left open'))
  assert.equal(readOptions(['--planner', 'rules'], {}), E.left('--planner is anthropic or recorded, not "rules"'))
})

test('the dashboard stays up where that is asked for', () => {
  assert.equal(readOptions(['--serve'], {}), E.right({ planner: 'recorded', serve: true, help: false }))
})

test.run()
