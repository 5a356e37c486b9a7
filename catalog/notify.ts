/**
 * `catalog:notify`: tells people or systems, by a signed webhook or by e-mail. What the receiver answers is not part of the
 * result, and no word of it part of an error: whoever is told something must not be able to tell the task something.
 */
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { described, oneOf, ruled } from '../src/core/described.js'
import { CONNECTION_ERRORS } from './connection.js'
import { defineHandler } from './define-handler.js'
import { data } from './fields.js'
import { HTTP_ERRORS } from './http/response-failure.js'
import { CHANNELS, channelFields, channelProblem, ONE_CHANNEL } from './notify/channel.js'
import { sendEmail } from './notify/e-mail.js'
import { postWebhook } from './notify/webhook.js'
import type { CatalogTools } from './tools.js'
import { WHERE_DATA_COMES_FROM, workingData } from './working-data.js'

const config = ruled(
  closed({}, { ...CHANNELS, message: data(`What is told. ${WHERE_DATA_COMES_FROM}`) }),
  ONE_CHANNEL,
  channelProblem,
)

export const notify = ({ http, mail, connections }: CatalogTools) =>
  defineHandler({
    name: 'catalog:notify',
    summary:
      'Tells somebody something, and is done when it was taken: a webhook gets a POST of {id, task, step, message}, signed where a secret is given; an e-mail goes through a mail server of the configuration. The result is {channel, status} or {channel, accepted, message_id}, and nothing of what the receiver answers. The same id or message_id comes with every attempt.',
    config,
    inputs: closed({}, { message: data('In place of config.message.') }),
    output: closed(
      { channel: oneOf(['webhook', 'email']) },
      {
        status: described(t.number, 'Of the webhook’s answer.'),
        accepted: described(t.number, 'Recipients that the mail server took it for.'),
        message_id: described(t.string, 'Of the e-mail.'),
      },
    ),
    errors: [
      ...HTTP_ERRORS,
      ...CONNECTION_ERRORS,
      { code: 'recipient_not_allowed', retryable: false, when: 'the connection does not allow mail to an address' },
      { code: 'mail_deferred', retryable: true, when: 'the mail server answers 4yz: not now' },
      { code: 'mail_refused', retryable: false, when: 'the mail server answers 5yz: never' },
      { code: 'mail_login_refused', retryable: false, when: 'the mail server refuses user and password' },
      { code: 'mail_server_invalid', retryable: false, when: 'the connection holds no smtp:// or smtps:// URL' },
      { code: 'message_too_large', retryable: false, when: 'the message is larger than a body may be' },
    ],
    hints: { network: true, latency: 'slow', idempotent: false, cost: 'low' },
    fields: channelFields(''),
    stepTypes: ['standard', 'batch_worker', 'deferred_convergence'],
    run: async ({ config: { webhook, email, message: configured }, inputs, context }) => {
      const message = workingData(inputs.message, configured, context)
      if (email !== undefined) {
        const { accepted, messageId } = await sendEmail({ mail, connections }, email, message, context)
        return { channel: 'email' as const, accepted, message_id: messageId }
      }
      if (webhook === undefined) throw new Error('the configuration was decoded with neither webhook nor email')
      return { channel: 'webhook' as const, status: await postWebhook(http, webhook, message, context) }
    },
  })
