/** The webhooks of the configuration, run as what they are: subscriptions with a name, whoever else runs them too. */
import type { ConfiguredWebhook } from './cli/config/webhooks.js'
import { UserError } from './cli/user-error.js'
import { valueBehind } from './kept-values.js'
import type { Tasker } from './main.js'
import type { Logger } from './ports/logger.js'
import { SubscriptionRefused } from './subscriptions/subscription-refused.js'

/** Resolves when this process has its share of each. Throws a `UserError` for one that cannot be. */
export const runWebhooks = async (
  tasker: Pick<Tasker, 'subscribe' | 'webhook'>,
  webhooks: ReadonlyArray<ConfiguredWebhook>,
  logger: Logger,
): Promise<void> => {
  for (const { name, url, secret: source, headers, timeoutMs, maxAttempts, ...options } of webhooks) {
    const secret = await valueBehind(source)
    if (secret === undefined) throw withoutSecret(name, source)
    const hook = tasker.webhook({ url, secret, headers, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
    const retry = maxAttempts === undefined ? {} : { retry: { maxAttempts } }
    const subscription = await tasker.subscribe({ name, ...options, ...retry }, hook).catch(asUserError)
    subscription.ended.catch((error: unknown) => {
      logger.error('a webhook has stopped', { webhook: name, error: String(error) })
    })
  }
}

const withoutSecret = (name: string, { env, file }: ConfiguredWebhook['secret']): UserError =>
  new UserError({
    code: 'webhook_without_secret',
    message: `the webhook ${name} has no secret to sign with: ${env === undefined ? `${file} cannot be read` : `${env} is not set`}`,
    remedy: 'set it where this process runs; whoever receives the webhook checks the signature with it',
  })

const asUserError = (error: unknown): never => {
  if (!(error instanceof SubscriptionRefused)) throw error
  throw new UserError({
    code: error.code,
    message: error.message,
    remedy: 'give the webhook another name in tasker.yaml, or remove the old one: tasker subscriptions remove NAME',
    cause: error,
  })
}
