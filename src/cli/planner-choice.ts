/** `--planner`: who plans. What it names is only looked at here; the system makes a planner of it. */
import { UserError, usageError } from './user-error.js'

export type PlannerChoice = { readonly kind: 'anthropic' } | { readonly kind: 'recorded'; readonly file: string }

export const PLANNER_OPTION = {
  type: 'string',
  value: 'WHO',
  summary: 'anthropic, or recorded:FILE (anthropic where ANTHROPIC_API_KEY is set)',
} as const

/** Undefined where nobody was named and no key is there. Throws a `UserError` for a name that means nothing. */
export const plannerChoice = (
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): PlannerChoice | undefined => {
  const { ANTHROPIC_API_KEY: key = '' } = environment
  if (named === undefined && key.trim() === '') return undefined
  if (named === undefined || named === 'anthropic') return anthropicBy(key.trim())
  const [kind, ...rest] = named.split(':')
  const file = rest.join(':')
  if (kind === 'recorded' && file !== '') return { kind, file }
  throw usageError(`--planner must be anthropic or recorded:FILE, not "${named}"`)
}

/** What cannot be sent as a header is no key: said here, and not by the first planning step. No message holds the key. */
const anthropicBy = (key: string): PlannerChoice => {
  if (key === '') throw plannerNotConfigured('--planner anthropic needs ANTHROPIC_API_KEY in the environment')
  if (/^[\x21-\x7e]+$/.test(key)) return { kind: 'anthropic' }
  throw plannerNotConfigured('ANTHROPIC_API_KEY has a character that no key has')
}

export const plannerNotConfigured = (message: string): UserError =>
  new UserError({
    code: 'planner_not_configured',
    message,
    remedy: 'set ANTHROPIC_API_KEY, or give --planner recorded:FILE',
  })
