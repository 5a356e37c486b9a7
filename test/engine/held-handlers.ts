/**
 * Handlers for tests that kill a worker. In a task whose input asks for it, the first attempt of a step that runs
 * `hold` says that it has begun, and then never ends; that of `count` does so after it has saved its third checkpoint.
 */
import { defineHandler } from '../../catalog/define-handler.js'
import { isJsonObject } from '../../src/core/json.js'
import { type Handler, StepFailure } from '../../src/ports/handler.js'

export const heldHandlers = (onHold: () => void, onAbort: () => void = () => undefined): ReadonlyArray<Handler> => [
  defineHandler({ name: 'plain', run: () => ({ pid: process.pid }) }),
  defineHandler({
    name: 'hold',
    run: ({ context }) => {
      const { input } = context.task
      const holds = isJsonObject(input) && input.hold === true && context.step.attempt === 1
      if (!holds) return { pid: process.pid }
      context.signal.addEventListener('abort', onAbort)
      onHold()
      return new Promise<never>(() => undefined)
    },
  }),
  defineHandler({
    name: 'count',
    run: async ({ context }) => {
      const from = typeof context.checkpoint === 'number' ? context.checkpoint : 0
      for (let done = from + 1; done <= 5; done += 1) {
        await context.saveCheckpoint(done)
        if (done !== 3 || context.step.attempt > 1) continue
        onHold()
        await new Promise<never>(() => undefined)
      }
      return { from, pid: process.pid }
    },
  }),
  defineHandler({
    name: 'fail',
    run: () => {
      throw new StepFailure('fated', 'it was to fail', { retryable: false })
    },
  }),
]
