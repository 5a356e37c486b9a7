/**
 * Subscriptions as the library offers them: with a name or without, and what may be asked about those that have one.
 * Connections are made when the first named one needs them.
 */
import type { EventType } from '../core/event.js'
import { SUBSCRIPTION_CONCURRENCY, SUBSCRIPTION_CONNECTIONS } from '../core/limits.js'
import { Reader } from '../log/reader.js'
import { type SqlClient, Transactions } from '../log/transactions.js'
import type {
  DeliveryContext,
  Handle,
  NamedOptions,
  SubscribeOptions,
  Subscription,
  SubscriptionAdministration,
  TransactionalContext,
  TransactionalOptions,
} from '../ports/subscription.js'
import { createAdministration } from './administration.js'
import { type FollowNeeds, follow } from './follow.js'
import { joinNamed } from './named.js'
import { createPostgresStore } from './postgres-store.js'

export interface Subscribe {
  /**
   * Each event exactly once, where the handler writes by the client that it is given: what it wrote and the checkpoint
   * commit together. Whatever else it does happens at least once.
   */
  <T extends EventType = EventType>(
    options: TransactionalOptions<T>,
    handle: Handle<T, TransactionalContext<SqlClient>>,
  ): Promise<Subscription>
  /** Each event at least once, from a checkpoint that is kept under the name. A handler that throws gets it again. */
  <T extends EventType = EventType>(options: NamedOptions<T>, handle: Handle<T, DeliveryContext>): Promise<Subscription>
  /** Each event once, in position order, for as long as this process lives. A handler that throws ends it. */
  <T extends EventType = EventType>(
    options: SubscribeOptions<T>,
    handle: Handle<T, DeliveryContext>,
  ): Promise<Subscription>
}

export interface Subscriptions {
  readonly subscribe: Subscribe
  readonly administration: SubscriptionAdministration
  /** Closes every subscription of this process. */
  close(options?: { readonly graceMs?: number }): Promise<void>
}

export interface SubscriptionsNeeds extends FollowNeeds {
  /** Where named subscriptions are kept: the log's own database. */
  readonly databaseUrl: string
}

export const createSubscriptions = ({ databaseUrl, ...needs }: SubscriptionsNeeds): Subscriptions => {
  const open = new Set<Subscription>()
  let reader: Reader | undefined
  const reading = (): Reader => {
    reader ??= new Reader(databaseUrl, SUBSCRIPTION_CONNECTIONS)
    return reader
  }

  const named = async <T extends EventType>(
    options: NamedOptions<T> & Partial<TransactionalOptions<T>>,
    handle: Handle<T, DeliveryContext & Partial<TransactionalContext<SqlClient>>>,
  ): Promise<Subscription> => {
    const transactions =
      options.transactional === true
        ? new Transactions(databaseUrl, options.concurrency ?? SUBSCRIPTION_CONCURRENCY, `subscription ${options.name}`)
        : undefined
    const store = createPostgresStore(reading(), transactions)
    try {
      const subscription = await joinNamed({ ...needs, store }, options, handle)
      const leave = (): void => void transactions?.close()
      subscription.ended.then(leave, leave)
      return subscription
    } catch (error) {
      await transactions?.close()
      throw error
    }
  }

  const subscribe = async <T extends EventType>(
    options: SubscribeOptions<T> & Partial<TransactionalOptions<T>>,
    handle: Handle<T, DeliveryContext & Partial<TransactionalContext<SqlClient>>>,
  ): Promise<Subscription> => {
    const { name } = options
    const subscription =
      name === undefined ? await follow(needs, options, handle) : await named({ ...options, name }, handle)
    const forget = (): void => void open.delete(subscription)
    open.add(subscription)
    subscription.ended.then(forget, forget)
    return subscription
  }

  return {
    // One function behind the three ways to call it.
    subscribe: subscribe as Subscribe,
    administration: createAdministration({ query: (...asked) => reading().query(...asked) }),
    close: async (options) => {
      await Promise.all([...open].map((subscription) => subscription.close(options)))
      await reader?.close()
    },
  }
}
