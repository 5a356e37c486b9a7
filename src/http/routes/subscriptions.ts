/** Subscriptions that have a name: how far each is, what it has parked, and what becomes of that. */
import { closed } from '../../core/closed.js'
import { integer, text } from '../../core/described.js'
import type { ParkedSelection } from '../../ports/subscription.js'
import { MAX_LISTED, MAX_NAME_CHARS } from '../limits.js'
import { pageQuery } from '../page-query.js'
import { ok, type Route, route } from '../route.js'
import { shaped } from '../shape.js'
import {
  parkedDone,
  parkedEvent,
  parkedPage,
  removed,
  subscriptionStatus,
  subscriptions,
} from '../shapes/operations.js'

const common = { tag: 'subscriptions', permission: 'subscriptions:read', refuses: ['subscription_unknown'] } as const
const position = integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const chosen = closed({}, { task: text({ maxChars: MAX_NAME_CHARS }), position })

export const subscriptionRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'listSubscriptions',
    method: 'get',
    path: '/subscriptions',
    summary: 'Every subscription that has a name, with its lag and what it has parked',
    answer: subscriptions,
    refuses: [],
    handle: async (_, parts) => {
      const all = await parts.subscriptions.list()
      return ok({ items: all.map((one) => shaped(subscriptionStatus, one)) })
    },
  }),
  route({
    ...common,
    id: 'listParkedEvents',
    method: 'get',
    path: '/subscriptions/:name/parked',
    summary: 'Events that a subscription has parked, in the order of the log',
    description: 'The next page begins after the position that `next_cursor` says.',
    query: closed({}, { after: position, limit: pageQuery.limit }),
    answer: parkedPage,
    handle: async ({ params, query }, parts) => {
      const { after = 0, limit = MAX_LISTED } = query
      const items = (await parts.subscriptions.parked(params.name, { after, limit })).map((one) =>
        shaped(parkedEvent, one),
      )
      const last = items.at(-1)
      return ok({ items, next_cursor: items.length === limit && last !== undefined ? String(last.position) : null })
    },
  }),
  route({
    ...common,
    id: 'replayParked',
    method: 'post',
    path: '/subscriptions/:name/replay',
    summary: 'Hand parked events over again: those of a task, one, or all',
    permission: 'subscriptions:write',
    body: chosen,
    answer: parkedDone,
    handle: async ({ params, body }, parts) =>
      ok({ name: params.name, events: await parts.subscriptions.replay(params.name, selectionOf(body)) }),
  }),
  route({
    ...common,
    id: 'skipParked',
    method: 'post',
    path: '/subscriptions/:name/skip',
    summary: 'Give parked events up: their tasks go on with what follows',
    permission: 'subscriptions:write',
    body: chosen,
    answer: parkedDone,
    handle: async ({ params, body }, parts) =>
      ok({ name: params.name, events: await parts.subscriptions.skip(params.name, selectionOf(body)) }),
  }),
  route({
    ...common,
    id: 'removeSubscription',
    method: 'delete',
    path: '/subscriptions/:name',
    summary: 'Forget a subscription, its checkpoints and what it has parked',
    permission: 'subscriptions:write',
    answer: removed,
    refuses: [],
    handle: async ({ params }, parts) =>
      ok({ name: params.name, removed: await parts.subscriptions.remove(params.name) }),
  }),
]

const selectionOf = ({ task, position }: { readonly task?: string; readonly position?: number }): ParkedSelection => ({
  ...(task === undefined ? {} : { task }),
  ...(position === undefined ? {} : { position }),
})
