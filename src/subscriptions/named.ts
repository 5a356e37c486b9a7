/** A subscription by its name: what was asked for is checked against what there is, and a member joins it. */
import { hostname } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import type { EventType } from '../core/event.js'
import {
  MAX_NAME_CHARS,
  MAX_SUBSCRIPTION_BURST,
  MAX_SUBSCRIPTION_CONCURRENCY,
  MIN_SUBSCRIPTION_LEASE_MS,
  SUBSCRIPTION_BURST_EVENTS,
  SUBSCRIPTION_CONCURRENCY,
  SUBSCRIPTION_LEASE_MS,
} from '../core/limits.js'
import type { SqlClient } from '../log/transactions.js'
import type {
  DeliveryContext,
  Handle,
  NamedOptions,
  Subscription,
  TransactionalContext,
  TransactionalOptions,
} from '../ports/subscription.js'
import { atLeastOnce, exactlyOnce, type Hand } from './attempting.js'
import { deliveryOf } from './delivery.js'
import { UnreadableHere } from './failure.js'
import { filterText, isWanted, storedFilter } from './filter.js'
import { type FollowNeeds, startPosition } from './follow.js'
import { Member } from './member.js'
import type { Definition, SubscriptionStore } from './store.js'
import { SubscriptionRefused } from './subscription-refused.js'

export interface NamedNeeds extends FollowNeeds {
  readonly store: SubscriptionStore
}

type AnyOptions<T extends EventType> = NamedOptions<T> & Partial<TransactionalOptions<T>>

/** Any context: a handler is only given a client where it asked for transactions. */
type AnyHandle<T extends EventType> = Handle<T, DeliveryContext & Partial<TransactionalContext<SqlClient>>>

/**
 * Resolves when this process is a member and holds its share. Throws `SubscriptionRefused` where the options cannot be,
 * or where the name belongs to a subscription of another order or filter.
 */
export const joinNamed = async <T extends EventType>(
  { store, ...needs }: NamedNeeds,
  options: AnyOptions<T>,
  handle: AnyHandle<T>,
): Promise<Subscription> => {
  const { concurrency, leaseMs, burst } = checked(options)
  const wanted: Definition = { name: options.name, order: options.order ?? 'position', filter: filterText(options) }
  const definition = await store.define(wanted, await startPosition(needs.log, options.from ?? 'start'))
  refuseDifference(wanted, definition)
  const hand = handOf(options, handle)
  const isTransactional = options.transactional ?? false
  const member = new Member({
    ...needs,
    store,
    definition,
    filter: storedFilter(options),
    name: `${hostname()}:${process.pid}`,
    concurrency,
    leaseMs,
    lane: {
      attempt: isTransactional ? exactlyOnce(store, hand) : atLeastOnce(store, hand),
      isTransactional,
      burst,
      retry: options.retry ?? {},
      onPark: options.onPark ?? 'hold_task',
    },
  })
  await member.start()
  return {
    get position() {
      return member.position
    },
    lag: async () => Math.max(0, (await needs.log.position()) - (await store.reached(definition.name))),
    ended: member.ended,
    close: ({ graceMs } = {}) => member.close(graceMs),
  }
}

const handOf = <T extends EventType>(options: AnyOptions<T>, handle: AnyHandle<T>): Hand => {
  const { onUnreadable } = options
  return (stored, call) => {
    const event = deliveryOf<T>(stored)
    if (E.isRight(event)) return isWanted(event.right, options) ? handle(event.right, call) : undefined
    if (onUnreadable === undefined) throw new UnreadableHere(event.left)
    return onUnreadable(event.left)
  }
}

const NAME = new RegExp(`^[^\\s/][^\\0]{0,${MAX_NAME_CHARS - 1}}$`)

const checked = <T extends EventType>(options: AnyOptions<T>) => {
  if (!NAME.test(options.name)) {
    throw new SubscriptionRefused('subscription_name_invalid', `"${options.name}" is no name of a subscription`)
  }
  return {
    concurrency: within(
      'concurrency',
      options.concurrency ?? SUBSCRIPTION_CONCURRENCY,
      1,
      MAX_SUBSCRIPTION_CONCURRENCY,
    ),
    leaseMs: within('leaseMs', options.leaseMs ?? SUBSCRIPTION_LEASE_MS, MIN_SUBSCRIPTION_LEASE_MS, 2 ** 31),
    burst: within(
      'maxEventsPerTransaction',
      options.maxEventsPerTransaction ?? SUBSCRIPTION_BURST_EVENTS,
      1,
      MAX_SUBSCRIPTION_BURST,
    ),
  }
}

const within = (option: string, value: number, least: number, most: number): number => {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value
  throw new SubscriptionRefused(
    'subscription_option_invalid',
    `${option} must be a whole number from ${least} to ${most}, not ${value}`,
  )
}

const refuseDifference = (wanted: Definition, found: Definition): void => {
  const differs = (['order', 'filter'] as const).find((key) => wanted[key] !== found[key])
  if (differs === undefined) return
  throw new SubscriptionRefused(
    'subscription_differs',
    `the subscription ${wanted.name} exists with the ${differs} ${found[differs]}, not ${wanted[differs]}: ` +
      'take another name, or remove it first',
  )
}
