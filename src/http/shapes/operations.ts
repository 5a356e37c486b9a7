/** Schedules, dead letters, projections and subscriptions as they are answered. */
import * as t from 'io-ts'
import { list, named, orNull, pageOf } from '../shape.js'

export const schedule = named(
  'Schedule',
  t.type({
    name: t.string,
    cron: t.string,
    timezone: t.string,
    template: t.type({ namespace: t.string, name: t.string, version: orNull(t.string) }),
    input: t.unknown,
    priority: t.number,
    catch_up: t.string,
    paused: t.boolean,
    next: orNull(t.string),
    last: orNull(t.type({ tick: t.string, task: t.string })),
  }),
)

export const schedules = named('Schedules', t.type({ items: list(schedule) }))

export const scheduleChange = t.type({
  schedule: t.string,
  kind: t.string,
  at: t.string,
  actor: t.string,
  authenticated: t.boolean,
  reason: orNull(t.string),
  detail: t.unknown,
})

export const scheduleChanges = named('ScheduleChanges', t.type({ items: list(scheduleChange) }))

export const scheduleDone = named(
  'ScheduleDone',
  t.type({ schedule: t.string, outcome: t.union([t.literal('removed'), t.literal('paused')]) }),
)

export const deadLetterSummary = named(
  'DeadLetterSummary',
  t.type({
    task: t.string,
    version: t.number,
    namespace: t.string,
    template: t.string,
    template_version: t.string,
    reason: t.string,
    since: t.string,
    step: orNull(t.string),
    code: t.string,
    message: t.string,
    ended_at: orNull(t.string),
    resolution: orNull(t.string),
    resolved_by: orNull(t.string),
    resolution_reason: orNull(t.string),
  }),
)

export const deadLetterPage = pageOf('DeadLetterPage', deadLetterSummary)

export const deadLetterEntry = named(
  'DeadLetter',
  t.type({
    task: t.string,
    namespace: t.string,
    template: t.string,
    version: t.string,
    status: t.string,
    reason: t.string,
    since: t.string,
    step: orNull(t.string),
    code: t.string,
    message: t.string,
  }),
)

export const deadLetterShown = named(
  'DeadLetterShown',
  t.type({
    entry: orNull(deadLetterEntry),
    history: list(
      t.type({
        at: t.string,
        what: t.string,
        actor: t.string,
        reason: orNull(t.string),
        resolution: orNull(t.string),
      }),
    ),
  }),
)

export const rebuildStatus = named(
  'Rebuild',
  t.type({
    build: t.number,
    state: t.string,
    phase: t.string,
    events: t.number,
    goal: t.number,
    position: orNull(t.number),
    started_at: t.string,
    ended_at: orNull(t.string),
    error: orNull(t.type({ code: t.string, message: t.string })),
  }),
)

export const projectionStatus = named(
  'Projection',
  t.type({
    name: t.string,
    version: t.number,
    table_version: orNull(t.number),
    position: t.number,
    lag: t.number,
    lag_ms: t.number,
    health: t.string,
    error: orNull(t.type({ code: t.string, message: t.string, position: t.number })),
    rebuild: orNull(rebuildStatus),
  }),
)

export const projections = named('Projections', t.type({ items: list(projectionStatus) }))

/** The position is null while it goes on: how far it is then and how it ends, the list of projections says of that build. */
export const rebuilt = named('Rebuilt', t.type({ name: t.string, build: t.number, position: orNull(t.number) }))

export const cancelAsked = named('RebuildCancelled', t.type({ name: t.string }))

export const verification = named(
  'Verification',
  t.type({
    name: t.string,
    position: t.number,
    rows: t.number,
    difference: orNull(
      t.intersection([
        t.type({ row: t.unknown, column: orNull(t.string) }),
        t.partial({ folded: t.unknown, standing: t.unknown }),
      ]),
    ),
  }),
)

export const subscriptionStatus = named(
  'Subscription',
  t.type({
    name: t.string,
    order: t.string,
    filter: t.unknown,
    members: t.number,
    position: t.number,
    checkpoint: t.number,
    lag: t.number,
    age_ms: t.number,
    retrying: t.number,
    parked: t.number,
  }),
)

export const subscriptions = named('Subscriptions', t.type({ items: list(subscriptionStatus) }))

export const parkedEvent = named(
  'ParkedEvent',
  t.type({
    position: t.number,
    task: t.string,
    version: t.number,
    type: t.string,
    time: t.string,
    attempts: t.number,
    code: t.string,
    message: t.string,
    parked_at: t.string,
    holds_task: t.boolean,
  }),
)

export const parkedPage = pageOf('ParkedPage', parkedEvent)

export const parkedDone = named('ParkedDone', t.type({ name: t.string, events: t.number }))

export const removed = named('Removed', t.type({ name: t.string, removed: t.boolean }))
