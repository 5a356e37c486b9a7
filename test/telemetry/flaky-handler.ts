/** A handler that fails at its first attempt. */
import { defineHandler } from '../../catalog/define-handler.js'
import { StepFailure } from '../../src/ports/handler.js'

export const flaky = defineHandler({
  name: 'flaky',
  run: ({ context }) => {
    if (context.step.attempt === 1) throw new StepFailure('busy', 'try again', { retryable: true, retryAfterMs: 1 })
    return {}
  },
})
