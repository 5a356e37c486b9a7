/** Handlers of steps, and of what fan-outs run: each exists, and the bounds allow it. */
import type { Finding } from '../finding.js'
import { didYouMean } from '../near-names.js'
import { clipped, finding, offered, placeOf, quoted } from './findings.js'
import { capabilityOf } from './handler-names.js'
import type { Proposal } from './proposal.js'

/** Unknown handlers for which a near name is looked up; beyond that only the list is offered. */
const MAX_SUGGESTIONS = 50

export const handlerFindings = ({ steps, vocabulary, limits }: Proposal): ReadonlyArray<Finding> => {
  const allowed = [...vocabulary.capabilities.keys()].filter(limits.allowsHandler).sort()
  const bareNames = [...new Set(allowed.flatMap((callable) => [callable, callable.replace(/^catalog:/, '')]))]
  let suggestions = 0
  const against = (handler: string, place: string): ReadonlyArray<Finding> => {
    const data = { handler: clipped(handler) }
    const capability = capabilityOf(vocabulary, handler)
    if (capability === undefined) {
      const near = suggestions++ < MAX_SUGGESTIONS ? didYouMean(handler, bareNames) : ''
      const message = `there is no handler ${quoted(handler)}${near}; use one of: ${offered(allowed)}`
      return [finding('unknown_handler', place, message, data)]
    }
    if (limits.allowsHandler(capability.callable)) return []
    const message = `the bounds do not allow ${quoted(handler)}; use one of: ${offered(allowed)}`
    return [finding('forbidden_handler', place, message, data)]
  }
  return steps.flatMap(({ draft, units }) => [
    ...(draft.handler === undefined ? [] : against(draft.handler, placeOf(draft.place, 'handler'))),
    ...units.flatMap(({ handler }) => (handler === undefined ? [] : against(handler.name, handler.place))),
  ])
}
