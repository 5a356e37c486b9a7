/** Which events somebody wants, as a query says it. */
import type * as t from 'io-ts'
import { closed } from '../core/closed.js'
import { integer, listOf, oneOf, text } from '../core/described.js'
import { EVENTS, type EventType } from '../core/event.js'
import type { SubscriptionFilter } from '../ports/subscription.js'
import type { AppParts } from './app-parts.js'
import type { Caller } from './caller.js'
import { MAX_NAME_CHARS } from './limits.js'
import { namespaceFor, visibleTask } from './scope.js'

const isType = (name: string): name is EventType => Object.hasOwn(EVENTS, name)
const TYPES = Object.keys(EVENTS).filter(isType)
const name = text({ maxChars: MAX_NAME_CHARS })

export const ofType = {
  type: listOf(oneOf(TYPES), { maxItems: TYPES.length, description: 'types of events, separated by commas' }),
  planned_by: text({
    maxChars: MAX_NAME_CHARS,
    description: 'of the steps that this planning step planned; * for any',
  }),
}

export const after = {
  after: integer({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'a position: the events above it' }),
}

export const eventQuery = { ...ofType, task: name, template: name, namespace: name, correlation: name }

const whole = closed({}, eventQuery)

export type EventQuery = t.TypeOf<typeof whole>

/** What the caller may see of what is asked for. Throws `TaskRefused` (`task_unknown`) and `HttpProblem`. */
export const eventFilter = async (
  parts: Pick<AppParts, 'log'>,
  caller: Caller,
  query: t.TypeOf<typeof whole>,
): Promise<SubscriptionFilter> => {
  const { type, planned_by, task, template, correlation } = query
  // A task that may be seen is in a namespace that may be seen.
  const namespace = task === undefined ? namespaceFor(caller, query.namespace) : query.namespace
  return {
    ...(type === undefined ? {} : { types: type }),
    ...(planned_by === undefined ? {} : { plannedBy: planned_by }),
    ...(task === undefined ? {} : { task: await visibleTask(parts, caller, task) }),
    ...(template === undefined ? {} : { template }),
    ...(correlation === undefined ? {} : { correlation }),
    ...(namespace === undefined ? {} : { namespace }),
  }
}
