/**
 * E-mail over SMTP, to servers that the operator names. The server's name is resolved once, every address is judged by the
 * rules of the HTTP client, and the connection goes to one of those. Outside of hosts that the operator granted, nothing
 * is sent in the clear. What a server answers is told by its number alone: it may quote what it was sent.
 */
import { isIP } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'
import { CONNECT_TIMEOUT_MS, MAIL_TIMEOUT_MS } from '../../src/core/limits.js'
import { checkedAddresses, inTime, type Resolve, resolveByDns } from '../http/checked-addresses.js'
import { HttpFaultError } from '../http/http-fault.js'
import { type MailFault, mailFault, mailFaultOf } from './mail-fault.js'
import { type MailServer, mailServerOf } from './mail-server.js'

export interface Mail {
  /** `smtp://USER:PASSWORD@HOST:PORT`, or `smtps:` for TLS from the start. */
  readonly server: string
  readonly from: string
  readonly to: ReadonlyArray<string>
  readonly subject: string
  readonly text: string
  /** The same for the same mail: whoever gets it twice can tell. */
  readonly messageId: string
  /** Exact `host:port` that may be private or loopback. */
  readonly privateHosts: ReadonlyArray<string>
  readonly signal: AbortSignal
}

export interface MailClient {
  /** How many recipients the server took the mail for; where it takes it for none, that is a fault. */
  send(mail: Mail): Promise<E.Either<MailFault, number>>
}

export const createMailClient = ({ resolve = resolveByDns }: { readonly resolve?: Resolve } = {}): MailClient => ({
  send: async (mail) => {
    const server = mailServerOf(mail.server)
    if (server === undefined) return E.left(mailFault('mail_server_invalid', 'the connection holds no smtp:// URL'))
    const isGranted = mail.privateHosts.includes(`${server.host}:${server.port}`)
    try {
      const addresses = await inTime(checkedAddresses(server.host, resolve, isGranted), mail.signal)
      return await sendToFirst(mail, server, isGranted, addresses)
    } catch (error) {
      if (error instanceof HttpFaultError) return E.left(mailFault('address_not_allowed', error.message))
      return E.left(mailFault('network_error', `the mail server ${server.host} cannot be found`, error))
    }
  },
})

/** One address after the other, as long as none of them has been reached. */
const sendToFirst = async (
  mail: Mail,
  server: MailServer,
  isGranted: boolean,
  addresses: ReadonlyArray<string>,
): Promise<E.Either<MailFault, number>> => {
  let last = mailFault('network_error', `the mail server ${server.host} has no address`)
  for (const address of addresses) {
    const sent = await sendTo(address, mail, server, isGranted)
    if (E.isRight(sent) || sent.left.code !== 'network_error') return sent
    last = sent.left
  }
  return E.left(last)
}

const sendTo = async (
  address: string,
  { from, to, subject, text, messageId, signal }: Mail,
  { host, port, secure, user, password }: MailServer,
  isGranted: boolean,
): Promise<E.Either<MailFault, number>> => {
  // Its package takes its time to load, and few processes send mail.
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    host: address,
    port,
    secure,
    requireTLS: !secure && !isGranted,
    // The certificate is the name's, not the address's.
    tls: isIP(host) > 0 ? {} : { servername: host },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: MAIL_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(MAIL_TIMEOUT_MS)])
  try {
    const { accepted } = await transport.sendMail({ from, to: [...to], subject, text, messageId, signal: deadline })
    return E.right(accepted.length)
  } catch (error) {
    return E.left(mailFaultOf(error, host, signal.aborted))
  } finally {
    transport.close()
  }
}
