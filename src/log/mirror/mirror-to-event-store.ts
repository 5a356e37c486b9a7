/** The mirror with its target: opened for one run and closed whatever comes. */
import type { Clock } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import type { Logger } from '../../ports/logger.js'
import { eventStoreTarget } from './event-store-target.js'
import { type MirrorOptions, type MirrorProgress, mirrorLog } from './mirror-log.js'

export interface MirrorAsked extends MirrorOptions {
  /** An `esdb://` connection string. */
  readonly url: string
  /** The store's stream that holds the mirror's notes, where several logs are mirrored to one store. */
  readonly notes?: string
}

/** Throws `MirrorRefused` and `MirrorUnreachable`; see `mirrorLog`. */
export const mirrorToEventStore = async (
  needs: { readonly log: Log; readonly clock: Clock; readonly logger: Logger },
  { url, notes, ...options }: MirrorAsked,
): Promise<MirrorProgress> => {
  const target = eventStoreTarget(url, notes)
  try {
    return await mirrorLog({ ...needs, target }, options)
  } finally {
    await target.close()
  }
}
