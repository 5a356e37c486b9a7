/** A real SMTP server on a free port of the loopback, which can be told to refuse, and which repeats what it hears. */
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { CERTIFICATE, KEY } from '../http/self-signed.js'

export interface MailServerOptions {
  readonly password?: string
  readonly refuseLogin?: boolean
  /** The status for every recipient. */
  readonly refuseRecipients?: number
  /** Offers STARTTLS with a certificate that nobody trusts. */
  readonly untrustedTls?: boolean
}

export interface ReceivedMail {
  readonly from: string
  readonly to: ReadonlyArray<string>
  readonly user: string
  readonly text: string
}

export const startMailServer = async (options: MailServerOptions) => {
  const { password = 'correct horse', refuseLogin = false, refuseRecipients, untrustedTls = false } = options
  const mails: ReceivedMail[] = []
  let connections = 0
  const refusal = (message: string, responseCode: number) => Object.assign(new Error(message), { responseCode })
  const server = new SMTPServer({
    ...(untrustedTls ? { key: KEY, cert: CERTIFICATE } : { disabledCommands: ['STARTTLS'], allowInsecureAuth: true }),
    logger: false,
    onConnect: (_, answer) => {
      connections += 1
      answer()
    },
    onAuth: ({ username, password: given }, _, answer) => {
      const base64 = Buffer.from(`\0${username}\0${given}`).toString('base64')
      if (refuseLogin || given !== password) answer(refusal(`no: ${given} ${base64}`, 535))
      else answer(null, { user: username ?? '' })
    },
    onRcptTo: (_, { user }, answer) => {
      if (refuseRecipients === undefined) answer()
      else answer(refusal(`not ${String(user)} with ${password}`, refuseRecipients))
    },
    onData: (stream, { envelope, user }, answer) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        mails.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          user: String(user),
          text: Buffer.concat(chunks).toString('utf8'),
        })
        answer()
      })
    },
  })
  // A client that does not trust the certificate hangs up.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.server.address() as AddressInfo).port,
    password,
    mails,
    connections: () => connections,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
