/** The log: events in pages, in the order of their positions, which is the order in which they were committed. */
import { closed } from '../../core/closed.js'
import { after, eventFilter, eventQuery } from '../event-query.js'
import { MAX_LISTED, MAX_SEARCHED_POSITIONS } from '../limits.js'
import { pageQuery } from '../page-query.js'
import { ok, type Route, route } from '../route.js'
import { type EventShape, eventPage, eventShape } from '../shapes/event.js'

export const eventRoutes: ReadonlyArray<Route> = [
  route({
    id: 'listEvents',
    method: 'get',
    path: '/events',
    tag: 'events',
    summary: 'Events above a position, in the order of the log',
    description:
      'The next page begins after the position that `next_cursor` says. Where a filter lets little through, a page may hold ' +
      'less than the limit, or nothing, and yet have a next one: it has looked at a bounded piece of the log.',
    permission: 'events:read',
    query: closed({}, { ...eventQuery, ...after, limit: pageQuery.limit }),
    answer: eventPage,
    refuses: ['task_unknown', 'namespace_required'],
    handle: async ({ query, caller, signal }, parts) => {
      const { after: from = 0, limit = MAX_LISTED } = query
      const filter = await eventFilter(parts, caller, query)
      const items: EventShape[] = []
      // Events of one task are found by its own index, however far they are apart.
      const upTo = filter.task === undefined ? from + MAX_SEARCHED_POSITIONS : Number.POSITIVE_INFINITY
      const end = await parts.log.position()
      for await (const stored of parts.events({ filter, from, upTo, follow: false, signal })) {
        if (items.length === limit) return ok({ items, next_cursor: String(items.at(-1)?.position ?? from) })
        items.push(eventShape(stored))
      }
      signal.throwIfAborted()
      return ok({ items, next_cursor: upTo < end ? String(upTo) : null })
    },
  }),
]
