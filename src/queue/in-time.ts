/** A limit on how long somebody else's promise is waited for. */
import { QUEUE_TIMEOUT_MS } from '../core/limits.js'
import { QueueFault, unreachable } from './queue-fault.js'

/** The promise, or `queue_unreachable` when it fails or takes too long. A late failure is nobody's any more. */
export const inTime = async <A>(promise: Promise<A>, address: string, timeoutMs = QUEUE_TIMEOUT_MS): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } catch (error) {
    throw error instanceof QueueFault ? error : unreachable(address, error)
  } finally {
    clearTimeout(timer)
    promise.catch(() => undefined)
  }
}
