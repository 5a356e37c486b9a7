/**
 * Wrong keys and tokens are counted by the address that they come from, and an address with too many is held up before
 * anything is looked up for it. 256 random bits are not guessed; this spares the database and an issuer's keys. Whoever
 * proved a credential a while ago is let in from such an address all the same, so that a stranger behind the same proxy
 * locks nobody out.
 */
import { sha256 } from '../../engine/keys.js'
import type { Clock } from '../../ports/clock.js'
import {
  FAILED_ATTEMPTS_BURST,
  FAILED_ATTEMPTS_PER_SECOND,
  MAX_PROVED_CREDENTIALS,
  PROVED_CREDENTIAL_MS,
} from '../limits.js'
import { HttpProblem } from '../problem.js'
import { Rates } from '../rate.js'

export interface Attempts {
  /** Throws an `HttpProblem` (`too_many_attempts`) where the address is held up and the credential was not proved. */
  admit(address: string, credential: string): void
  failed(address: string): void
  proved(credential: string): void
}

export const createAttempts = (clock: Pick<Clock, 'now'>): Attempts => {
  const rates = new Rates(clock, { burst: FAILED_ATTEMPTS_BURST, perSecond: FAILED_ATTEMPTS_PER_SECOND })
  const heldUpUntil = new Map<string, number>()
  const provedAt = new Map<string, number>()
  return {
    admit: (address, credential) => {
      const waitMs = (heldUpUntil.get(address) ?? 0) - clock.now()
      if (waitMs <= 0) {
        heldUpUntil.delete(address)
        return
      }
      if (clock.now() - (provedAt.get(sha256(credential)) ?? Number.NEGATIVE_INFINITY) < PROVED_CREDENTIAL_MS) return
      throw new HttpProblem({
        status: 429,
        code: 'too_many_attempts',
        detail: 'too many wrong keys came from this address',
        headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
      })
    },
    failed: (address) => {
      const full = rates.take(address)
      if (full === undefined) return
      keep(heldUpUntil, address, clock.now() + full.waitSeconds * 1_000)
    },
    proved: (credential) => keep(provedAt, sha256(credential), clock.now()),
  }
}

const keep = (map: Map<string, number>, key: string, value: number): void => {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.size > MAX_PROVED_CREDENTIALS ? map.keys() : []
  if (oldest !== undefined) map.delete(oldest)
}
