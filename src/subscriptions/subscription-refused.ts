/** A subscription that cannot be had as it was asked for, or that cannot go on; `code` is stable. */
export type SubscriptionRefusalCode =
  | 'subscription_name_invalid'
  | 'subscription_option_invalid'
  | 'subscription_differs'
  | 'subscription_unknown'
  | 'subscription_removed'
  | 'unknown_event_type'
  | 'unknown_event_version'
  | 'unreadable_event'

export class SubscriptionRefused extends Error {
  constructor(
    readonly code: SubscriptionRefusalCode,
    message: string,
  ) {
    super(message)
    this.name = 'SubscriptionRefused'
  }
}
