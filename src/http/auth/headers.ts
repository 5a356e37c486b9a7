/** What every answer tells browsers: run, embed, guess and keep nothing that was not meant. */
import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from '../caller.js'

/** Pages take their script, style, pictures and events from here; nothing inline runs, nobody frames them. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const NOTHING_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

/** Where an answer says otherwise of itself, that stays (a file that never changes may be kept). */
export const safeHeaders = (): MiddlewareHandler<HttpEnv> => async (context, next) => {
  await next()
  const { headers } = context.res
  const isPage = headers.get('content-type')?.startsWith('text/html') === true
  const wanted: Readonly<Record<string, string>> = {
    'content-security-policy': isPage ? PAGE_POLICY : NOTHING_POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  }
  for (const [name, value] of Object.entries(wanted)) if (!headers.has(name)) context.header(name, value)
}
