/** Events as they are recorded: of one task, and of the whole log. */
import { closed } from '../../core/closed.js'
import { oneOf } from '../../core/described.js'
import { after, eventFilter, eventQuery, ofType } from '../event-query.js'
import { eventStream, LAST_EVENT_ID, startOf } from '../event-stream.js'
import { type Route, route } from '../route.js'
import { visibleTask } from '../scope.js'

const common = {
  method: 'get',
  tag: 'events',
  permission: 'events:read',
  produces: 'text/event-stream',
  headers: { [LAST_EVENT_ID]: 'the position of the last event that was received: the stream goes on behind it' },
  description:
    'Server-sent events: `id` is the position of the event, `data` the event as JSON. A comment is sent where nothing ' +
    'happens for a while. The reader sets the pace. It ends after ten minutes, and soon after the key, token or login that ' +
    'opened it does; whoever may still come in goes on by `Last-Event-ID`.',
} as const

const beginning = { from: oneOf(['start', 'now'], 'where it begins where no position is given; now') }

export const streamRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'streamTask',
    path: '/tasks/:id/stream',
    summary: 'The events of a task, from its first one where nothing else is said, and on as it goes',
    query: closed({}, { ...ofType, ...after, ...beginning }),
    refuses: ['task_unknown', 'invalid_last_event_id', 'too_many_streams'],
    handle: async ({ params, query, caller, standing, header, signal }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      await parts.tasks.get(id)
      const { after, from = 'start', ...wanted } = query
      const filter = await eventFilter(parts, caller, { ...wanted, task: id })
      return eventStream(parts, {
        filter,
        from: startOf(header(LAST_EVENT_ID), after ?? from),
        signal,
        standing,
      })
    },
  }),
  route({
    ...common,
    id: 'streamEvents',
    path: '/events/stream',
    summary: 'The events of the log that are wanted, from now on where nothing else is said',
    query: closed({}, { ...eventQuery, ...after, ...beginning }),
    refuses: ['task_unknown', 'namespace_required', 'invalid_last_event_id', 'too_many_streams'],
    handle: async ({ query, caller, standing, header, signal }, parts) => {
      const filter = await eventFilter(parts, caller, query)
      const from = startOf(header(LAST_EVENT_ID), query.after ?? query.from ?? 'now')
      return eventStream(parts, { filter, from, signal, standing })
    },
  }),
]
