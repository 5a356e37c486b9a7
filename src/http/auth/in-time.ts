/**
 * Whoever asks is told within seconds that nobody can be looked up, however long a database that is away is waited for
 * behind it: a caller with an answer can go elsewhere or come again, one without can do neither.
 */
import type { Clock } from '../../ports/clock.js'
import type { Logger } from '../../ports/logger.js'
import { ACCESS_LOOKUP_MS } from '../limits.js'
import { HttpProblem } from '../problem.js'

/** Throws an `HttpProblem` (`access_unknown`, 503) where the look fails or takes longer than `ACCESS_LOOKUP_MS`. */
export type InTime = <A>(look: Promise<A>) => Promise<A>

export const createInTime =
  ({ clock, logger }: { readonly clock: Pick<Clock, 'after'>; readonly logger: Logger }): InTime =>
  async (look) => {
    let timer: { cancel(): void } | undefined
    const over = new Promise<never>((_, reject) => {
      timer = clock.after(ACCESS_LOOKUP_MS, () => reject(new Error(`no answer within ${ACCESS_LOOKUP_MS} ms`)))
    })
    try {
      return await Promise.race([look, over])
    } catch (error) {
      if (error instanceof HttpProblem) throw error
      logger.error('nobody can be looked up', { error: String(error) })
      throw new HttpProblem({
        status: 503,
        code: 'access_unknown',
        detail: 'who asks cannot be looked up at the moment: the database does not answer',
        headers: { 'retry-after': '5' },
      })
    } finally {
      timer?.cancel()
    }
  }
