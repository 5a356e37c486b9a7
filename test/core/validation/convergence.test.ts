import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Frame } from '../../../src/core/frame.js'
import type { JsonObject } from '../../../src/core/json.js'
import { BOUNDS, convergenceStep, FRAME, fragmentOf, frameStep, judge, planningStep, step, told } from './proposals.js'

const naming = (convergence: string, frame: Frame = FRAME) =>
  told(judge(fragmentOf([step('a')], { convergence }), { frame }))

test('steps without a convergence do not reach one', () => {
  const { convergence: _, ...fragment } = fragmentOf([step('a')])
  assert.equal(told(judge(fragment)), ['convergence_not_reached convergence'])
  assert.match(judge(fragment).findings[0]?.message ?? '', /merge/)
})

test('a convergence that the frame does not have is unknown, one of the fragment’s own too', () => {
  assert.equal(naming('ghost'), ['unknown_convergence convergence'])
  const own = { name: 'sum', handler: 'aggregate', step_type: 'deferred_convergence', dependencies: ['a'] }
  assert.equal(told(judge(fragmentOf([step('a'), own], { convergence: 'sum' }))), ['unknown_convergence convergence'])
})

test('nothing is attached beyond the nearest convergence, past a gate, or to another step', () => {
  for (const name of ['finale', 'approved', 'report', 'load', 'check', 'side', 'plan', 'approve']) {
    assert.equal(naming(name), ['frame_violation convergence'], name)
  }
})

test('nothing is attached past another planning step', () => {
  const frame: Frame = {
    planningStep: 'plan',
    steps: [
      planningStep('plan'),
      convergenceStep('merge', ['plan']),
      planningStep('next', ['plan']),
      convergenceStep('end', ['next']),
    ],
  }
  assert.equal(naming('merge', frame), [])
  assert.equal(naming('end', frame), ['frame_violation convergence'])
})

test('of two convergences that wait for the planning step, the one behind the other is beyond the nearest', () => {
  const frame: Frame = {
    planningStep: 'plan',
    steps: [
      planningStep('plan'),
      convergenceStep('far', ['plan', 'near']),
      convergenceStep('near', ['plan']),
      convergenceStep('beside', ['plan']),
    ],
  }
  assert.equal(naming('near', frame), [])
  assert.equal(naming('beside', frame), [])
  assert.equal(naming('far', frame), ['frame_violation convergence'])
})

test('ordinary steps between the planning step and the convergence do not stand in the way', () => {
  const frame: Frame = {
    planningStep: 'plan',
    steps: [planningStep('plan'), frameStep('count', ['plan']), convergenceStep('merge', ['count'])],
  }
  assert.equal(naming('merge', frame), [])
})

test('nothing is attached to a convergence that has started', () => {
  const frame: Frame = {
    planningStep: 'plan',
    steps: [planningStep('plan'), convergenceStep('merge', ['plan'], { started: true })],
  }
  assert.equal(naming('merge', frame), ['frame_violation convergence'])
})

test('a nested fragment attaches to the enclosing fragment’s convergence, by its short name or in full', () => {
  const frame: Frame = {
    planningStep: 'plan/replan',
    steps: [
      planningStep('plan'),
      planningStep('plan/replan'),
      convergenceStep('plan/sum', ['plan/replan']),
      convergenceStep('merge', ['plan', 'plan/sum']),
    ],
  }
  assert.equal(naming('sum', frame), [])
  assert.equal(naming('plan/sum', frame), [])
  assert.equal(naming('merge', frame), ['frame_violation convergence'])
  assert.is(judge(fragmentOf([step('a')], { convergence: 'sum' }), { frame }).plan?.convergence, 'plan/sum')
})

test('a nested planning step at the end of its fragment attaches to the outer convergence', () => {
  const frame: Frame = {
    planningStep: 'plan/replan',
    steps: [planningStep('plan'), planningStep('plan/replan'), convergenceStep('merge', ['plan', 'plan/replan'])],
  }
  assert.equal(naming('merge', frame), [])
})

test('a required convergence below the planning step must be reached, here or further down', () => {
  const required = (names: ReadonlyArray<string>) =>
    told(judge(fragmentOf([step('a')]), { bounds: { ...BOUNDS, required_convergence: names } }))
  assert.equal(required(['merge', 'finale']), [])
  assert.equal(required(['approved']), ['convergence_not_reached convergence'])
  assert.equal(required(['ghost']), ['convergence_not_reached convergence'])
  const { findings } = judge(fragmentOf([step('a')], { resource_bounds: { required_convergence: ['approved'] } }))
  assert.equal([findings[0]?.code, findings[0]?.required], ['convergence_not_reached', 'approved'])
})

test('an empty fragment attaches nothing and leaves nothing out', () => {
  assert.equal(told(judge(fragmentOf([]), { bounds: { ...BOUNDS, required_convergence: ['approved'] } })), [])
})

test('a planning step inside needs a convergence below it, to which what it plans can attach', () => {
  const inner = (name: string, ...dependencies: ReadonlyArray<string>) =>
    step(name, { handler: 'plan', config: { goal: 'more' }, dependencies })
  const gate = step('ask', { handler: 'gate', config: { question: 'Well?' }, dependencies: ['more'] })
  const own = { name: 'sum', handler: 'aggregate', step_type: 'deferred_convergence' }
  const faults = (...steps: ReadonlyArray<JsonObject>) => told(judge(fragmentOf(steps)))
  assert.equal(faults(inner('more')), [])
  assert.equal(faults(inner('more'), step('after', { dependencies: ['more'] })), [])
  assert.equal(faults(inner('more'), gate), ['convergence_not_reached steps.0'])
  assert.equal(faults(inner('more'), { ...own, dependencies: ['more'] }, { ...gate, dependencies: ['sum'] }), [])
  assert.equal(faults(gate, step('after', { dependencies: ['more'] }), inner('more')), [])
  assert.equal(faults(inner('more'), inner('again', 'more')), ['convergence_not_reached steps.0'])
  const [found] = judge(fragmentOf([inner('more'), gate])).findings
  assert.match(found?.message ?? '', 'what "more" plans has nowhere to end')
})

test.run()
