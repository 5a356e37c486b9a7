/**
 * Handlers for tests that kill a worker. In a task whose input asks for it, the first attempt of a step that runs
 * `hold` says that it has begun, and then never ends.
 */
import { defineHandler } from '../../catalog/define-handler.js'
import { isJsonObject } from '../../src/core/json.js'
import type { Handler } from '../../src/ports/handler.js'

export const heldHandlers = (onHold: () => void): ReadonlyArray<Handler> => [
  defineHandler({ name: 'plain', run: () => ({ pid: process.pid }) }),
  defineHandler({
    name: 'hold',
    run: ({ context }) => {
      const { input } = context.task
      const holds = isJsonObject(input) && input.hold === true && context.step.attempt === 1
      if (!holds) return { pid: process.pid }
      onHold()
      return new Promise<never>(() => undefined)
    },
  }),
]
