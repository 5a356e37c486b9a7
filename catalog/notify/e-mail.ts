/** Notifications as e-mail, by the server and to the addresses that the operator's configuration allows. */
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from '../../src/core/json.js'
import { MAX_BODY_CHARS } from '../../src/core/limits.js'
import type { Connections, MailPolicy } from '../../src/ports/connections.js'
import { type HandlerContext, StepFailure } from '../../src/ports/handler.js'
import { connectionNamed, urlOfConnection } from '../connection.js'
import type { MailClient } from '../mail/mail-client.js'
import type { Email } from './channel.js'

export interface SentMail {
  readonly accepted: number
  readonly messageId: string
}

export const sendEmail = async (
  tools: { readonly mail: MailClient; readonly connections: Connections },
  { connection: name, to, subject, text }: Email,
  message: Json,
  { network, signal, idempotencyKey }: HandlerContext,
): Promise<SentMail> => {
  const connection = connectionNamed(tools.connections, name)
  if (connection.mail === undefined) {
    throw refused('connection_unknown', `the connection "${name}" is none for mail: it states no sender`)
  }
  for (const address of to) checkRecipient(address, connection.mail)
  const body = text ?? (typeof message === 'string' ? message : JSON.stringify(message, null, 2))
  if (body.length > MAX_BODY_CHARS) {
    throw refused('message_too_large', `the message has ${body.length} characters; ${MAX_BODY_CHARS} are allowed`)
  }
  const messageId = messageIdOf(idempotencyKey, connection.mail.from)
  const sent = await tools.mail.send({
    server: await urlOfConnection(connection, name),
    from: connection.mail.from,
    to,
    subject: subject.replace(/\p{Cc}+/gu, ' '),
    text: body,
    messageId,
    privateHosts: network.privateHosts,
    signal,
  })
  if (E.isRight(sent)) return { accepted: sent.right, messageId }
  const { code, message: said, retryable, cause } = sent.left
  throw new StepFailure(code, said, { retryable, cause })
}

/** One plain address: no names, no lists, nothing that a mail program would read otherwise than we do. */
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$/

const checkRecipient = (address: string, { recipients }: MailPolicy): void => {
  if (!ADDRESS.test(address)) throw refused('recipient_not_allowed', `"${address}" is no plain e-mail address`)
  const lower = address.toLowerCase()
  const isAllowed = recipients.some((allowed) =>
    allowed.startsWith('@')
      ? lower.slice(lower.lastIndexOf('@')) === allowed.toLowerCase()
      : lower === allowed.toLowerCase(),
  )
  if (!isAllowed) throw refused('recipient_not_allowed', `the connection does not allow mail to ${address}`)
}

/** The same for every attempt, so that a mail that was sent twice is seen to be one. */
const messageIdOf = (idempotencyKey: string, from: string): string => {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'tasker'
  return `<${createHash('sha256').update(idempotencyKey, 'utf8').digest('hex').slice(0, 40)}@${domain}>`
}

const refused = (code: string, message: string): StepFailure => new StepFailure(code, message, { retryable: false })
