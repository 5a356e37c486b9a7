/** Where a notification goes: a webhook or an e-mail. The same words stand in `notify` and in a gate's reminders. */
import type * as t from 'io-ts'
import { closed } from '../../src/core/closed.js'
import { listOf, mapOf, type RuleProblem, text } from '../../src/core/described.js'
import {
  MAX_HEADER_CHARS,
  MAX_HEADERS,
  MAX_MAIL_RECIPIENTS,
  MAX_NAME_CHARS,
  MAX_SUBJECT_CHARS,
  MAX_TEXT_CHARS,
  MAX_URL_CHARS,
} from '../../src/core/limits.js'
import { connectionName } from '../fields.js'

export const webhook = closed(
  { url: text({ maxChars: MAX_URL_CHARS, description: 'http or https, host and port written out. It gets a POST.' }) },
  {
    secret: text({
      maxChars: MAX_HEADER_CHARS,
      description:
        'A secret that the receiver knows too. With it the header tasker-signature is sent: t=SECONDS,v1=HEX, where HEX is the HMAC-SHA-256 of SECONDS.BODY.',
    }),
    headers: mapOf(text({ maxChars: MAX_HEADER_CHARS }), { maxKeys: MAX_HEADERS, description: 'By name.' }),
  },
)

export const email = closed(
  {
    connection: connectionName('A mail server of the configuration.'),
    to: listOf(text({ maxChars: MAX_NAME_CHARS }), {
      minItems: 1,
      maxItems: MAX_MAIL_RECIPIENTS,
      description: 'Addresses among those that the connection allows.',
    }),
    subject: text({ maxChars: MAX_SUBJECT_CHARS }),
  },
  { text: text({ maxChars: MAX_TEXT_CHARS, description: 'The body; absent, the message.' }) },
)

export const CHANNELS = { webhook, email }

export type Webhook = t.TypeOf<typeof webhook>
export type Email = t.TypeOf<typeof email>

export interface Channel {
  readonly webhook?: Webhook | undefined
  readonly email?: Email | undefined
}

export const ONE_CHANNEL = 'Exactly one of webhook and email.'

export const channelProblem = (channel: Channel): RuleProblem | undefined => {
  if (channel.webhook !== undefined && channel.email !== undefined) {
    return { at: 'email', message: 'stands beside webhook; write two steps' }
  }
  return channel.webhook === undefined && channel.email === undefined
    ? { at: 'webhook', message: 'is missing; write webhook or email' }
    : undefined
}

/** Fields of a channel that stands at a place in a configuration; '' for the configuration itself. */
export const channelFields = (at: string) => {
  const below = at === '' ? '' : `${at}.`
  return {
    urls: [`${below}webhook.url`],
    secrets: [`${below}webhook.secret`, `${below}webhook.headers.*`],
    connections: [`${below}email.connection`],
  }
}
