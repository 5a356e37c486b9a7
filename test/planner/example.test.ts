import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NOTHING_USED } from '../../src/core/bounds.js'
import type { Frame } from '../../src/core/frame.js'
import { parseAnswer } from '../../src/core/validation/parse-answer.js'
import { validateFragment } from '../../src/core/validation/validate-fragment.js'
import { unfolded } from '../../src/planner/answer-form.js'
import { promptOf } from '../../src/planner/prompt.js'
import { brief, vocabulary } from './briefs.js'

const frame: Frame = {
  planningStep: 'plan',
  steps: [
    { name: 'plan', type: 'planning', handler: 'catalog:plan', dependencies: [], started: true },
    { name: 'finalize', type: 'deferred_convergence', handler: 'report', dependencies: ['plan'], started: false },
  ],
}

test('the example that a model is shown is a fragment that validation accepts', () => {
  const example = /For example:\n\n(\{.*?\n.*?"finalize"\})/s.exec(promptOf(brief()).system)?.[1] ?? ''
  const parsed = parseAnswer(example)
  if ('findings' in parsed) throw new Error(parsed.findings.map((finding) => finding.message).join('; '))
  const bounds = { allowed_hosts: ['rates.example'] }
  assert.equal(validateFragment(unfolded(parsed.fragment), frame, vocabulary, bounds, NOTHING_USED).findings, [])
})

test.run()
