/** Claude as a planner, whose SDK takes 0.3 s to load: the first planning step waits for that, and nothing else does. */
import type { Planner } from '../ports/planner.js'
import type { AnthropicOptions } from './anthropic.js'
import { checkedKey } from './api-key.js'

/** Throws where the key could not be sent as a header; the message does not hold the key. */
export const anthropicWhenAsked = (options: AnthropicOptions): Planner => {
  checkedKey('ANTHROPIC_API_KEY', options.apiKey)
  let loaded: Promise<Planner> | undefined
  const load = async (): Promise<Planner> => (await import('./anthropic.js')).anthropicPlanner(options)
  return {
    provider: 'anthropic',
    plan: async (request, signal) => {
      loaded ??= load()
      return (await loaded).plan(request, signal)
    },
  }
}
