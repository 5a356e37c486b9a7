/**
 * What a filter means. The log itself finds events by type, task, template, namespace and correlation; who planned a
 * step can only be told from the event's own words, and is told here.
 */

import { canonicalJson } from '../core/canonical-json.js'
import type { EventFilter } from '../ports/log.js'
import type { DeliveredEvent, SubscriptionFilter } from '../ports/subscription.js'
import { streamOf } from './delivery.js'

export const storedFilter = (filter: SubscriptionFilter): EventFilter => ({
  ...(filter.types === undefined ? {} : { types: filter.types }),
  ...(filter.task === undefined ? {} : { stream: streamOf(filter.task) }),
  ...(filter.template === undefined ? {} : { template: filter.template }),
  ...(filter.namespace === undefined ? {} : { namespace: filter.namespace }),
  ...(filter.correlation === undefined ? {} : { correlation: filter.correlation }),
})

/** Whether an event that the log found is wanted. */
export const isWanted = (event: DeliveredEvent, { plannedBy }: SubscriptionFilter): boolean =>
  plannedBy === undefined || isPlannedBy(event, plannedBy)

/**
 * A fragment's steps are named after the planning step (`plan/fetch`, nested `plan/replan/fetch`), and nothing else has
 * a `/` in its name. An event belongs to the step that it names; a materialisation to the steps that it makes.
 */
const isPlannedBy = (event: DeliveredEvent, planner: string): boolean => {
  const begins = (name: string): boolean => (planner === '*' ? name.includes('/') : name.startsWith(`${planner}/`))
  if (event.type === 'steps-materialized') {
    const { origin, by, steps } = event.data
    if (origin === 'fragment' && by !== null && (planner === '*' || by === planner)) return true
    return [by ?? '', steps[0]?.name ?? ''].some(begins)
  }
  return 'step' in event.data && typeof event.data.step === 'string' && begins(event.data.step)
}

/** One text for one filter, however it was written: what a named subscription is recognised by. */
export const filterText = (filter: SubscriptionFilter): string => {
  const { types, task, template, namespace, correlation, plannedBy } = filter
  const sorted = types === undefined ? undefined : [...new Set(types)].sort()
  const entries = Object.entries({ types: sorted, task, template, namespace, correlation, plannedBy })
  return canonicalJson(
    Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  )
}
