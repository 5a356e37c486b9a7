/**
 * Payloads are in the store before the event that refers to them: whoever sees the event finds them. One at a time is
 * held in memory, and what was written lately is not asked for again.
 */
import { MIRROR_KNOWN_PAYLOADS } from '../../core/limits.js'
import { digestsIn } from '../../core/payload-references.js'
import type { Log, StoredEvent } from '../../ports/log.js'
import type { Logger } from '../../ports/logger.js'
import type { MirrorTarget } from './mirror-target.js'

export class MirrorPayloads {
  /** By stream and digest; the one that was seen last stands last. */
  readonly #known = new Set<string>()

  constructor(
    private readonly log: Pick<Log, 'payloads'>,
    private readonly target: Pick<MirrorTarget, 'appendPayload'>,
    private readonly logger: Logger,
  ) {}

  /** Everything that these events, of one stream, refer to. */
  async bring(events: ReadonlyArray<StoredEvent>): Promise<void> {
    for (const event of events) {
      for (const digest of digestsIn(event)) await this.#bringOne(event, digest)
    }
  }

  async #bringOne({ stream, version }: StoredEvent, digest: string): Promise<void> {
    const key = `${stream}/${digest}`
    if (!this.#known.delete(key)) {
      const [payload] = await this.log.payloads(stream, [digest])
      if (payload === undefined) {
        // `tasker audit verify` says the same of it; the mirror goes on with what there is.
        this.logger.error('a payload is missing in the log', { stream, version, digest })
        return
      }
      await this.target.appendPayload(stream, payload)
    }
    this.#known.add(key)
    const [oldest] = this.#known
    if (this.#known.size > MIRROR_KNOWN_PAYLOADS && oldest !== undefined) this.#known.delete(oldest)
  }
}
