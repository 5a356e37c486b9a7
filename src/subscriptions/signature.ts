/**
 * Who sent a webhook, and when: the header `tasker-signature: t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA-256 of
 * `SECONDS.BODY` under a secret that both sides know. While a secret is replaced by another there is a `v1` for each.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { WEBHOOK_TOLERANCE_SECONDS } from '../core/limits.js'

export const SIGNATURE_HEADER = 'tasker-signature'

export const signatureOf = (secrets: ReadonlyArray<string>, seconds: number, body: string): string =>
  [`t=${seconds}`, ...secrets.map((secret) => `v1=${digest(secret, seconds, body)}`)].join(',')

export interface SignedWebhook {
  /** The header's value. */
  readonly signature: string
  /** The exact text that was received. */
  readonly body: string
  readonly secret: string
  readonly nowMs: number
  readonly toleranceSeconds?: number
}

/** For receivers: whether one of the signatures is ours, and its time not long past or far ahead. */
export const isSigned = ({ signature, body, secret, nowMs, toleranceSeconds }: SignedWebhook): boolean => {
  const parts = signature.split(',').map((part) => part.trim().split('=', 2))
  const seconds = Number(parts.find(([name]) => name === 't')?.[1])
  const tolerance = toleranceSeconds ?? WEBHOOK_TOLERANCE_SECONDS
  if (!Number.isSafeInteger(seconds) || Math.abs(nowMs / 1_000 - seconds) > tolerance) return false
  const expected = Buffer.from(digest(secret, seconds, body))
  return parts.some(([name, value = '']) => {
    const given = Buffer.from(value)
    return name === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
}

const digest = (secret: string, seconds: number, body: string): string =>
  createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex')
