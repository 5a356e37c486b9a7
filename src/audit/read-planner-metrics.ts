/** How planners did, read off the log: folded from the events of planning alone, of one task, of a template, or of all. */
import * as E from 'fp-ts/lib/Either.js'
import { decodeEvent, type EventType } from '../core/event.js'
import { type PlannerMetrics, PlannerMetricsFold } from '../core/planner-metrics.js'
import type { StoredEvent } from '../ports/log.js'

/** What the fold reads of a log. */
export const PLANNER_EVENTS = [
  'plan-requested',
  'fragment-proposed',
  'fragment-validated',
  'plan-failed',
] as const satisfies ReadonlyArray<EventType>

/** What a fork took over was asked and paid for in another task; what this process cannot read it cannot count. */
export const readPlannerMetrics = async (events: AsyncIterable<StoredEvent>): Promise<PlannerMetrics> => {
  const fold = new PlannerMetricsFold()
  for await (const stored of events) {
    const decoded = decodeEvent(stored)
    if (E.isLeft(decoded) || decoded.right.metadata.copyOf !== undefined) continue
    fold.take(stored.stream, decoded.right, Date.parse(stored.time))
  }
  return fold.metrics
}
