import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { gateStories } from '../../src/audit/gate-story.js'
import { isReference } from '../../src/core/content.js'
import { happened } from '../demo/happenings.js'

test('a gate keeps what was asked and shown, who voted what, and how it ended', () => {
  const events = [
    happened('1', 'gate-opened', {
      step: 'review',
      attempt: 1,
      question: 'Go on without them?',
      groups: [],
      required: 1,
      context: { value: ['Turkey'] },
      digest: 'd',
    }),
    happened('2', 'gate-voted', { step: 'review', actor: 'demo', vote: 'approve', comment: 'yes', digest: 'd' }),
    happened('3', 'gate-approved', { step: 'review', by: ['demo'] }),
  ]
  const read = (content: Parameters<typeof isReference>[0]) => (isReference(content) ? undefined : content.value)
  assert.equal(gateStories(events, read), [
    {
      step: 'review',
      about: 'step',
      question: 'Go on without them?',
      opened: 1,
      context: ['Turkey'],
      votes: [{ actor: 'demo', authenticated: false, vote: 'approve', comment: 'yes' }],
      ended: 'approved',
    },
  ])
  assert.is(gateStories(events.slice(0, 1), read)[0]?.ended, 'open')
})

test.run()
