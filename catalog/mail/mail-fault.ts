/** Why a mail was not taken. `retryable` where the same mail may well be taken later. */
import { isOfTheCertificate } from '../http/http-fault.js'

export type MailFaultCode =
  | 'mail_server_invalid'
  | 'address_not_allowed'
  | 'network_error'
  | 'timeout'
  | 'tls_error'
  | 'mail_login_refused'
  | 'mail_refused'
  | 'mail_deferred'
  | 'cancelled'

export interface MailFault {
  readonly code: MailFaultCode
  readonly message: string
  readonly retryable: boolean
  readonly cause?: unknown
}

const RETRYABLE: ReadonlySet<MailFaultCode> = new Set(['network_error', 'timeout', 'mail_deferred', 'cancelled'])

export const mailFault = (code: MailFaultCode, message: string, cause?: unknown): MailFault => ({
  code,
  message,
  retryable: RETRYABLE.has(code),
  ...(cause === undefined ? {} : { cause }),
})

/** What an error of the transport means. The server's own words are left out, for it may repeat a password. */
export const mailFaultOf = (error: unknown, host: string, cancelled: boolean): MailFault => {
  if (cancelled) return mailFault('cancelled', 'the sending was cancelled', error)
  const code = textIn(error, 'code')
  const status = statusIn(error)
  const during = textIn(error, 'command')
  const answered = `the mail server ${host} answered ${status ?? 'nothing'}${during === '' ? '' : ` to ${during}`}`
  if (code === 'ETLS' || isOfTheCertificate(textIn(error, 'originalCode'))) {
    return mailFault('tls_error', `no trusted encryption with ${host}`, error)
  }
  if (code === 'ETIMEDOUT' || textIn(error, 'name') === 'TimeoutError') {
    return mailFault('timeout', `the mail server ${host} took too long`, error)
  }
  // 4yz is "not now", 5yz is "never" (RFC 5321, 4.2.1).
  if (status !== undefined && status < 500) return mailFault('mail_deferred', answered, error)
  if (code === 'EAUTH') return mailFault('mail_login_refused', answered, error)
  if (status !== undefined || code === 'EENVELOPE' || code === 'EMESSAGE') {
    return mailFault('mail_refused', answered, error)
  }
  return mailFault(
    'network_error',
    `the mail server ${host} cannot be reached (${code === '' ? 'unknown' : code})`,
    error,
  )
}

const textIn = (error: unknown, key: string): string => {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined
  return typeof value === 'string' ? value : ''
}

const statusIn = (error: unknown): number | undefined => {
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'responseCode') : undefined
  return typeof status === 'number' && status >= 400 ? status : undefined
}
