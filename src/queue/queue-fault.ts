/**
 * What can be wrong with a queue, as an exception with a stable code. None of these loses work: hints are sent again
 * from the log.
 */
export type QueueFaultCode =
  /** Nobody answers, or not in time. */
  | 'queue_unreachable'
  /** The server answers and refuses: credentials, rights. */
  | 'queue_refused'
  /** The server is older than BullMQ works with. */
  | 'queue_server_too_old'

export class QueueFault extends Error {
  constructor(
    readonly code: QueueFaultCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
    this.name = 'QueueFault'
  }
}

/** A connection string as a person may see it: without credentials and without options. */
export const withoutSecrets = (url: string): string => {
  try {
    const { protocol, host, pathname } = new URL(url)
    return `${protocol}//${host}${pathname}`
  } catch {
    return 'the given address, which is no URL'
  }
}

export const messageOf = (error: unknown): string => {
  // Node reports a refused connection to several addresses as an AggregateError with an empty message.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

export const unreachable = (address: string, cause: unknown): QueueFault =>
  new QueueFault(
    'queue_unreachable',
    cause === undefined ? `the queue at ${address} is down` : `the queue at ${address}: ${messageOf(cause)}`,
    { cause },
  )

/** Hears of faults that no caller is there to receive: an outage, a handler that threw. Said once per outage. */
export type FaultListener = (error: Error) => void

/** Passes a fault on once while it lasts: a reconnecting client repeats itself several times a second. */
export const oncePerOutage = (listen: FaultListener, quietMs: number): FaultListener => {
  let last = ''
  let saidAt = 0
  return (error) => {
    const now = Date.now()
    const message = messageOf(error)
    if (message === last && now - saidAt < quietMs) return
    last = message
    saidAt = now
    listen(error)
  }
}
